"""The corpus audit: shares by hand, strata as in the paper, the 779 files of 2019, and the laws an audit keeps."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.catalogue.facts import read_facts
from governance.consent.agents import AI_DEVELOPERS
from governance.consent.corpus_audit import CorpusAudit, corpus_audit
from governance.consent.corpus_sources import audit_imported, corpus_weights, observation_sources
from governance.consent.honour import honour_all
from governance.consent.robots_2019 import TEXTS, import_robots_2019
from governance.errors import BadInput, NotFound
from tests.unit.consent.stored import expected, stored

JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)
WEIGHTS = pl.DataFrame(
    {
        "domain": ["a.org", "b.org", "c.org", "d.org"],
        "tokens": [60, 40, 10, 30],
        "stratum": ["head", "head", "random", "random"],
        "type": ["news", "blog", "news", None],
        "topic": [["news", "legal"], ["blogs"], [], None],
    }
)


def seen(*rows: tuple[str, date, str, str | None]) -> pl.DataFrame:
    """Make observations of (domain, month, agent, level)."""
    frame = pl.DataFrame(rows, schema=["domain", "month", "agent", "restriction"], orient="row")
    return frame.with_columns(paper_restriction=pl.lit("none"))


OBSERVED = seen(
    ("a.org", JANUARY, "GPTBot", "full"),
    ("b.org", JANUARY, "GPTBot", "none"),
    ("c.org", JANUARY, "GPTBot", "partial"),
    ("d.org", FEBRUARY, "GPTBot", "full"),
    ("a.org", JANUARY, "CCBot", "none"),
    ("b.org", FEBRUARY, "CCBot", "partial"),
    ("elsewhere.org", JANUARY, "GPTBot", "full"),
)


def audit_of(number: int, **options: int) -> CorpusAudit:
    """Audit so many sites of the same weight, a quarter of them closed."""
    names = [f"s{at}.org" for at in range(number)]
    rows = seen(*((name, JANUARY, "GPTBot", "full" if at % 4 == 0 else "none") for at, name in enumerate(names)))
    return corpus_audit(rows, pl.DataFrame({"domain": names, "tokens": 1.0}), agents=["GPTBot"], **options)


class TestByHand:
    """Sums that fit on paper."""

    def test_without_strata_the_domains_are_the_corpus(self):
        audit = corpus_audit(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], draws=0)
        january, february = audit.rows
        assert (january.full, january.partial, january.none) == pytest.approx((60 / 110, 10 / 110, 40 / 110))
        assert (january.no_signal, january.n) == (pytest.approx(30 / 140), 3)
        assert (february.full, february.no_signal, february.n) == (pytest.approx(90 / 140), 0, 4)
        assert (audit.unmatched, audit.domains) == (1, 4)

    def test_with_strata_head_and_rest_are_combined_as_published(self):
        audit = corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"], head_share=0.1, draws=0)
        january, february = audit.rows
        assert january.full == pytest.approx(0.1 * 60 / 100 + 0.9 * 0)
        assert february.full == pytest.approx(0.1 * 60 / 100 + 0.9 * 30 / 40)
        assert (february.n, february.n_head) == (4, 2)

    def test_the_strictest_of_the_agents_counts(self):
        rows = corpus_audit(OBSERVED, WEIGHTS, agents=["ccbot", "GPTBOT"], draws=0).rows
        assert rows[-1].partial == pytest.approx(50 / 140)

    def test_by_agent_and_operator(self):
        audit = corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot", "CCBot"], by="agent", draws=0)
        assert [(row.month, row.group, row.n) for row in audit.rows] == [
            (JANUARY, "CCBot", 1), (JANUARY, "GPTBot", 3), (FEBRUARY, "CCBot", 2), (FEBRUARY, "GPTBot", 4),
        ]  # fmt: skip
        registry = {"gptbot": ("OpenAI", "training")}
        named = corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"], by="operator", registry=registry, draws=0)
        assert {row.group for row in named.rows} == {"OpenAI"}

    def test_by_type_and_topic(self):
        types = corpus_audit(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], by="type", draws=0)
        found = {row.group: row for row in types.rows if row.month == FEBRUARY}
        assert {group: row.full for group, row in found.items()} == pytest.approx(
            {"news": 60 / 70, "blog": 0, "unknown": 1}
        )
        assert {group: row.weight for group, row in found.items()} == pytest.approx(
            {"news": 70 / 140, "blog": 40 / 140, "unknown": 30 / 140}
        )
        topics = corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"], by="topic", draws=0)
        assert {row.group for row in topics.rows} == {"news", "legal", "blogs", "unknown"}

    def test_a_domain_in_no_stratum_is_left_out(self):
        more = pl.concat([WEIGHTS, WEIGHTS.head(1).with_columns(domain=pl.lit("e.org"), stratum=None)])
        assert corpus_audit(OBSERVED, more, agents=["GPTBot"], draws=0).left_out == 1

    def test_the_published_rule_reads_its_own_column(self):
        assert corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"], mode="paper", draws=0).rows[-1].none == 1


class TestInterval:
    def test_it_holds_the_share_and_comes_again_with_its_seed(self):
        one, again, other = (audit_of(50, seed=seed) for seed in (1, 1, 2))
        assert one == again
        assert one.rows != other.rows
        last = one.rows[-1]
        assert last.full_low <= last.full <= last.full_high

    def test_head_and_rest_are_drawn_apart(self):
        """Were the rest drawn as the head is, one's surplus would be the other's lack and no interval would be left."""
        sites = pl.DataFrame({"domain": list("abcd"), "tokens": 1.0, "stratum": ["head"] * 2 + ["random"] * 2})
        rows = seen(*zip("abcd", [JANUARY] * 4, ["GPTBot"] * 4, ["full", "none", "none", "full"], strict=True))
        row = corpus_audit(rows, sites, agents=["GPTBot"], head_share=0.5).rows[0]
        assert row.full_low is not None
        assert row.full_low < row.full == 0.5 < row.full_high

    def test_it_does_not_hang_on_the_order_of_the_rows(self):
        mixed = corpus_audit(OBSERVED.reverse(), WEIGHTS.sample(fraction=1, shuffle=True, seed=3), agents=["GPTBot"])
        assert mixed.rows == corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"]).rows

    def test_one_domain_or_no_variation_has_none(self):
        alone = corpus_audit(OBSERVED, WEIGHTS, agents=["CCBot"]).rows[0]
        assert (alone.n, alone.none, alone.none_low) == (1, 1, None)
        agreed = corpus_audit(OBSERVED, WEIGHTS, agents=["GPTBot"], mode="paper").rows[-1]
        assert (agreed.n, agreed.none, agreed.none_low, agreed.none_high) == (4, 1, None, None)

    def test_it_narrows_as_domains_are_added(self):
        widths = []
        for number in (50, 5000):
            names = [f"s{at}.org" for at in range(number)]
            rows = seen(
                *((name, JANUARY, "GPTBot", "full" if at % 4 == 0 else "none") for at, name in enumerate(names))
            )
            row = corpus_audit(rows, pl.DataFrame({"domain": names, "tokens": 1.0}), agents=["GPTBot"], draws=200).rows[
                0
            ]
            widths.append(row.full_high - row.full_low)
            assert row.full_low < row.full < row.full_high
        assert widths[1] == pytest.approx(widths[0] / 10, rel=0.3)


@pytest.mark.parametrize(
    ("observed", "weights", "options", "what"),
    [
        pytest.param(OBSERVED.drop("month"), WEIGHTS, {}, "'month' is missing", id="month"),
        pytest.param(OBSERVED, WEIGHTS.drop("tokens"), {}, "'tokens' is missing", id="tokens"),
        pytest.param(OBSERVED, WEIGHTS, {"agents": ["NoBot"]}, "was not observed", id="agent"),
        pytest.param(OBSERVED, WEIGHTS, {"agents": []}, "no agent", id="no agent"),
        pytest.param(OBSERVED, WEIGHTS.with_columns(tokens=-pl.col("tokens")), {}, "negative", id="negative"),
        pytest.param(OBSERVED, WEIGHTS.with_columns(stratum=pl.lit("tail")), {}, "stratum", id="stratum"),
        pytest.param(OBSERVED, WEIGHTS.drop("stratum"), {"head_share": 0.1}, "no domain has a stratum", id="no strata"),
        pytest.param(OBSERVED, WEIGHTS, {"head_share": 1.5}, "no share", id="head share"),
        pytest.param(OBSERVED, WEIGHTS, {"draws": -1}, "draws", id="draws"),
        pytest.param(OBSERVED, WEIGHTS.clear(), {}, "no domain", id="no weights"),
        pytest.param(OBSERVED.filter(pl.col("domain") == "elsewhere.org"), WEIGHTS, {}, "hosts alike", id="no match"),
        pytest.param(OBSERVED.with_columns(restriction=pl.lit("some")), WEIGHTS, {}, "none of ours", id="level"),
        pytest.param(
            OBSERVED.with_columns(paper_restriction=pl.lit(None)),
            WEIGHTS,
            {"mode": "paper"},
            "by that rule",
            id="paper",
        ),
    ],
)
def test_what_cannot_be_measured_says_why(observed, weights, options, what):
    with pytest.raises(BadInput, match=what):
        corpus_audit(observed, weights, **{"agents": ["GPTBot"], "draws": 0} | options)


LEVELS = st.sampled_from(["none", "partial", "full", None])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(LEVELS, LEVELS, st.integers(0, 9)), min_size=1, max_size=12), st.floats(0, 1))
def test_levels_add_up_and_another_agent_never_loosens(sites, head):
    """Whatever was observed."""
    names = [f"s{at}.org" for at in range(len(sites))]
    rows = [(name, JANUARY, agent, level) for name, (*levels, _) in zip(names, sites, strict=True)
            for agent, level in zip(("GPTBot", "CCBot"), levels, strict=True)]  # fmt: skip
    weights = pl.DataFrame(
        {"domain": names, "tokens": [tokens + 0.5 for *_, tokens in sites],
         "stratum": ["head" if at % 2 else "random" for at in range(len(sites))]}
    )  # fmt: skip
    try:
        one, both = (
            corpus_audit(seen(*rows), weights, agents=agents, head_share=head, draws=0).rows[0]
            for agents in (["GPTBot"], ["GPTBot", "CCBot"])
        )
    except BadInput:
        assert all(level is None for level, _, _ in sites)
        return
    for row in (one, both):
        assert row.full is None or row.full + row.partial + row.none == pytest.approx(1)
        assert -1e-9 <= row.no_signal <= 1 + 1e-9
    assert both.n >= one.n
    if one.n == both.n and one.full is not None:
        assert both.full >= one.full - 1e-9
        assert both.none <= one.none + 1e-9


class TestHonour:
    def test_what_goes_and_what_remains(self):
        found = honour_all(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], draws=0)
        assert (found.month, found.lost) == (FEBRUARY, pytest.approx(90 / 140))
        assert [(row.group, row.lost) for row in found.rows] == [
            ("unknown", 1), ("news", pytest.approx(60 / 70)), ("blog", 0),
        ]  # fmt: skip
        assert sum(row.before for row in found.rows) == pytest.approx(1)
        assert sum(row.after for row in found.rows) == pytest.approx(1)

    def test_half_of_it_and_what_is_partly_closed(self):
        half = honour_all(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], extent=0.5, draws=0)
        assert half.lost == pytest.approx(45 / 140)
        more = honour_all(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], partial_counts=True, draws=0)
        assert more.lost == pytest.approx(100 / 140)
        drawn = honour_all(OBSERVED, WEIGHTS.drop("stratum"), agents=["GPTBot"], partial_counts=True)
        assert drawn.low <= drawn.lost <= drawn.high

    def test_an_earlier_month(self):
        found = honour_all(OBSERVED, WEIGHTS, agents=["GPTBot"], month=date(2024, 1, 31), draws=0)
        assert (found.month, found.n) == (JANUARY, 3)
        with pytest.raises(NotFound, match="by then"):
            honour_all(OBSERVED, WEIGHTS, agents=["GPTBot"], month=date(2023, 1, 1), draws=0)

    def test_no_extent(self):
        with pytest.raises(BadInput, match="no share"):
            honour_all(OBSERVED, WEIGHTS, agents=["GPTBot"], extent=2)


@pytest.fixture(scope="module")
def rows(tmp_path_factory) -> pl.DataFrame:
    out = tmp_path_factory.mktemp("robots") / "robots-2019"
    report = import_robots_2019(stored(TEXTS), out)
    assert (report.read, report.kept) == (779, 779)
    file = read_facts(out)["consent_signal"]
    frame = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file)
    assert "robots_txt" not in frame.columns
    return frame.rename({"domain_id": "domain"}).with_columns(month=pl.col("observed").cast(pl.Date))


class TestFilesOf2019:
    """779 real files: read with the rfc reading, for the agents of the six developers."""

    def test_domains_joined(self, rows, catalogue):
        known = catalogue.execute("SELECT id AS domain FROM domain").pl()
        assert (
            rows.join(known, on="domain", how="semi")["domain"].n_unique()
            == (expected()["robots_2019_join"]["domains_joined"])
        )

    def test_levels_by_tokens(self, rows, catalogue):
        measured = expected()["robots_2019_join"]
        weights = corpus_weights(catalogue, "c4", as_sample=False)
        assert weights.head_share is None
        joined = weights.frame.join(rows, on="domain", how="semi")
        share = joined["tokens"].sum() / weights.frame["tokens"].sum()
        assert round(share, 3) == measured["share_of_stored_c4_tokens"]
        row = corpus_audit(rows, weights.frame, agents=AI_DEVELOPERS, draws=200).rows[0]
        assert {"all": round(row.full, 4), "some": round(row.partial, 4), "none": round(row.none, 4)} == (
            measured["c4_token_weighted"]
        )
        assert row.no_signal == pytest.approx(1 - measured["share_of_stored_c4_tokens"], abs=0.001)
        assert row.full_low <= row.full <= row.full_high

    def test_levels_by_files(self, rows):
        each = pl.DataFrame({"domain": rows["domain"].unique()}).with_columns(tokens=pl.lit(1))
        row = corpus_audit(rows, each, agents=AI_DEVELOPERS, draws=0).rows[0]
        counts = {"all": row.full * 779, "some": row.partial * 779, "none": row.none * 779}
        assert counts == pytest.approx(expected()["robots_2019_join"]["any_of_six_ai_agents"])


def test_the_shipped_catalogue_has_no_level_of_a_site(catalogue):
    with pytest.raises(NotFound, match="no level of a single site"):
        audit_imported(catalogue, "c4", agents=AI_DEVELOPERS)
    assert observation_sources(catalogue) == {}
    with pytest.raises(NotFound, match="no corpus"):
        corpus_weights(catalogue, "pile")
