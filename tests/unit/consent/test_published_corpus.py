"""The importers of published consent figures: every value measured on the files, and damaged copies of them."""

from __future__ import annotations

import csv
import shutil

import pytest

from governance.catalogue.connect import PROJECT
from governance.catalogue.facts import read_facts
from governance.catalogue.normalise.tables import read_table
from governance.catalogue.published import read_rows
from governance.consent.panels import PANEL, import_hasdata
from governance.consent.published_corpus import PAYWALLS, TOKENS, TOTALS, TYPES, import_consent, split
from governance.consent.published_series import AGENTS, SERIES
from governance.consent.publishers import STATUS, import_publishers
from governance.consent.vocabulary import SITE_TOPICS, SITE_TYPES
from governance.errors import BadInput
from tests.unit.consent.stored import expected, stored

SHIPPED = PROJECT / "data" / "facts"
FILES = (TOKENS, TYPES, PAYWALLS, TOTALS, AGENTS, *SERIES)


def one(connection, query, *values):
    return connection.execute(query, list(values)).fetchone()


class TestFigures:
    """What the shipped facts say, against what was measured on the published files."""

    def test_domains(self, catalogue):
        measured = expected()
        assert sum(1 for _ in read_rows(stored(TOKENS) / TOKENS, ("url",))) == measured["domains_rows"]
        assert one(catalogue, "SELECT count(*) FROM domain") == (measured["domains_after_www_normalisation"],)
        heads = "SELECT count(DISTINCT domain_id) FROM corpus_domain WHERE stratum = 'head'"
        assert one(catalogue, heads) == (measured["union_of_three_heads"],)
        rest = "SELECT count(DISTINCT domain_id) FROM corpus_domain WHERE stratum = 'random' AND corpus = 'c4'"
        assert one(catalogue, rest) == (measured["remaining_random_sample"],)

    @pytest.mark.parametrize(("corpus", "short"), [("c4", "c4"), ("refinedweb", "rf"), ("dolma", "dolma")])
    def test_head_share_of_tokens(self, catalogue, corpus, short):
        query = """
            SELECT 100 * sum(d.tokens) / any_value(c.tokens), count(*), any_value(c.head_domains)
            FROM corpus_domain d JOIN corpus c ON c.id = d.corpus WHERE d.corpus = ? AND d.stratum = 'head'
        """
        share, domains, head = one(catalogue, query, corpus)
        assert round(share, 2) == expected()["top2000_token_share_pct"][short]
        assert domains == head == 2000

    @pytest.mark.parametrize("month", ["2024-04", "2023-04"])
    def test_fully_restricted_in_c4(self, catalogue, month):
        query = """
            SELECT stratum, share FROM consent_series
            WHERE corpus = 'c4' AND rule = 'published' AND month = ? AND (stratum = 'all' OR basis = 'of_stratum')
        """
        found = dict(catalogue.execute(query, [f"{month}-01"]).fetchall())
        measured = expected()[f"c4_fully_restricted_{month.replace('-', '_')}"]
        assert found == {
            "random": measured["random_share"],
            "head": measured["head_share"],
            "all": measured["all_tokens"],
        }

    def test_recombined_from_its_parts(self, catalogue):
        weight = 0.10867
        query = """
            SELECT sum(CASE stratum WHEN 'head' THEN ? ELSE 1 - ? END * share) FROM consent_series
            WHERE corpus = 'c4' AND rule = 'published' AND month = '2024-04-01' AND basis = 'of_stratum'
        """
        assert round(one(catalogue, query, weight, weight)[0], 5) == expected()["c4_recombined_with_10.867pct_head"]

    def test_dolma_is_the_sum_of_its_parts(self, catalogue):
        query = """
            SELECT stratum, round(100 * share, 2) FROM consent_series
            WHERE corpus = 'dolma' AND rule = 'published' AND month = '2024-04-01'
        """
        assert dict(catalogue.execute(query).fetchall()) == {"random": 2.65, "head": 3.05, "all": 5.7}

    def test_refinedweb_is_known_under_the_older_rule_alone(self, catalogue):
        rules = catalogue.execute("SELECT DISTINCT rule FROM consent_series WHERE corpus = 'refinedweb'").fetchall()
        assert rules == [("older_wider",)]

    @pytest.mark.parametrize(
        ("agent", "observed", "full"),
        [("GPTBot", 4353, 84), ("Google-Extended", 1413, 74), ("CCBot", 3903, 70), ("anthropic-ai", 575, 56)],
    )
    def test_agents(self, catalogue, agent, observed, full):
        query = "SELECT observed, round(100 * full_n / observed) FROM agent_level WHERE agent = ?"
        assert one(catalogue, query, agent) == (observed, full)

    def test_types_and_topics_are_words_of_ours(self):
        assert {row["type"] for row in read_table("site_types")} <= set(SITE_TYPES)
        assert {row["topic"] for row in read_table("site_topics")} <= set(SITE_TOPICS)

    def test_types_are_known_for_few(self, catalogue):
        assert one(catalogue, "SELECT count(type), count(*) FROM domain") == (285, 13940)


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the published files that a test may damage."""
    folder = tmp_path / "published"
    folder.mkdir()
    for name in FILES:
        shutil.copy(stored(*FILES) / name, folder / name)
    return folder


def test_the_shipped_facts_are_what_the_importer_makes(copy, tmp_path):
    report = import_consent(copy, tmp_path / "out")
    for file in report.files:
        assert (tmp_path / "out" / file).read_bytes() == (SHIPPED / "consent-in-crisis" / file).read_bytes()
    assert report.read - report.kept == len(report.refused) == 1
    again = import_hasdata(stored(PANEL), tmp_path / "panel")
    for file in again.files:
        assert (tmp_path / "panel" / file).read_bytes() == (SHIPPED / "hasdata" / file).read_bytes()


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        pytest.param(TOKENS, "url,c4_tokens\n", "rf_tokens", id="column"),
        pytest.param(TOKENS, "url,c4_tokens,rf_tokens,dolma_tokens\n", "no domain", id="empty"),
        pytest.param(TOTALS, "{}", "sizes of the corpora", id="totals"),
        pytest.param(AGENTS, "agent,observed,all,some\nGPTBot,1,1,0\n", "none", id="agents"),
        pytest.param(TYPES, "Domain\na.org\n", "User Content", id="types"),
    ],
)
def test_a_damaged_file_leaves_nothing(copy, tmp_path, file, content, what):
    (copy / file).write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=what):
        import_consent(copy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_read_is_refused_with_its_place(copy, tmp_path):
    (copy / TOKENS).write_text(
        "url,c4_tokens,rf_tokens,dolma_tokens\nwww.a.org,1,2,3\nA.org,1,1,1\n?,1,1,1\nb.org,-1,1,1\nbooks,0,0,9\n",
        encoding="utf-8",
    )
    (copy / "robots_token_restriction_dolma.csv").write_text("period,rand,head\n2024-01,2,0\n", encoding="utf-8")
    report = import_consent(copy, tmp_path / "out")
    refused = {(one.kind, one.subject) for one in report.refused}
    assert ("no_domain_or_count", f"{TOKENS}, line 4") in refused
    assert ("no_domain_or_count", f"{TOKENS}, line 5") in refused
    assert ("no_share", "robots_token_restriction_dolma.csv, line 2") in refused
    assert {note.kind for note in report.notes} >= {"same_domain", "no_host"}
    with read_facts(tmp_path / "out")["corpus_domain"].open(encoding="utf-8") as stream:
        weights = {(row["corpus"], row["domain_id"]): float(row["tokens"]) for row in csv.DictReader(stream)}
    assert weights["refinedweb", "a.org"] == 3
    assert weights["dolma", "books"] == 9


def test_a_domain_large_elsewhere_is_no_draw():
    tokens = {"a.org": {"c4": 9, "dolma": 1}, "b.org": {"c4": 1, "dolma": 9}, "c.org": {"c4": 1, "dolma": 1}}
    assert split(tokens, 1) == {
        "c4": {"a.org": "head", "c.org": "random"},
        "dolma": {"b.org": "head", "c.org": "random"},
    }


def test_panel(catalogue):
    query = "SELECT round(value, 3), n FROM consent_panel WHERE segment = ? AND measure = ? ORDER BY observed"
    assert catalogue.execute(query, ["all", "disallow:GPTBot"]).fetchall() == [(0.124, 10894), (0.1, 10894)]
    assert catalogue.execute(query, ["news", "disallow:GPTBot"]).fetchall() == [(0.505, None), (0.469, None)]
    assert catalogue.execute(query, ["all", "refused_without_ban"]).fetchall() == [(115, None), (178, None)]


class TestPublishers:
    """Importer-only: read where the user has the file."""

    @pytest.fixture
    def rows(self, tmp_path):
        import_publishers(stored(STATUS), tmp_path / "out")
        with read_facts(tmp_path / "out")["consent_signal"].open(encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    def test_gptbot_is_barred_by_6_at_first_and_11_at_last(self, rows):
        mine = sorted((row for row in rows if row["agent"] == "GPTBot"), key=lambda row: row["observed"])
        first = {row["domain_id"]: row["restriction"] for row in reversed(mine)}
        last = {row["domain_id"]: row["restriction"] for row in mine}
        assert len(first) == len(last) == 20
        assert [sum(level == "full" for level in one.values()) for one in (first, last)] == [6, 11]

    def test_17_have_tokens(self, rows, catalogue):
        known = {domain for (domain,) in catalogue.execute("SELECT id FROM domain").fetchall()}
        assert len({row["domain_id"] for row in rows} & known) == 17

    def test_what_is_inherited_says_so(self, rows):
        assert {row["certainty"] for row in rows} == {"stated", "inherited", "inferred"}
        assert {row["certainty"] for row in rows if row["agent"] == "*"} == {"stated", "inferred"}

    def test_a_bad_row_is_refused(self, tmp_path):
        (tmp_path / STATUS).write_text(
            "domain,date,n_groups,GPTBot\na.org,2024-01-31,1,all\na.org,2024-02-30,1,all\nb.org,2024-01-01,1,maybe\n",
            encoding="utf-8",
        )
        report = import_publishers(tmp_path, tmp_path / "out")
        assert (report.read, report.kept, report.rows["consent_signal"]) == (3, 1, 1)
