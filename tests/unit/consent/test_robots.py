"""robots.txt by RFC 9309: what is read, and which rule decides."""

from __future__ import annotations

import pytest

from governance.consent.robots import read_robots, verdict

BOT = "User-agent: FooBot\n"


def allowed(text: str | bytes, url: str, agent: str = "FooBot") -> bool:
    return verdict(read_robots(text), agent, url).allowed


def rules(*lines: str) -> str:
    return BOT + "\n".join(lines)


EXAMPLE = """
    User-Agent: *
    Disallow: *.gif$
    Disallow: /example/
    Allow: /publications/

    User-Agent: foobot
    Disallow:/
    Allow:/example/page.html
    Allow:/example/allowed.gif

    User-Agent: barbot
    User-Agent: bazbot
    Disallow: /example/page.html

    User-Agent: quxbot

"""


@pytest.mark.parametrize(
    ("agent", "url", "expected"),
    [
        pytest.param("foobot", "/example/page.html", True, id="foobot-page"),
        pytest.param("foobot", "/example/allowed.gif", True, id="foobot-gif"),
        pytest.param("foobot", "/other", False, id="foobot-rest"),
        pytest.param("BarBot", "/example/page.html", False, id="barbot-page"),
        pytest.param("bazbot", "/example/page.html", False, id="bazbot-page"),
        pytest.param("bazbot", "/example/a.gif", True, id="bazbot-is-not-everyone"),
        pytest.param("quxbot", "/example/", True, id="empty-group-at-the-end-allows-all"),
        pytest.param("other", "/publications/a.gif", True, id="longest-match-beats-gif"),
        pytest.param("other", "/a.gif", False, id="everyone-gif"),
        pytest.param("other", "/a.gif?x", True, id="end-of-match"),
        pytest.param("other", "/example/", False, id="everyone-folder"),
        pytest.param("other", "/", True, id="no-rule-matches"),
    ],
)
def test_example_of_the_standard(agent: str, url: str, expected: bool) -> None:
    assert allowed(EXAMPLE, url, agent) is expected


@pytest.mark.parametrize(
    ("text", "agent", "expected"),
    [
        pytest.param("user-agent: foobot\ndisallow: /", "FooBot", False, id="case-of-agent"),
        pytest.param("USER-AGENT: FOOBOT\nDISALLOW: /", "foobot", False, id="case-of-keys"),
        pytest.param("User-agent: Foo\nDisallow: /", "FooBot", True, id="not-by-prefix"),
        pytest.param("User-agent: FooBot-News\nDisallow: /", "FooBot", True, id="not-by-longer-token"),
        pytest.param("User-agent: FooBot\nDisallow: /", "FooBot-News", True, id="not-by-shorter-token"),
        pytest.param("User-agent: Applebot\nDisallow: /", "Applebot-Extended", True, id="applebot-extended"),
        pytest.param("User-agent: FooBot/2.1\nDisallow: /", "FooBot", False, id="version-in-file"),
        pytest.param("User-agent: FooBot\nDisallow: /", "FooBot/2.1", False, id="version-of-agent"),
        pytest.param(
            "User-agent: FooBot\nDisallow: /",
            "Mozilla/5.0 (compatible; FooBot/0.1; https://example.org/bot.html)",
            False,
            id="identification-string",
        ),
        pytest.param("User-agent: Foo Bar\nDisallow: /", "Foo", False, id="token-up-to-the-space"),
        pytest.param("User-agent: Terra Cotta\nDisallow: /", "Terra Cotta", False, id="name-with-a-space"),
        pytest.param("User-agent: Terra\nDisallow: /", "Terra Cotta", True, id="name-with-a-space-is-not-its-word"),
        pytest.param("User-agent: AI2Bot\nDisallow: /", "ai2bot", False, id="digits"),
        pytest.param("User-agent: AI2Bot\nDisallow: /", "AI", True, id="digits-do-not-end-a-token"),
        pytest.param("User-agent: panscient.com\nDisallow: /", "panscient.com", False, id="dots"),
        pytest.param("User-agent: FooBot*\nDisallow: /", "FooBot", False, id="star-after-the-token"),
        pytest.param("User-agent: *Bot\nDisallow: /", "FooBot", True, id="no-wildcards-in-tokens"),
        pytest.param("User-agent: *\nDisallow: /", "FooBot", False, id="everyone"),
        pytest.param("User-agent: * # all\nDisallow: /", "FooBot", False, id="everyone-with-comment"),
        pytest.param("User-agent: *\nDisallow: /", "", False, id="no-name-is-anyone"),
        pytest.param("User-agent:\nDisallow: /", "FooBot", True, id="nobody"),
        pytest.param("User-agent: Foo\nDisallow: /a\nUser-agent:\nDisallow: /", "Foo", True, id="nobody-starts-over"),
        pytest.param("User-agent: *\nDisallow: /\nUser-agent: FooBot", "FooBot", True, id="own-group-without-rules"),
        pytest.param("User-agent: *\nDisallow: /\nUser-agent: FooBot\nDisallow:", "FooBot", True, id="own-empty-rule"),
        pytest.param("Disallow: /\nUser-agent: FooBot\nDisallow: /x", "FooBot", True, id="rule-before-any-group"),
        pytest.param("", "FooBot", True, id="empty"),
    ],
)
def test_whose_group(text: str, agent: str, expected: bool) -> None:
    assert allowed(text, "/page", agent) is expected


