"""What a site says besides robots.txt, kind by kind, and where its statements do not agree."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.consent.conflicts import conflicts
from governance.consent.page_signals import header_signals, meta_signals
from governance.consent.preferences import preference_signals
from governance.consent.robots import Statement
from governance.consent.rsl import rsl_signals
from governance.consent.signals import Signal
from governance.consent.site_signals import (
    TERMS,
    SiteTexts,
    ai_txt_signals,
    robots_signals,
    site_signals,
    terms_signals,
)
from governance.consent.tdmrep import tdmrep_signals
from governance.errors import BadInput


def short(signals: list[Signal]) -> list[tuple[str, str, str | None, str]]:
    return [(one.agent, one.use, one.restriction, one.scope) for one in signals]


def test_robots_says_its_level_to_each_agent_and_where() -> None:
    text = "User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /a"
    found = robots_signals(text, ["GPTBot", "CCBot"], date(2024, 4, 1))
    assert [(one.agent, one.restriction, one.certainty, one.line) for one in found] == [
        ("GPTBot", "full", "stated", 1),
        ("CCBot", "partial", "inherited", 4),
    ]
    assert found[0].since == date(2024, 4, 1)
    assert robots_signals("User-agent: GPTBot\nDisallow: /", ["CCBot"]) == [], "nothing is said to it"
    assert ai_txt_signals("User-Agent: *\nDisallow: *.jpg", ["CCBot"])[0].use == "training"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        pytest.param("content_usage", "train-ai=n", [("*", "training", "full", "/")], id="no"),
        pytest.param(
            "content_usage",
            "/art/ train-ai=y, search=n",
            [("*", "training", "none", "/art/"), ("*", "search", "full", "/art/")],
            id="path",
        ),
        pytest.param("content_usage", "/a\tai-use=n", [("*", "ai_input", "full", "/a")], id="tab"),
        pytest.param("content_usage", "train-ai=n;exceptions=b", [("*", "training", "full", "/")], id="parameters"),
        pytest.param("content_usage", "train-ai=maybe", [("*", "training", None, "/")], id="another-answer"),
        pytest.param("content_usage", "train-ai", [("*", "training", None, "/")], id="no-answer"),
        pytest.param("content_usage", "ai-train=no", [("*", "any_ai", None, "/")], id="words-of-the-other"),
        pytest.param("content_usage", "train-ai=n, train-ai=y", [("*", "training", "none", "/")], id="last-one-counts"),
        pytest.param(
            "content_signal",
            "search=yes, ai-train=no",
            [("*", "search", "none", "/"), ("*", "training", "full", "/")],
            id="signal",
        ),
        pytest.param("content_signal", "ai-input=NO", [("*", "ai_input", "full", "/")], id="case"),
        pytest.param("content_signal", "train-ai=n", [("*", "any_ai", None, "/")], id="words-of-the-draft"),
        pytest.param("content_signal", "", [], id="empty"),
    ],
)
def test_preferences(kind, value, expected) -> None:
    found = preference_signals(kind, [Statement(("*",), value, 3)])
    assert short(found) == expected
    assert {one.certainty for one in found} <= {"draft" if kind == "content_usage" else "stated"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            '[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://e.org/p"}]', [("full", "/")], id="whole"
        ),
        pytest.param(
            '[{"location": "/a/*", "tdm-reservation": 0}, {"location": "/b", "tdm-reservation": "1"}]',
            [("none", "/a/*"), ("full", "/b")],
            id="several",
        ),
        pytest.param('{"tdm-reservation": 1}', [("full", "/")], id="one-object"),
        pytest.param('[{"tdm-reservation": true}, {"tdm-reservation": 2}, {}]', [(None, "/")] * 3, id="other-values"),
        pytest.param("[1, null]", [], id="no-rules"),
        pytest.param('"text"', [(None, "/")], id="no-list"),
        pytest.param("{", [(None, "/")], id="broken"),
        pytest.param("[" * 100_000, [(None, "/")], id="deep"),
    ],
)
def test_tdmrep(content: str, expected: list[tuple[str | None, str]]) -> None:
    assert [(one.restriction, one.scope) for one in tdmrep_signals(content)] == expected


def test_headers_hold_for_their_page() -> None:
    text = (
        "tdm-reservation: 1\ntdm-policy: https://e.org/p\nX-Robots-Tag: noai, noimageai\n"
        "X-Robots-Tag: GPTBot: noai\nContent-Usage: train-ai=n\nContent-Signal: search=yes\n"
        'Link: <https://e.org/terms.xml>; rel="license"; type="application/rsl+xml"\nServer: x\n'
    )
    found = header_signals(text, "https://e.org/art?x=1")
    assert {one.scope for one in found} == {"/art?x=1$"}
    assert [(one.kind, one.agent, one.use, one.restriction) for one in found] == [
        ("tdmrep", "*", "mining", "full"),
        ("header", "*", "training", "full"),
        ("header", "*", "training", "partial"),
        ("header", "GPTBot", "training", "full"),
        ("content_usage", "*", "training", "full"),
        ("content_signal", "*", "search", "none"),
        ("rsl", "*", "any_ai", None),
    ]
    assert header_signals({"X-Robots-Tag": "noindex, nofollow"}) == []


def test_meta_elements() -> None:
    page = (
        '<html><head><META NAME="robots" content="noai, index"><meta content=noimageai name=GPTBot>'
        "<meta name='tdm-reservation' content='0'><!-- <meta name=robots content=noai> -->"
        '<link rel="license" type="application/rsl+xml" href="https://e.org/t.xml">'
        '<meta name="description" content="all about AI"></head></html>'
    )
    assert [(one.kind, one.agent, one.restriction) for one in meta_signals(page)] == [
        ("tdmrep", "*", "none"),
        ("meta", "*", "full"),
        ("meta", "GPTBot", "partial"),
        ("rsl", "*", None),
    ]


def test_terms_of_rsl() -> None:
    text = """<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>
      <permits type="usage">search ai-input</permits><prohibits type="usage">ai-train</prohibits>
      <permits type="geo">DE</permits></license></content>
      <rsl:content url="/paid/"><rsl:license><rsl:permits type="usage">all</rsl:permits>
      <rsl:payment type="subscription"/></rsl:license></rsl:content></rsl>"""
    assert [one[1:] for one in short(rsl_signals(text))] == [
        ("search", "none", "/"),
        ("ai_input", "none", "/"),
        ("training", "full", "/"),
        ("crawl", "partial", "/paid/"),
        ("any_ai", "partial", "/paid/"),
        ("search", "partial", "/paid/"),
    ]


@pytest.mark.parametrize("verdict", TERMS)
def test_verdicts_on_terms(verdict: str) -> None:
    assert [(one.use, one.restriction) for one in terms_signals(verdict.lower())] == list(TERMS[verdict])


def test_another_verdict_is_refused() -> None:
    with pytest.raises(BadInput, match="No Scraping & AI"):
        terms_signals("whatever")


def said(kind, use, restriction, agent="*", scope="/") -> Signal:
    return Signal(kind=kind, agent=agent, use=use, restriction=restriction, certainty="stated", scope=scope)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            said("robots", "crawl", "none"), said("terms", "any_ai", "full"), "open_door", id="robots-and-terms"
        ),
        pytest.param(
            said("robots", "crawl", "partial"), said("terms", "any_ai", "full"), "open_door", id="partly-open"
        ),
        pytest.param(
            said("robots", "crawl", "none"), said("terms", "crawl", "full"), "contradicts", id="both-of-crawling"
        ),
        pytest.param(said("robots", "crawl", "full"), said("rsl", "training", "none"), "shut_door", id="shut"),
        pytest.param(
            said("tdmrep", "mining", "full"), said("content_usage", "training", "none"), "contradicts", id="mining"
        ),
        pytest.param(
            said("content_signal", "training", "full"), said("meta", "training", "partial"), "differs", id="more"
        ),
        pytest.param(said("robots", "crawl", "full"), said("terms", "any_ai", "full"), None, id="agree"),
        pytest.param(
            said("robots", "crawl", "none", "A"), said("terms", "training", "full", "B"), None, id="other-agent"
        ),
        pytest.param(
            said("robots", "crawl", "none", "A"), said("terms", "training", "full"), "open_door", id="everyone"
        ),
        pytest.param(
            said("meta", "training", "full", scope="/a$"),
            said("tdmrep", "mining", "none", scope="/b/"),
            None,
            id="other-path",
        ),
        pytest.param(
            said("meta", "training", "full", scope="/b/1$"),
            said("tdmrep", "mining", "none", scope="/b/*"),
            "contradicts",
            id="one-page",
        ),
        pytest.param(
            said("tdmrep", "mining", "full"),
            said("tdmrep", "mining", "none", scope="/free/"),
            None,
            id="exception-in-one-file",
        ),
        pytest.param(
            said("content_signal", "search", "none"), said("terms", "any_ai", "full"), None, id="search-is-apart"
        ),
        pytest.param(said("rsl", "any_ai", None), said("robots", "crawl", "none"), None, id="not-known"),
    ],
)
def test_conflicts(one: Signal, other: Signal, expected: str | None) -> None:
    for pair in ([one, other], [other, one]):
        found = conflicts(pair)
        assert [conflict.kind for conflict in found] == ([expected] if expected else [])
        assert all(conflict.words for conflict in found)


def test_a_site_that_does_not_agree_with_itself() -> None:
    texts = SiteTexts(
        robots="User-agent: *\nAllow: /\nContent-Signal: ai-train=yes\nLicense: https://e.org/t.xml\n",
        ai_txt="User-agent: *\nDisallow: /\n",
        headers="Content-Type: text/html\n",
        terms="No AI",
    )
    found = site_signals(texts, ["GPTBot"])
    assert {one.kind for one in found.signals} == {"robots", "content_signal", "rsl", "ai_txt", "terms"}
    assert set(found.silent) == {"content_usage", "header"}
    assert {one.kind for one in found.conflicts} == {"contradicts", "open_door"}
    assert found == site_signals(texts, ["GPTBot"])


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    texts = SiteTexts(robots=text, ai_txt=text, tdmrep=text, headers=text, page=text, rsl=text)
    found = site_signals(texts, ["A"])
    looked_for = {"robots", "content_usage", "content_signal", "ai_txt", "tdmrep", "header", "meta", "rsl"}
    assert {*found.silent, *(one.kind for one in found.signals)} == looked_for


@pytest.mark.parametrize(
    "text",
    [
        "<meta " * 200_000,
        "<!--" * 250_000,
        "<meta name=" + "x" * 900_000,
        '<content url="' * 60_000,
        "<permits>" * 100_000,
    ],
)
def test_hostile_pages_cost_little(text: str) -> None:
    start = time.process_time()
    meta_signals(text)
    rsl_signals(text)
    assert time.process_time() - start < 3, "seconds of processor time"
