"""Age of evidence, against the system's version, newer scorers and the catalogue; and which links are taken."""

from __future__ import annotations

from datetime import date

import pytest

from governance.assessment.links import check_link, check_page
from governance.assessment.records import Evidence, Figure, System, SystemVersion
from governance.assessment.staleness import newest_scorers, split_scorer, staleness
from governance.errors import BadInput
from tests.unit.assessment.evidence_rows import CHAT

LINK = Evidence(id="e", title="t", kind="link", url="https://example.org")
EARLY, LATE = date(2025, 6, 1), date(2026, 2, 1)
UNDATED_SYSTEM = System(id="s", name="S", versions=(SystemVersion(version="1"), SystemVersion(version="2")))
SCORERS = newest_scorers(["Perspective API 2023-05", "Perspective API 2024-01", "detoxify 0.5.10"])


def flags(evidence: Evidence, system: System = CHAT, **how) -> list[str]:
    return [flag.kind for flag in staleness(evidence, system, **how).flags]


@pytest.mark.parametrize(
    ("fields", "how", "expected"),
    [
        pytest.param({"effective": LATE}, {}, [], id="after-the-newest-version"),
        pytest.param({"effective": date(2026, 1, 1)}, {}, [], id="on-its-day"),
        pytest.param({"effective": EARLY}, {}, ["older_than_version"], id="before-the-newest-version"),
        pytest.param({"effective": EARLY}, {"version": "1.0"}, [], id="after-the-assessed-version"),
        pytest.param({"effective": date(2024, 1, 1)}, {"version": "1.0"}, ["older_than_version"], id="before-assessed"),
        pytest.param({"effective": EARLY, "system_version": "2.0"}, {}, [], id="says-it-is-about-this-version"),
        pytest.param({"effective": LATE, "system_version": "1.0"}, {}, ["earlier_version"], id="about-an-earlier-one"),
        pytest.param({"system_version": "2.0"}, {"version": "1.0"}, ["undated"], id="about-a-later-one"),
        pytest.param({}, {}, ["undated"], id="undated"),
        pytest.param({}, {"added": EARLY}, ["older_than_version"], id="undated-but-uploaded-before"),
        pytest.param({}, {"added": LATE}, ["undated"], id="undated-and-uploaded-later"),
        pytest.param({"effective": EARLY}, {"added": LATE}, ["older_than_version"], id="effective-apart-from-upload"),
        pytest.param({"effective": EARLY}, {"system": UNDATED_SYSTEM}, [], id="versions-without-dates"),
        pytest.param({"effective": EARLY}, {"system": CHAT.model_copy(update={"versions": ()})}, [], id="no-versions"),
        pytest.param({"effective": EARLY}, {"version": "9"}, [], id="unknown-version"),
        pytest.param({"effective": LATE, "scorer": "perspective api 2023-05"}, {}, ["older_scorer"], id="older-scorer"),
        pytest.param({"effective": LATE, "scorer": "Perspective API 2024-01"}, {}, [], id="newest-scorer"),
        pytest.param({"effective": LATE, "scorer": "Perspective API"}, {}, [], id="scorer-without-version"),
        pytest.param({"effective": LATE, "scorer": "detoxify==0.5.9"}, {}, ["older_scorer"], id="nine-before-ten"),
        pytest.param({"effective": LATE, "scorer": "other 1"}, {}, [], id="scorer-nobody-else-names"),
        pytest.param({"effective": LATE, "catalogue": "old"}, {}, ["other_catalogue"], id="another-catalogue"),
        pytest.param({"effective": LATE, "catalogue": "old"}, {"changed": ()}, [], id="rebuilt-and-the-same"),
        pytest.param(
            {"effective": LATE, "catalogue": "old"}, {"changed": ("year",)}, ["changed_record"], id="rebuilt-and-other"
        ),
        pytest.param({"effective": LATE, "catalogue": "new"}, {"changed": ("year",)}, [], id="changed-is-for-another"),
        pytest.param({"effective": LATE, "catalogue": "new"}, {}, [], id="present-catalogue"),
        pytest.param(
            {"effective": EARLY, "catalogue": "old", "scorer": "detoxify 0.4"},
            {"changed": ("year", "licences")},
            ["older_than_version", "older_scorer", "changed_record"],
            id="all-at-once",
        ),
        pytest.param({"catalogue": "old"}, {"changed": ("year",)}, ["changed_record", "undated"], id="undated-is-last"),
    ],
)
def test_flags(fields, how, expected):
    evidence = LINK.model_copy(update=fields)
    found = staleness(evidence, **{"system": CHAT, "scorers": SCORERS, "catalogue": "new", **how})
    assert [flag.kind for flag in found.flags] == expected
    assert found.stale == bool(set(expected) - {"undated", "other_catalogue"})
    assert all(flag.words for flag in found.flags)