@pytest.mark.parametrize(
    ("between", "together"),
    [
        pytest.param("", True, id="nothing"),
        pytest.param("\n\n# comment\n", True, id="blank-and-comment"),
        pytest.param("Crawl-delay: 10", True, id="crawl-delay"),
        pytest.param("Sitemap: https://example.org/s.xml", True, id="sitemap"),
        pytest.param("Noindex: /a", True, id="unknown-record"),
        pytest.param("Content-Signal: ai-train=no", True, id="content-signal"),
        pytest.param("Content-Usage: train-ai=n", True, id="content-usage"),
        pytest.param("some words", True, id="not-a-record"),
        pytest.param("Disallow:", False, id="empty-rule"),
        pytest.param("Allow:", False, id="empty-allow"),
        pytest.param("Disallow: folder", False, id="rule-that-matches-nothing"),
        pytest.param("Disalow: /a", False, id="misspelt-rule"),
    ],
)
def test_what_ends_the_agents_of_a_group(between: str, together: bool) -> None:
    text = f"User-agent: FooBot\n{between}\nUser-agent: BarBot\nDisallow: /page\n"
    assert allowed(text, "/page", "BarBot") is False
    assert allowed(text, "/page", "FooBot") is not together


def test_groups_of_one_agent_are_one() -> None:
    text = (
        "User-agent: a\nDisallow: /x\n\nUser-agent: b\nDisallow: /y\n\nUser-agent: A\nUser-agent: c\nAllow: /x/open\n"
    )
    robots = read_robots(text)
    assert verdict(robots, "a", "/x/1").rule == "Disallow: /x"
    assert verdict(robots, "a", "/x/open").rule == "Allow: /x/open"
    assert verdict(robots, "a", "/y").group == "a"
    assert verdict(robots, "c", "/x/1") == (True, None, None, "c")
    assert verdict(robots, "d", "/x/1") == (True, None, None, None)


def test_groups_for_everyone_are_one() -> None:
    text = "User-agent: *\nDisallow: /x\nUser-agent: b\nDisallow: /y\nUser-agent: *\nDisallow: /z\n"
    assert [allowed(text, url, "a") for url in ("/x", "/y", "/z")] == [False, True, False]


