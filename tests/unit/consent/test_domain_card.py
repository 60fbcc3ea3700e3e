"""The card of a host: newest readings, what does not agree, who draws on it."""

from __future__ import annotations

import pytest

from governance.consent.domain_card import domain_card
from governance.consent.terms import PageTerms
from governance.errors import NotFound
from tests.unit.consent.small_web import MARCH, MAY, SIGNAL


def test_readings(web):
    card = domain_card(web.connection, "https://www.closed.example:443/x")
    assert (card.name, card.level, card.observed, card.developers) == ("closed.example", "full", MAY, 2)
    found = {(one.kind, one.agent): (one.restriction, one.first, one.readings) for one in card.readings}
    assert found == {
        ("ai_txt", "*"): ("full", MAY, 1),
        ("robots", "GPTBot"): ("full", MAY, 2),
        ("robots", "CCBot"): ("partial", MAY, 1),
        ("robots", "*"): ("none", MAY, 1),
    }
    assert [one.id for one in card.datasets] == ["parent"]
    assert card.terms is None


def test_since_when_it_says_the_same(web):
    web.connection.execute(SIGNAL, ["closed.example", "2025-06-01", "robots", "GPTBot", "full"])
    web.connection.execute(SIGNAL, ["dark.example", MARCH, "robots", "GPTBot", None])
    readings = domain_card(web.connection, "closed.example").readings
    assert [(one.first, one.readings) for one in readings if one.agent == "GPTBot"] == [(MAY, 3)]
    dark = domain_card(web.connection, "dark.example")
    assert (dark.level, dark.readings[0].restriction, dark.readings[0].first) == (None, None, MARCH)


def test_terms_and_robots_that_do_not_agree_are_shown(web):
    pages = [PageTerms(domain="open.example", ai_scraping=2), PageTerms(domain="elsewhere.example", ai_scraping=1)]
    card = domain_card(web.connection, "open.example", pages)
    assert card.terms is not None
    assert (card.terms.verdict, len(card.pages)) == ("No Scraping", 1)
    assert {(one.kind, one.first.kind, one.second.kind) for one in card.conflicts} >= {("differs", "robots", "terms")}


def test_weight_and_relatives(web):
    web.connection.execute("INSERT INTO corpus VALUES ('c4', 'C4', 1000, 10, 2, 'own')")
    web.connection.execute("INSERT INTO corpus_domain VALUES ('c4', 'blog.open.example', 50, 'head', 'own')")
    card = domain_card(web.connection, "blog.open.example")
    assert [(one.corpus, one.share) for one in card.corpora] == [("c4", 0.05)]
    assert (card.registrable, card.relatives) == ("open.example", ("open.example",))


@pytest.mark.parametrize(("name", "fix"), [("opn.example", "open.example"), ("no host", "import"), ("", "import")])
def test_unknown(web, name, fix):
    with pytest.raises(NotFound) as refused:
        domain_card(web.connection, name)
    assert fix in refused.value.fix