def test_a_frozen_figure_brings_its_catalogue():
    figure = LINK.model_copy(update={"kind": "figure", "figure": Figure(name="x", catalogue="old"), "effective": LATE})
    (flag,) = staleness(figure, CHAT, catalogue="new").flags
    assert flag.words == "from catalogue old; it is now new, and whether it still says so cannot be told"
    assert flags(figure, catalogue="old") == flags(figure) == []


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        pytest.param("Perspective API 2023-05", "perspective api", "2023-05", id="month"),
        pytest.param("detoxify==0.5.2", "detoxify", "0.5.2", id="pinned"),
        pytest.param("llama-guard@v3", "llama-guard", "3", id="at"),
        pytest.param("gpt-4-0613", "gpt-4-0613", "", id="name-with-digits"),
        pytest.param("human raters", "human raters", "", id="none"),
        pytest.param("", "", "", id="empty"),
    ],
)
def test_scorers_are_split(text, name, version):
    assert split_scorer(text) == (name, version)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "HTTPS://EXAMPLE.org/A",
        "https://xn--bcher-kva.example/%20x",
        "https://bücher.example/ü",
        "https://[2001:db8::1]/",
        "https://example.org/a(b)[c]",
    ],
)
def test_links_of_the_web_are_taken(address):
    assert check_link(f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("", id="empty"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("JaVaScRiPt:alert(1)", id="script-in-capitals"),
        pytest.param("java\nscript:alert(1)", id="script-with-line-end"),
        pytest.param("\x01javascript:alert(1)", id="script-after-control"),
        pytest.param("data:text/html,<script>alert(1)</script>", id="data"),
        pytest.param("vbscript:x", id="vbscript"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("ftp://example.org", id="ftp"),
        pytest.param("//example.org", id="no-scheme"),
        pytest.param("example.org", id="no-scheme-no-slashes"),
        pytest.param("https:example.org", id="no-slashes"),
        pytest.param("https:///path", id="no-host"),
        pytest.param("https://", id="nothing-after"),
        pytest.param("https://user:secret@example.org", id="password"),
        pytest.param("https://example.org@evil.test", id="user"),
        pytest.param("https://example.org\\@evil.test", id="backslash"),
        pytest.param("https://example.org/a b", id="space"),
        pytest.param('https://example.org/"onclick=x', id="quote"),
        pytest.param("https://example.org/\u202egpj.exe", id="right-to-left"),
        pytest.param("https://exam\u200bple.org", id="unseen"),
        pytest.param("https://example.org:99999/", id="port"),
        pytest.param("https://[::1/", id="open-bracket"),
        pytest.param("https://example.org/" + "a" * 2_000, id="long"),
    ],
)
def test_other_links_are_refused(address):
    with pytest.raises(BadInput) as refused:
        check_link(address)
    assert refused.value.fix


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("", True),
        ("/", True),
        ("/hosts", True),
        ("/hosts?a=b&c=%20d", True),
        ("/social-impact?id=x", True),
        ("hosts", False),
        ("//evil.test", False),
        ("/\\evil.test", False),
        ("/hosts/../x", False),
        ("/hosts#x", False),
        ("https://example.org/hosts", False),
    ],
)
def test_addresses_of_pages(address, taken):
    if taken:
        assert check_page(address) == address
    else:
        with pytest.raises(BadInput):
            check_page(address)