@pytest.mark.parametrize(
    ("lines", "url", "expected"),
    [
        pytest.param(["Disallow: /x/page.html", "Allow: /x/"], "/x/page.html", False, id="longer-disallow"),
        pytest.param(["Allow: /x/page.html", "Disallow: /x/"], "/x/page.html", True, id="longer-allow"),
        pytest.param(["Allow: /x/page.html", "Disallow: /x/"], "/x/", False, id="shorter-url"),
        pytest.param(["Disallow: /", "Allow: /"], "/x", True, id="allow-wins-a-tie"),
        pytest.param(["Allow: /folder", "Disallow: /folder"], "/folder/page", True, id="allow-wins-in-any-order"),
        pytest.param(["Disallow: /a*c", "Allow: /abc"], "/abc", True, id="allow-wins-between-patterns"),
        pytest.param(["Allow: /page", "Disallow: /*.htm"], "/page.htm", False, id="star-counts-as-an-octet"),
        pytest.param(["Allow: /page.", "Disallow: /*.htm"], "/page.htm", True, id="tie-with-a-star"),
        pytest.param(["Allow: /$", "Disallow: /"], "/", True, id="home-page"),
        pytest.param(["Allow: /$", "Disallow: /"], "/page.htm", False, id="home-page-only"),
        pytest.param(["Disallow: /x", "Allow: /x/"], "/x", False, id="folder-without-slash"),
        pytest.param(["Disallow: /x", "Allow: /x/"], "/x/", True, id="folder"),
        pytest.param(["Disallow:", "Allow:"], "/x", True, id="empty-rules"),
        pytest.param(["Allow:", "Disallow: /"], "/x", False, id="empty-allow-allows-nothing"),
        pytest.param(["Disallow: /a", "Disallow: /ab", "Allow: /abc"], "/abd", False, id="prefix-of-a-prefix"),
        pytest.param(["Disallow: /a", "Allow: /ab$", "Allow: /abz"], "/abc", False, id="neighbours-do-not-match"),
        pytest.param(["Disallow: /ツ", "Allow: /*aaaaaaa"], "/ツaaaaaaa", False, id="octets-not-characters"),
        pytest.param(["Disallow: /%62", "Allow: /b"], "/b", True, id="octets-after-unencoding"),
    ],
)
def test_most_specific(lines: list[str], url: str, expected: bool) -> None:
    assert allowed(rules(*lines), url) is expected


@pytest.mark.parametrize(
    ("pattern", "hits", "misses"),
    [
        pytest.param(
            "/fish", ["/fish", "/fish.html", "/fishheads/y", "/fish?id=1"], ["/Fish", "/catfish"], id="prefix"
        ),
        pytest.param(
            "/fish*", ["/fish", "/fish.html", "/fish?id=1"], ["/Fish", "/catfish", "/?id=fish"], id="last-star"
        ),
        pytest.param("/fish/", ["/fish/", "/fish/?id=1"], ["/fish", "/fish.html"], id="folder"),
        pytest.param("/*.php", ["/a.php", "/b/a.php?x", "//a/any.php.file", "/i?f=a.php/"], ["/", "/a.PHP"], id="star"),
        pytest.param(
            "/*.php$", ["/a.php", "/b/a.php"], ["/a.php?x", "/a.php/", "/a.php5", "/aaphp"], id="star-and-end"
        ),
        pytest.param("/fish*.php", ["/fish.php", "/fishheads/catfish.php?x"], ["/Fish.PHP"], id="star-inside"),
        pytest.param("/this/path/exactly$", ["/this/path/exactly"], ["/this/path/exactly/", "/this/path"], id="exact"),
        pytest.param("/this/*/exactly", ["/this/a/b/exactly", "/this//exactly"], ["/this/exactly"], id="any-number"),
        pytest.param("*", ["/", "/a"], [], id="star-alone"),
        pytest.param("/*", ["/", "/a"], [], id="slash-star"),
        pytest.param("*/b", ["/b", "/a/b"], ["/a"], id="star-first"),
        pytest.param("/a*a*a", ["/aaa", "/a-a-a"], ["/aa"], id="parts-do-not-overlap"),
        pytest.param("/a*b*b$", ["/abb", "/a-b-b"], ["/ab", "/abbc"], id="last-part-does-not-overlap"),
        pytest.param("/a**b", ["/ab", "/acb"], ["/a"], id="two-stars-are-one"),
        pytest.param("/a$b", ["/a$b", "/a%24b"], ["/a", "/ab"], id="dollar-inside-is-an-octet"),
        pytest.param("/a*$", ["/a", "/abc"], ["/b"], id="star-then-end"),
        pytest.param("/foo-%24", ["/foo-$", "/foo-%24"], ["/foo-"], id="dollar-spelt"),
        pytest.param("/a-%2A.html", ["/a-*.html", "/a-%2a.html"], ["/a-b.html"], id="star-spelt"),
        pytest.param("/a b", ["/a b", "/a%20b"], ["/a"], id="space-inside"),
        pytest.param("fish", [], ["/fish", "fish"], id="no-slash-matches-nothing"),
        pytest.param("https://example.org/fish", [], ["/fish", "https://example.org/fish"], id="address-as-rule"),
        pytest.param("?x=", [], ["/?x=1"], id="query-as-rule"),
    ],
)
def test_patterns(pattern: str, hits: list[str], misses: list[str]) -> None:
    text = rules(f"Disallow: {pattern}")
    assert [url for url in hits if allowed(text, url)] == []
    assert [url for url in misses if not allowed(text, url)] == []


