"""Laws of reading robots.txt, on any text and on the worst of texts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.consent.level_pass import cut
from governance.consent.levels import inherited, is_machine_file, level_of, restriction_levels
from governance.consent.robots import Robots, read_robots, verdict
from governance.consent.robots_paths import read_pattern, url_path
from governance.consent.vocabulary import RESTRICTIONS

AGENTS = ("A", "B", "AB", "*")
URLS = ("/", "/a", "/ab", "/a/b", "/b", "/robots.txt", "/ads.txt", "/x/y.pdf", "/a?b=c")

agents = st.sampled_from(["A", "b", "AB", "*", "A/1.0", "a b", "", "C"])
values = st.one_of(
    st.sampled_from(
        ["", "/", "*", "/*", "/$", "/*$", "/a", "/a*", "/a$", "/ab", "/ads.txt", "*.pdf", "x", "/%61", "#"]
    ),
    st.text(alphabet="/ab*$%6?", max_size=6),
)
spaces = st.sampled_from(["", " ", "\t"])
agent_keys = st.sampled_from(["User-agent", "user-agent", "USERAGENT", "User agent", " user-agent", "User-Agent "])
rule_keys = st.sampled_from(
    ["Allow", "Disallow", "disallow", "ALLOW", "disalow", " Disallow", "Disallow\t", "dissallow"]
)
other_lines = st.sampled_from(["", "# Disallow: /", "Sitemap: /s", "Crawl-delay: 1", "words", "Disallow", "Allow /a",
                               "disallow /", "User-agent A", "Noindex: /", "Content-Signal: search=no"])  # fmt: skip
lines = st.one_of(
    st.tuples(agent_keys, spaces, agents).map(lambda part: f"{part[0]}:{part[1]}{part[2]}"),
    st.tuples(rule_keys, spaces, values).map(lambda part: f"{part[0]}:{part[1]}{part[2]}"),
    other_lines,
)
files = st.tuples(st.lists(lines, max_size=14), st.sampled_from(["\n", "\r", "\r\n"])).map(
    lambda part: part[1].join(part[0])
)
any_bytes = st.one_of(
    st.binary(max_size=200), files.map(str.encode), st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace"))
)


def rules_of(robots: Robots, agent: str) -> tuple[list[bytes], list[bytes]]:
    rules = [rule for group in robots.groups_of(agent) for rule in group.rules if rule.value]
    return tuple([rule.value for rule in rules if rule.kind == kind] for kind in ("allow", "disallow"))  # type: ignore[return-value]


def naive(robots: Robots, agent: str, url: str) -> bool:
    """Decide as the standard words it: try every rule, keep the longest, prefer allow."""
    path = url_path(url)
    if path == "/robots.txt":
        return True
    allow, disallow = rules_of(robots, agent)
    patterns = [(read_pattern(value), True) for value in allow] + [(read_pattern(value), False) for value in disallow]
    found = [(pattern.octets, allowed) for pattern, allowed in patterns if pattern.can_match and pattern.matches(path)]
    return max(found)[1] if found else True


@given(any_bytes)
@settings(max_examples=300, deadline=None)
def test_nothing_is_raised_whatever_the_octets(content: bytes) -> None:
    robots = read_robots(content)
    for agent in AGENTS:
        verdict(robots, agent, "/a?b")
    assert set(restriction_levels(content, AGENTS).values()) <= set(RESTRICTIONS)
    assert set(restriction_levels(content, AGENTS, "paper").values()) <= set(RESTRICTIONS)
    inherited(content, AGENTS)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_no_address_raises_and_one_spelling_is_stable(url: str) -> None:
    path = url_path(url)
    assert path.startswith("/")
    assert path.isascii()
    assert url_path(path) == path


@given(files)
@settings(max_examples=400, deadline=None)
def test_the_quick_pass_gives_what_the_reader_gives(text: str) -> None:
    robots = read_robots(text)
    read = [(group.names, rules_of(Robots((group,)), next(iter(group.names), "nobody"))) for group in robots.groups]
    assert [frozenset(group.names) for group in cut(text)] == [names for names, _ in read]
    assert restriction_levels(text, AGENTS) == {agent: level_of(*rules_of(robots, agent)) for agent in AGENTS}
    assert inherited(text, AGENTS) == {agent for agent in AGENTS if agent != "*" and not robots.own_groups(agent)}


@given(files, st.sampled_from(AGENTS), st.sampled_from(URLS))
@settings(max_examples=400, deadline=None)
def test_a_verdict_is_that_of_trying_every_rule(text: str, agent: str, url: str) -> None:
    robots = read_robots(text)
    found = verdict(robots, agent, url)
    assert found.allowed is naive(robots, agent, url)
    if found.line is not None:
        line = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[found.line - 1].lower()
        assert "low" in line or "law" in line


@given(st.lists(values, max_size=5), st.lists(values, max_size=5))
@settings(max_examples=500, deadline=None)
def test_a_level_is_what_can_be_fetched(allow: list[str], disallow: list[str]) -> None:
    """Every way a rule can match is tried with one octet that no rule holds in place of each star."""
    text = "\n".join(
        ["User-agent: *", *(f"Allow: {value}" for value in allow), *(f"Disallow: {value}" for value in disallow)]
    )
    robots = read_robots(text)
    found: list[tuple[str, bool]] = [("/zz", False)]
    for value in (*allow, *disallow):
        pattern = read_pattern(value.partition("#")[0].strip().encode())
        for star in ("", "/z", "z"):
            end = "" if pattern.anchored else "zz"
            path = pattern.text.removesuffix("$" if pattern.anchored else "").replace("*", star) + end
            if path.startswith("/") and pattern.matches(path):
                found.append((path, is_machine_file(pattern)))
    open_ = [(path, machine) for path, machine in found if verdict(robots, "A", f"https://example.org{path}").allowed]
    level = restriction_levels(text, ["A"])["A"]
    assert (level == "none") == (len(open_) == len(found))
    if level == "full":
        assert all(machine for _, machine in open_)
    elif all(machine for _, machine in open_):
        pytest.fail(f"{level} although only {open_} can be fetched")


@given(files, st.sampled_from(AGENTS), values, st.sampled_from(URLS))
@settings(max_examples=300, deadline=None)
def test_one_more_disallow_never_loosens(text: str, agent: str, value: str, url: str) -> None:
    more = f"User-agent: {agent}\nDisallow: {value}"
    own = read_robots(text).groups_of(agent)
    rules = "".join(f"{rule.words}\n" for group in own for rule in group.rules)
    before, after = f"User-agent: {agent}\n{rules}", f"User-agent: {agent}\n{rules}{more}"
    assert verdict(read_robots(after), agent, url).allowed <= verdict(read_robots(before), agent, url).allowed
    order = RESTRICTIONS.index
    levels = [order(restriction_levels(one, [agent])[agent]) for one in (before, after)]
    assert levels[0] <= levels[1]


NAMED = st.sampled_from(["NAME", "name", "NAME/1.0", "b", "*", "NAME-b", "a b"])
templates = st.lists(
    st.one_of(
        st.tuples(agent_keys, NAMED).map(": ".join),
        st.tuples(rule_keys, values).map(":".join),
        st.sampled_from(["User-agent NAME", "# NAME", "Crawl-delay: 1", "disallow /"]),
    ),
    max_size=14,
).map("\n".join)


@given(templates, st.sampled_from(URLS))
@settings(max_examples=200, deadline=None)
def test_renaming_an_agent_moves_its_verdict(template: str, url: str) -> None:
    texts = {new: template.replace("NAME", new).replace("name", new.lower()) for new in ("Foo", "BAR-bot")}
    verdicts = {verdict(read_robots(text), new, url).allowed for new, text in texts.items()}
    levels = {restriction_levels(text, [new])[new] for new, text in texts.items()}
    assert len(verdicts) == len(levels) == 1


@given(files, st.sampled_from(URLS))
@settings(max_examples=200, deadline=None)
def test_groups_of_others_change_nothing(text: str, url: str) -> None:
    other = "User-agent: zz\nDisallow: /\nUser-agent: yy\nUser-agent: xx\nDisallow: /a\n"
    # A rule after the last group belongs to it, so the text must begin with a group of its own to stand behind others.
    alone = f"User-agent: ww\n{text}"
    for both in (f"{alone}\nAllow:\n{other}", f"{other}{alone}"):
        for agent in ("A", "b"):
            assert verdict(read_robots(both), agent, url)[:2] == verdict(read_robots(alone), agent, url)[:2]
            assert restriction_levels(both, [agent]) == restriction_levels(alone, [agent])


BIG = 10_000_000
HOSTILE: dict[str, Callable[[], bytes]] = {
    "one line of 10 MB": lambda: b"User-agent: *\nDisallow: /" + b"a" * BIG,
    "one value of 10 MB before any line end": lambda: b"User-agent: " + b"a" * BIG,
    "a million wildcards": lambda: b"User-agent: *\nDisallow: /" + b"*" * 1_000_000,
    "wildcards that almost match": lambda: b"User-agent: *\nDisallow: /" + b"*a" * 200_000 + b"$\nAllow: /b",
    "a million colons": lambda: b":" * 1_000_000,
    "NUL octets": lambda: b"\0" * 1_000_000,
    "NULs in rules": lambda: b"User-agent: *\nDisallow: /\0\n" * 30_000,
    "not UTF-8": lambda: b"\xff\xfe\xc3\x28" * 250_000,
    "carriage returns": lambda: b"\r" * 1_000_000,
    "spaces": lambda: b" " * 1_000_000 + b"Disallow: /",
    "hashes": lambda: b"#" * 1_000_000,
    "byte order marks": lambda: b"\xef\xbb\xbf" * 200_000,
    "groups of one agent": lambda: b"User-agent: A\nDisallow: /a\n" * 20_000,
    "agents of one group": lambda: b"".join(b"User-agent: a%d\n" % n for n in range(30_000)) + b"Disallow: /",
    "rules that all differ": lambda: b"User-agent: A\n" + b"".join(b"Disallow: /%d\n" % n for n in range(30_000)),
    "each rule taken back by a star": lambda: (
        b"User-agent: A\n" + b"".join(b"Disallow: /%d\nAllow: /*%d*\n" % (n, n) for n in range(12_000))
    ),
    "each allow shut again": lambda: (
        b"User-agent: A\nDisallow: /\n" + b"".join(b"Allow: /%d\nDisallow: /*%d*\n" % (n, n) for n in range(12_000))
    ),
    "nested prefixes": lambda: b"User-agent: A\n" + b"".join(b"Disallow: /" + b"a" * n + b"\n" for n in range(950)),
    "percent signs": lambda: b"User-agent: A\nDisallow: /" + b"%" * 400_000,
    "the word agent": lambda: b"user agent" * 50_000,
    "the word allow": lambda: b"allow" * 100_000,
    "dots": lambda: b"User-agent: " + b"." * 500_000,
    "angle brackets": lambda: b"<" * 1_000_000,
}
LONG_URLS = ["/" + "a" * 60_000, "/" + "%61" * 20_000, "/" + "ba" * 30_000 + "?" + "*" * 5_000]


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_cost_little(content: Callable[[], bytes]) -> None:
    text = content()
    start = time.process_time()
    robots = read_robots(text)
    for agent in ("A", "b", "*"):
        verdict(robots, agent, "/a/b")
    assert set(restriction_levels(text, AGENTS)) == set(AGENTS)
    restriction_levels(text, AGENTS, "paper")
    assert time.process_time() - start < 4, "seconds of processor time"


@pytest.mark.parametrize("url", LONG_URLS, ids=["plain", "encoded", "stars"])
def test_long_addresses_cost_little(url: str) -> None:
    robots = read_robots(b"User-agent: *\n" + b"".join(b"Disallow: /*%d*z$\n" % n for n in range(2_000)))
    start = time.process_time()
    verdict(robots, "A", url)
    assert time.process_time() - start < 2, "seconds of processor time"
