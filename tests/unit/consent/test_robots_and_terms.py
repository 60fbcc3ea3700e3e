"""Robots.txt beside terms: which sites part, and which way; by hand from a table of eight."""

from __future__ import annotations

from datetime import date

import pytest

from governance.consent.robots_and_terms import robots_and_terms
from governance.consent.terms import merge_terms
from governance.errors import NotFound
from tests.unit.consent.small_web import SIGNAL, empty_web
from tests.unit.consent.test_terms import page

DAY = date(2025, 5, 1)
LEVELS = {"a": "none", "b": "partial", "c": "full", "d": "full", "e": "none", "f": "full", "robots-only": "full"}
VERDICTS = {"a": 1, "b": 3, "c": 2, "d": 5, "e": 5, "f": 4, "terms-only": 1}
TOKENS = {"a": 10.0, "c": 20.0, "d": 30.0, "e": 40.0}


@pytest.fixture
def web(schema_connection):
    """Fill in levels, a corpus, and one agent that counts."""
    schema_connection.execute("INSERT INTO crawl_agent VALUES ('GPTBot', 'O', 'training', 'yes', true, NULL, 'own')")
    schema_connection.execute("INSERT INTO corpus VALUES ('c4', 'C4', 100, 5, 2, 'own')")
    for name, level in LEVELS.items():
        schema_connection.execute(SIGNAL, [name, DAY, "robots", "GPTBot", level])
    for name, tokens in TOKENS.items():
        schema_connection.execute("INSERT INTO corpus_domain VALUES ('c4', ?, ?, 'head', 'own')", [name, tokens])
    yield schema_connection
    empty_web(schema_connection)


def sites():
    return [merge_terms(name, [page(ai_scraping=code, domain=name)]) for name, code in VERDICTS.items()]


def test_each_way_of_parting_is_counted(web):
    found = robots_and_terms(web, sites())
    assert (found.n, found.terms_only, found.robots_only) == (6, 1, 1)
    assert found.open_despite_terms == 2  # a: No Scraping & AI, open; b: No AI, closed in part
    assert found.shut_despite_terms == 1  # d: Unrestricted Use, closed; f is conditional
    assert found.tokens == 100
    assert found.disagreeing_tokens == pytest.approx(0.4)  # a and d; b has no tokens there
    assert sum(cell.n for cell in found.cells) == found.n
    assert {(cell.verdict, cell.restriction): cell.n for cell in found.cells}["Unrestricted Use", "partial"] == 0


def test_sites_without_a_weight_give_no_share(web):
    found = robots_and_terms(web, [one for one in sites() if one.domain == "b"])
    assert (found.n, found.disagreeing_tokens) == (1, None)


def test_nothing_read_is_nothing_found(web):
    found = robots_and_terms(web, [])
    assert (found.n, found.cells, found.robots_only) == (0, (), 7)


def test_an_unknown_corpus_is_named(web):
    with pytest.raises(NotFound, match="no corpus 'c5'"):
        robots_and_terms(web, [], "c5")