SAME = [
    pytest.param("/foo/bar?baz=quz", "/foo/bar?baz=quz", True, id="plain"),
    pytest.param("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", True, id="reserved-in-query"),
    pytest.param("/foo/bar/ツ", "/foo/bar/%E3%83%84", True, id="not-ascii"),
    pytest.param("/foo/bar/%62%61%7A", "/foo/bar/baz", True, id="unreserved-spelt"),
    pytest.param("/%e3%83%84", "/%E3%83%84", True, id="case-of-hex"),
    pytest.param("/a%7Eb", "/a~b", True, id="tilde"),
    pytest.param("/a%2fb", "/a%2Fb", True, id="case-of-an-encoded-slash"),
    pytest.param("/a/b", "/a%2Fb", False, id="an-encoded-slash-is-no-slash"),
    pytest.param("/a?b", "/a%3Fb", False, id="an-encoded-question-mark-starts-no-query"),
    pytest.param("/a,b;c=d&e", "/a%2Cb%3Bc%3Dd%26e", True, id="reserved-that-part-nothing"),
    pytest.param("/100%", "/100%25", True, id="lone-percent"),
    pytest.param("/a[1]", "/a%5B1%5D", True, id="brackets"),
    pytest.param("/a<b>", "/a%3Cb%3E", True, id="never-in-an-address"),
    pytest.param("/A", "/a", False, id="case-matters"),
]


@pytest.mark.parametrize(("one", "other", "same"), SAME)
def test_one_spelling_for_the_same_octets(one: str, other: str, same: bool) -> None:
    assert allowed(rules(f"Disallow: {one}$"), f"https://example.org{other}") is not same
    assert allowed(rules(f"Disallow: {other}$"), f"https://example.org{one}") is not same


def test_octets_that_are_not_utf8_are_matched_as_they_are() -> None:
    assert allowed(b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%E9") is False


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://example.org/private/a", False, id="address"),
        pytest.param("https://u:p@example.org:8443/private/", False, id="user-and-port"),
        pytest.param("/private/a?b#c", False, id="path"),
        pytest.param("//example.org/private/a", False, id="without-scheme"),
        pytest.param("example.org/private/a", False, id="host-and-path"),
        pytest.param("https://example.org", True, id="no-path"),
        pytest.param("https://example.org?/private/", True, id="no-path-but-query"),
        pytest.param("https://example.org/a#/private/", True, id="fragment"),
        pytest.param("", True, id="empty"),
        pytest.param("HTTPS://EXAMPLE.ORG/private/", False, id="upper-case"),
    ],
)
def test_path_of_an_address(url: str, expected: bool) -> None:
    assert allowed(rules("Disallow: /private/"), url) is expected


@pytest.mark.parametrize("url", ["/robots.txt", "https://example.org/robots.txt", "/%72obots.txt", "/robots.txt#x"])
def test_robots_txt_itself_is_always_allowed(url: str) -> None:
    assert verdict(read_robots(rules("Disallow: /", "Disallow: /robots.txt")), "FooBot", url) == (
        True, None, None, "FooBot",
    )  # fmt: skip
    assert allowed(rules("Disallow: /"), "/robots.txt.bak") is False


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\n\r", "\r\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark(end: str, mark: str) -> None:
    text = mark + end.join(["User-agent: *", "Disallow: /a", "", "Disallow: /b"]) + end
    for given in (text, text.encode()):
        robots = read_robots(given)
        assert [rule.value for rule in robots.groups[0].rules] == [b"/a", b"/b"]
        assert robots.notes == ()


