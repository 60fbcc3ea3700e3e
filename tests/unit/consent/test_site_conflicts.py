"""All sites that contradict themselves: as the card of each has it, weighed, by kind, and nothing where nothing is."""

from __future__ import annotations

from random import Random

import polars as pl
import pytest

from governance.consent.conflicts import conflicts, statement
from governance.consent.domain_card import domain_card
from governance.consent.signals import Signal
from governance.consent.site_conflicts import site_conflicts
from governance.consent.site_signals import terms_signals
from governance.consent.terms import merge_terms
from governance.consent.vocabulary import RESTRICTIONS, SIGNAL_KINDS, USES
from governance.errors import NotFound
from tests.unit.consent.small_web import MAY, SIGNAL
from tests.unit.consent.test_terms import page

COLUMNS = dict.fromkeys(("domain_id", "kind", "agent", "use", "restriction"), pl.String)
SAID = (
    "INSERT INTO consent_signal BY NAME SELECT *, ?::DATE AS observed, 'stated' AS certainty, 'own' AS source_id "
    "FROM table_of_all"
)
AGENTS = ("*", "GPTBot", "CCBot", "Other")
LEVELS = (*RESTRICTIONS, None)


@pytest.fixture
def weighed(web):
    web.connection.execute("INSERT INTO corpus VALUES ('c4', 'C4', 1000, 10, 2, 'own')")
    web.connection.execute("INSERT INTO corpus_domain VALUES ('c4', 'open.example', 50, 'head', 'own')")
    return web.connection


def pages(**codes):
    return [page(ai_scraping=code, domain=name.replace("_", "-") + ".example") for name, code in codes.items()]


def sites(**codes):
    return [merge_terms(one.domain, [one]) for one in pages(**codes)]


def test_signals_and_terms_are_set_beside_each_other(weighed):
    found = site_conflicts(weighed, sites(open=2, only_everyone=5, nowhere=1))
    assert (found.read, found.compared, found.sites) == (4, 3, 3)
    assert [(one.domain, one.kind, one.agents, one.first, one.second, one.tokens) for one in found.rows] == [
        ("open.example", "differs", ("GPTBot",), "robots.txt: crawling partly closed",
         "Terms (No Scraping): crawling closed", 50),
        ("closed.example", "contradicts", ("*",), "robots.txt: crawling open", "ai.txt: crawling closed", None),
        ("closed.example", "differs", ("CCBot",), "robots.txt: crawling partly closed", "ai.txt: crawling closed",
         None),
        ("only-everyone.example", "contradicts", ("*",), "Terms (Unrestricted Use): crawling open",
         "robots.txt: crawling closed", None),
        ("only-everyone.example", "shut_door", ("*",), "Terms (Unrestricted Use): any use for AI open",
         "robots.txt: crawling closed", None),
    ]  # fmt: skip
    assert found.counts == {"contradicts": 2, "differs": 2, "open_door": 0, "shut_door": 1}


def test_only_the_kinds_asked_for_are_listed(weighed):
    found = site_conflicts(weighed, sites(open=2, only_everyone=5), kinds=["shut_door"])
    assert {one.kind for one in found.rows} == {"shut_door"}
    assert (found.sites, found.counts["contradicts"]) == (1, 2)


def test_an_unreachable_newest_reading_says_nothing(weighed):
    weighed.execute(SIGNAL, ["closed.example", "2025-06-01", "ai_txt", "*", None])
    assert site_conflicts(weighed).rows == ()
    card = domain_card(weighed, "closed.example")
    assert {one.restriction for one in card.readings if one.kind == "ai_txt"} == {None}
    assert card.conflicts == ()


def test_an_agent_not_asked_about_last_time_is_left_out(weighed):
    weighed.execute(SIGNAL, ["open.example", "2025-06-01", "robots", "CCBot", "none"])
    listed = site_conflicts(weighed, sites(open=2)).rows[0]
    assert (listed.agents, listed.kind) == (("CCBot",), "contradicts")  # GPTBot was asked about in May
    assert [one.agent for one in domain_card(weighed, "open.example", pages(open=2)).conflicts] == ["CCBot"]


def test_nothing_read_is_nothing_found(weighed):
    weighed.execute("DELETE FROM consent_signal")
    found = site_conflicts(weighed)
    assert (found.read, found.compared, found.sites, found.rows) == (0, 0, 0, ())
    assert site_conflicts(weighed, sites(open=1)).read == 1


def test_an_unknown_corpus_is_named(weighed):
    with pytest.raises(NotFound, match="no corpus 'c5'"):
        site_conflicts(weighed, corpus="c5")


def test_the_list_has_what_each_site_has(weighed):
    """A hundred sites that say anything to anybody: as their statements one by one."""
    draw = Random(6)
    rows = {
        (f"s{site}.example", draw.choice(SIGNAL_KINDS), draw.choice(AGENTS), draw.choice(USES)): draw.choice(LEVELS)
        for site in range(100)
        for _ in range(draw.randrange(14))
    }
    table = pl.DataFrame([(*key, level) for key, level in rows.items()], schema=COLUMNS, orient="row")
    weighed.register("table_of_all", table)
    weighed.execute(SAID, [MAY])
    weighed.unregister("table_of_all")
    read = [merge_terms(f"s{site}.example", [page(ai_scraping=site % 5 + 1)]) for site in range(50)]
    said = {one.domain: list(terms_signals(one.verdict)) for one in read}
    for (domain, kind, agent, use), level in rows.items():
        one = Signal(kind=kind, agent=agent, use=use, restriction=level, certainty="stated")
        said.setdefault(domain, []).append(one)
    expected = {
        (domain, one.kind, one.agent, statement(one.first), statement(one.second))
        for domain, signals in said.items()
        for one in conflicts(signals)
    }
    listed = {
        (one.domain, one.kind, agent, one.first, one.second)
        for one in site_conflicts(weighed, read).rows
        for agent in one.agents
        if one.domain in said
    }
    assert len(expected) > 400
    assert listed == expected
