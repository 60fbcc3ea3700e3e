"""Restriction levels: the definition, the published rule, and the numbers measured on real files."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from governance.consent.agents import AI_DEVELOPERS
from governance.consent.levels import LevelReader, inherited, restriction_levels
from governance.consent.vocabulary import RESTRICTIONS, Mode, Restriction

STAR = "User-agent: *\n"


def level(text: str | bytes, agent: str = "GPTBot", mode: Mode = "rfc") -> Restriction:
    return restriction_levels(text, [agent], mode)[agent]


@pytest.mark.parametrize(
    ("lines", "rfc", "paper"),
    [
        pytest.param("", "none", "none", id="no-rules"),
        pytest.param("Disallow:", "none", "none", id="empty-rule"),
        pytest.param("Allow: /", "none", "none", id="allow-only"),
        pytest.param("Crawl-delay: 10", "none", "none", id="delay-only"),
        pytest.param("Disallow: /art", "partial", "partial", id="one-folder"),
        pytest.param("Disallow: /", "full", "full", id="everything"),
        pytest.param("Disallow: /*", "full", "partial", id="slash-star"),
        pytest.param("Disallow: *", "full", "partial", id="star"),
        pytest.param("Disallow: /*$", "full", "partial", id="star-to-the-end"),
        pytest.param("Disallow: */", "full", "partial", id="star-slash"),
        pytest.param("Disallow: /$", "partial", "partial", id="home-page-only"),
        pytest.param("Disallow: /a\nDisallow: /", "full", "full", id="among-others"),
        pytest.param("Disallow: /\nAllow: /ads.txt", "full", "partial", id="ads-txt-is-for-machines"),
        pytest.param("Disallow: /\nAllow: /ads.txt$\nAllow: /app-ads.txt", "full", "partial", id="app-ads-txt"),
        pytest.param("Disallow: /\nAllow: /robots.txt", "full", "partial", id="robots-txt"),
        pytest.param("Disallow: /\nAllow: /sitemap.xml\nAllow: /x/sitemaps/", "full", "partial", id="sitemaps"),
        pytest.param("Disallow: /\nAllow: /.well-known/", "full", "partial", id="well-known"),
        pytest.param("Disallow: /\nAllow: /security.txt", "full", "partial", id="security-txt"),
        pytest.param("Disallow: /\nAllow: /humans", "partial", "partial", id="a-page-is-open"),
        pytest.param("Disallow: /\nAllow: /$", "partial", "partial", id="the-home-page-is-open"),
        pytest.param("Disallow: /\nAllow: /", "none", "none", id="allow-wins-the-tie"),
        pytest.param("Disallow: /\nAllow: /*", "none", "partial", id="longer-allow-of-everything"),
        pytest.param("Disallow: /*\nAllow: /", "full", "partial", id="shorter-allow-of-everything"),
        pytest.param("Disallow: /**\nAllow: /a", "full", "partial", id="every-allow-is-shorter"),
        pytest.param("Disallow: /\nAllow: /a\nDisallow: /ab\nDisallow: /a*", "full", "partial", id="allow-taken-back"),
        pytest.param("Disallow: /\nAllow: /a\nDisallow: /ab", "partial", "partial", id="allow-partly-taken-back"),
        pytest.param("Disallow: /a\nAllow: /a", "none", "none", id="same-lists"),
        pytest.param("Disallow: /a\nAllow: /b\nAllow: /a", "none", "partial", id="each-taken-back"),
        pytest.param("Disallow: /a\nDisallow: /c\nAllow: /a", "partial", "partial", id="one-taken-back"),
        pytest.param("Disallow: /a\nAllow: /a*", "none", "partial", id="taken-back-with-a-star"),
        pytest.param("Disallow: /a$\nAllow: /*a*", "none", "partial", id="anchored-taken-back"),
        pytest.param("Disallow: *foo\nAllow: /*foo", "none", "partial", id="a-first-star-begins-with-a-slash"),
        pytest.param("Disallow: */foo\nAllow: /*/foo", "partial", "partial", id="or-with-none"),
        pytest.param("Disallow: /%61\nAllow: /a", "none", "partial", id="same-octets"),
        pytest.param("Disallow: folder", "none", "partial", id="matches-nothing"),
        pytest.param("Disallow: /?q=", "partial", "none", id="query-rule"),
        pytest.param("Disallow: /\nAllow: /?q=", "partial", "full", id="query-allow"),
    ],
)
def test_level_in_both_modes(lines: str, rfc: Restriction, paper: Restriction) -> None:
    assert (level(STAR + lines), level(STAR + lines, mode="paper")) == (rfc, paper)


@pytest.mark.parametrize(
    ("text", "agent", "rfc", "paper"),
    [
        pytest.param("User-agent: x\nDisallow: /a\nUser-agent: A\nUser-agent: B\nDisallow: /", "A", "full", "none",
                     id="a-later-group-loses-all-but-its-last-agent"),
        pytest.param("User-agent: x\nDisallow: /a\nUser-agent: A\nUser-agent: B\nDisallow: /", "B", "full", "full",
                     id="its-last-agent"),
        pytest.param("User-agent: A\nUser-agent: B\nDisallow: /", "A", "full", "full", id="the-first-group-is-kept"),
        pytest.param("Sitemap: https://e.org/s\nUser-agent: A\nUser-agent: B\nDisallow: /", "A", "full", "none",
                     id="a-sitemap-line-before-starts-it"),
        pytest.param("User-agent: a\nDisallow: /\nUser-agent: *\nDisallow:", "A", "full", "none", id="spelling"),
        pytest.param("User-agent: A\nDisallow: /a?b\nUser-agent: a\nDisallow: /", "A", "full", "full",
                     id="the-first-spelling-takes-what-follows"),
        pytest.param("\ufeffUser-agent: *\nDisallow: /", "A", "full", "none", id="byte-order-mark"),
        pytest.param("User-agent: *\nDisallow /", "A", "full", "none", id="missing-colon"),
    ],
)  # fmt: skip
def test_what_the_published_rule_loses(text: str, agent: str, rfc: Restriction, paper: Restriction) -> None:
    assert (level(text, agent), level(text, agent, "paper")) == (rfc, paper)


@pytest.mark.parametrize("mode", ["rfc", "paper"])
@pytest.mark.parametrize("content", ["", b"", "# nothing\n", "<html>\n<p>Not found</p>"])
def test_an_absent_file_restricts_nobody(content: str | bytes, mode: Mode) -> None:
    assert restriction_levels(content, ["GPTBot", "*"], mode) == {"GPTBot": "none", "*": "none"}


def test_who_is_not_named_takes_what_is_said_to_everyone() -> None:
    text = "User-agent: *\nDisallow: /a\nUser-agent: GPTBot\nDisallow: /"
    assert restriction_levels(text, ["gptbot", "CCBot", "*"]) == {"gptbot": "full", "CCBot": "partial", "*": "partial"}
    assert inherited(text, ["gptbot", "CCBot", "*"]) == {"CCBot"}
    assert inherited(text, ["GPTBot", "CCBot", "*"], "paper") == {"CCBot"}


def test_a_reader_gives_what_the_function_gives() -> None:
    reader = LevelReader(["GPTBot", "CCBot"], most=2)
    texts = [STAR + "Disallow: /", STAR, STAR + "Disallow: /a", STAR + "Disallow: /"]
    for text in texts:
        assert dict(reader.levels(text)) == restriction_levels(text, ["GPTBot", "CCBot"])
        assert reader.levels(text.encode()) == reader.levels(text)


def strictest(levels: dict[str, Restriction]) -> Restriction:
    return max(levels.values(), key=RESTRICTIONS.index)


@pytest.mark.outside_data
def test_779_real_files_of_2019(robots_2019: dict[str, str], consent_files: Path) -> None:
    """The reading by RFC 9309 gives the measured 12, 697 and 70; the published rule gives 10, 694 and 75."""
    expected = json.loads((consent_files / "expected_numbers.json").read_text())["robots_2019_join"]
    counted = {
        mode: Counter(strictest(restriction_levels(text, AI_DEVELOPERS, mode)) for text in robots_2019.values())
        for mode in ("rfc", "paper")
    }
    words: dict[Restriction, str] = {"full": "all", "partial": "some", "none": "none"}
    assert len(robots_2019) == expected["domains_joined"]
    assert {words[key]: n for key, n in counted["rfc"].items()} == expected["any_of_six_ai_agents"]
    assert counted["paper"] == {"full": 10, "partial": 694, "none": 75}


@pytest.mark.outside_data
def test_779_real_files_weighted_by_their_tokens(robots_2019: dict[str, str], consent_files: Path) -> None:
    expected = json.loads((consent_files / "expected_numbers.json").read_text())["robots_2019_join"][
        "c4_token_weighted"
    ]
    tokens: dict[str, float] = defaultdict(float)
    with (consent_files / "domain_token_counts_c4_rf_dolma.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            tokens[row["url"].lower().removeprefix("www.")] += float(row["c4_tokens"] or 0)
    weight: Counter[Restriction] = Counter()
    for domain, text in robots_2019.items():
        weight[strictest(restriction_levels(text, AI_DEVELOPERS))] += tokens[domain.lower().removeprefix("www.")]
    total = sum(weight.values())
    found = {"all": weight["full"], "some": weight["partial"], "none": weight["none"]}
    assert {key: round(value / total, 4) for key, value in found.items()} == expected