@pytest.mark.parametrize("other", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_nothing_else_ends_a_line(other: str) -> None:
    assert allowed(f"User-agent: *\nDisallow: /a{other}Disallow: /b", "/b") is True


@pytest.mark.parametrize(
    "line",
    [
        "Disallow /page",
        "disallow\t/page",
        "  Disallow: /page",
        "\tDisallow :/page",
        "Disallow:/page # why",
        "Disallow: /page#why",
        "DisAllow:    /page   ",
        "dissallow: /page",
        "dissalow: /page",
        "disalow: /page",
        "diasllow: /page",
        "disallaw: /page",
    ],
)
def test_rules_as_people_write_them(line: str) -> None:
    assert verdict(read_robots(BOT + line), "FooBot", "/page").line == 2


@pytest.mark.parametrize(
    "line", ["Disallow all of it", "Disallow", "#Disallow: /", ": /", "Disallow; /", "Dis allow: /"]
)
def test_what_is_no_rule(line: str) -> None:
    assert allowed(BOT + line, "/page") is True


@pytest.mark.parametrize("line", ["User-agent FooBot", "Useragent: FooBot", "User agent: FooBot", "User agent FooBot"])
def test_agents_as_people_write_them(line: str) -> None:
    assert allowed(f"{line}\nDisallow /", "/page") is False


def test_a_value_with_a_colon_needs_none_before_it() -> None:
    assert allowed(rules("Disallow /a:b"), "/a:b") is False
    assert read_robots("Sitemap https://example.org/s.xml").sitemaps == ("https://example.org/s.xml",)


def test_at_least_500_kibibytes_are_read_and_no_line_is_cut() -> None:
    filler = "# " + "x" * 97 + "\n"
    start = BOT + filler * 5119
    last = "Disallow: /in\n"
    exact = start + "#" * (512_000 - len(start) - len(last) - 1) + "\n" + last
    assert len(exact) == 512_000
    assert allowed(exact, "/in") is False
    assert allowed(exact + "Disallow: /out\n", "/out") is True
    assert "500 KiB" in read_robots(exact + "Disallow: /out\n").notes[0].what
    cut = exact[:-2] + "dex/private\n"  # the limit falls inside the value
    assert allowed(cut, "/in") is True


def test_other_records_are_kept_with_whom_they_address() -> None:
    robots = read_robots(
        "License: https://example.org/terms.xml\nUser-agent: a\nUser-agent: b\nContent-Signal: ai-train=no\n"
        "Content-Usage: train-ai=n\nCrawl-delay: 2.5\nDisallow: /x\nSitemap: https://example.org/s.xml\n"
    )
    assert robots.sitemaps == ("https://example.org/s.xml",)
    assert [(said.agents, said.value, said.line) for said in robots.licences] == [
        (("*",), "https://example.org/terms.xml", 1)
    ]
    assert [(said.agents, said.value) for said in robots.content_signals] == [(("a", "b"), "ai-train=no")]
    assert [(said.agents, said.value) for said in robots.preferences] == [(("a", "b"), "train-ai=n")]
    assert robots.groups[0].delay == 2.5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("Disallow: /\n", 1, "before any user-agent line", id="orphan"),
        pytest.param(BOT + "Disallow: folder", 2, "matches nothing", id="no-slash"),
        pytest.param("User-agent: a, b\nDisallow: /", 1, "only the first", id="list-of-agents"),
        pytest.param("User-agent:\nDisallow: /", 1, "said to nobody", id="nobody"),
        pytest.param("User-agent: AI2Bot", 1, "not a product token", id="digits"),
        pytest.param(BOT + "hello there", 2, "not a record", id="prose"),
        pytest.param(BOT + "Crawl-delay: soon", 2, "not a number", id="delay"),
        pytest.param("<!doctype html>\n", 1, "web page", id="web-page"),
        pytest.param(b"\xff\xfeU\0s\0e\0r\0", 1, "not UTF-8", id="utf-16"),
    ],
)
def test_what_is_passed_over_is_noted(text: str | bytes, line: int, words: str) -> None:
    note = read_robots(text).notes[0]
    assert note.line == line
    assert words in note.what


def test_notes_are_bounded() -> None:
    assert len(read_robots("what\n" * 1000).notes) == 100
