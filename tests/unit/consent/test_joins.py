"""A dataset's web sites meet what is known of the sites: card, lineage, explorer."""

from __future__ import annotations

import pytest

from governance.catalogue.connect import FACTS
from governance.catalogue.normalise import site
from governance.catalogue.selection import Selection
from governance.catalogue.site_consent import sources_of
from governance.consent.publishers import import_publishers
from governance.provenance.card import dataset_card
from governance.provenance.datasets import load_datasets, select_datasets
from governance.provenance.lineage import lineage
from governance.provenance.policies import POLICIES
from governance.provenance.saved_lists import SitesChange, list_changes, save_result
from governance.records.lists import get_list, save_list
from tests.unit.consent.small_web import MAY, NOW, SIGNAL, empty_web

AGENTS = FACTS / "ai-robots-txt" / "crawl_agent.csv"


@pytest.mark.parametrize(
    ("source", "domain"),
    [
        pytest.param("wikihow.com", "wikihow.com", id="host"),
        pytest.param("tieba.baidu.com/f?kw=x", "tieba.baidu.com", id="page"),
        pytest.param("Reddit", "reddit.com", id="name"),
        pytest.param("commoncrawl.org", None, id="a-crawl-is-no-site"),
        pytest.param("huggingface.co/datasets/a/b", None, id="another-dataset"),
        pytest.param("movies", None, id="word"),
    ],
)
def test_site(source, domain):
    found = site(source)
    assert (found and found.domain) == domain


@pytest.mark.parametrize(
    ("dataset", "known", "full"), [("child", 1, 0), ("parent", 2, 1), ("old", 0, 0), ("none", 0, 0)]
)
def test_own_sources(web, dataset, known, full):
    found = sources_of(web.connection, [dataset])
    assert (found.known, found.full) == (known, full)
    assert found.share == (full / known if known else None)


def test_the_newest_reading_and_the_strictest_developer_decide(web):
    (closed, opened) = sources_of(web.connection, ["parent"]).sites
    assert (closed.domain, closed.restriction, closed.observed, closed.developers) == ("closed.example", "full", MAY, 2)
    assert (opened.restriction, opened.developers) == ("partial", 1)  # not a search engine, nor what is said to all


def test_what_is_said_to_everyone_counts_where_no_developer_was_asked_about(web):
    rows = web.connection.execute("SELECT restriction, developers FROM domain_level WHERE domain_id LIKE 'only%'")
    assert rows.fetchall() == [("full", 0)]


def test_lineage_carries_the_sources_down(web):
    found = lineage(web.connection, "child")
    assert [(one.domain, one.through) for one in found.sources.sites] == [
        ("closed.example", "parent"),
        ("dark.example", "old"),
        ("open.example", "child"),
    ]
    assert found.sources.share == 0.5
    assert lineage(web.connection, "old").sources.known == 0


def test_the_card_tells_own_sources_from_those_behind(web):
    card = dataset_card(web.connection, "child")
    assert (card.sources.full, card.sources_behind.full) == (0, 1)
    assert {(one.question, one.verdict, one.about) for one in card.sources.terms} == {
        ("scraping", "prohibited", "Quora"),
        ("use", "open", None),
    }


def explorer(web):
    return load_datasets(web.connection, "current", POLICIES["audit"])


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("sources_full=0.5..", ["parent"]),
        ("sources_full=..0", ["child"]),
        ("source_terms=scraping:prohibited", ["child", "none", "old", "parent"]),
        ("source_terms=ai:prohibited", []),
    ],
)
def test_facets(web, query, ids):
    found = select_datasets(explorer(web), Selection.from_query(query))
    assert found.frame["id"].to_list() == ids


def test_columns(web):
    frame = explorer(web).frame.select("id", "sites", "sites_known", "sources_full")
    assert frame.rows() == [("child", 1, 1, 0.0), ("none", 0, 0, None), ("old", 1, 0, None), ("parent", 2, 2, 0.5)]


def test_shipped_facts_know_sites_and_terms_and_no_levels(catalogue):
    counted = catalogue.execute(
        "SELECT count(DISTINCT dataset_id), count(DISTINCT domain_id) FROM dataset_domain WHERE snapshot = 'current'"
    ).fetchall()
    assert counted == [(1413, 211)]
    assert catalogue.execute("SELECT count(*) FROM domain_level").fetchall() == [(0,)]
    found = sources_of(catalogue, ["baize-alpaca-chat"])
    assert found.sites
    assert found.share is None


def test_a_new_reading_changes_the_state(web):
    web.connection.execute(SIGNAL, ["closed.example", "2025-06-01", "robots", "GPTBot", "none"])
    assert sources_of(web.connection, ["parent"]).full == 0


def test_a_list_tells_which_members_changed(web, workbench):
    saved = save_result(workbench, "mine", select_datasets(explorer(web), Selection()), NOW)
    assert list_changes(explorer(web), saved).changed is False
    web.connection.execute(SIGNAL, ["dark.example", "2025-06-01", "robots", "GPTBot", "full"])
    changes = list_changes(explorer(web), get_list(workbench, saved.id))
    assert changes.sites == (SitesChange(id="old", known_then=0, known_now=1, share_then=None, share_now=1.0),)
    assert changes.changed
    assert changes.sites_kept


def test_a_list_saved_without_the_state_says_so(web, workbench):
    saved = save_list(workbench, "older", Selection(), ["child"], "0123456789ab", NOW)
    assert list_changes(explorer(web), saved).sites_kept is False


@pytest.mark.outside_data
def test_publishers_as_read(small, consent_files, tmp_path):
    """GPTBot is barred in full at 11 of 20 publishers in their last snapshot; the strictest developer at no fewer."""
    import_publishers(consent_files, tmp_path)
    connection = small.connection
    try:
        for table, file in (("consent_signal", next(tmp_path.glob("consent_signal.*"))), ("crawl_agent", AGENTS)):
            reader = "read_parquet" if file.suffix == ".parquet" else "read_csv"
            connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {reader}('{file}')")
        levels = dict(connection.execute("SELECT domain_id, restriction FROM domain_level").fetchall())
        barred = connection.execute(
            """
            SELECT domain_id FROM consent_signal WHERE agent = 'GPTBot'
            GROUP BY domain_id HAVING arg_max(restriction, observed) = 'full'
            """
        ).fetchall()
    finally:
        empty_web(connection)
    assert (len(levels), len(barred)) == (20, 11)
    assert {levels[str(host)] for (host,) in barred} == {"full"}
