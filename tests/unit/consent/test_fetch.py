from __future__ import annotations

import gzip
import json
import threading
import time
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from governance.consent import fetch
from governance.consent.fetch import MAX_BYTES, REDIRECTS, Fetcher, Manners
from governance.consent.fetch_guard import Pace, is_public
from governance.consent.fetch_list import fetch_all, read_sites
from governance.consent.own_sources import open_source, read_slice
from governance.consent.robots import read_robots, verdict
from governance.errors import BadInput

TODAY, NOW = date(2026, 5, 1), datetime(2026, 5, 1, 12, tzinfo=UTC)
CLOSED = b"User-agent: *\nDisallow: /\n"


class Site:
    """A server on this machine that notes what it was asked and answers as told."""

    def __init__(self, address="127.0.0.1", port=0):
        self.answers, self.asked = {}, []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                answer = site.answers.get(self.path, (404, {}, b""))
                if callable(answer):
                    answer = answer(self)
                if answer is None:
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer((address, port), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who asked has gone
        self.url = f"http://{address}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def robots(self, body=CLOSED, status=200, **headers):
        self.answers["/robots.txt"] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    @property
    def paths(self):
        return [path for path, _ in self.asked]


@pytest.fixture
def site():
    made = Site()
    yield made
    made.server.shutdown()
    made.server.server_close()


def allowed(robots: bytes, agent: str, url: str) -> bool:
    return verdict(read_robots(robots), agent, url).allowed


@pytest.fixture
def ask(tmp_path):
    opened = []

    def fetch(url, *, extras=(), **manners):
        given = Manners(**{"rate": 20, "pause": 0, "timeout": 2, "allow_private": True} | manners)
        opened.append(Fetcher(tmp_path / "cache" / "http.db", given, allowed, extras))
        return opened[-1].fetch(url, TODAY)

    yield fetch
    for one in opened:
        one.close()


def test_it_says_who_asks(site, ask):
    site.robots()
    found = ask(site.url, contact="https://lab.example/bot")
    assert (found.outcome, found.status, found.robots) == ("found", "200", CLOSED.decode())
    assert site.paths == ["/robots.txt"]
    name = site.asked[0][1]["user-agent"]
    assert name.startswith("TouchstoneBot/")
    assert "+https://lab.example/bot" in name


@pytest.mark.parametrize(
    ("status", "outcome", "level"),
    [
        (200, "found", "full"),
        (404, "unavailable", "none"),
        (410, "unavailable", "none"),
        (401, "unavailable", "none"),
        (403, "unavailable", "none"),
        (429, "unavailable", "none"),
        (500, "unreachable", "full"),
        (503, "unreachable", "full"),
    ],
)
def test_a_status_means_what_rfc_9309_says(site, ask, tmp_path, status, outcome, level):
    site.robots(status=status)
    found = ask(site.url)
    assert found.outcome == outcome
    assert found.robots == (CLOSED.decode() if status == 200 else None)
    (tmp_path / "out.jsonl").write_text(found.model_dump_json() + "\n")
    (read,) = [
        one for batch in open_source(tmp_path / "out.jsonl").batches() for piece in batch for one in read_slice(piece)
    ]
    assert read.content == {"full": CLOSED if status == 200 else None, "none": b""}[level]


def test_nobody_there_is_unreachable(site, ask):
    site.server.shutdown()
    site.server.server_close()
    found = ask(site.url)
    assert (found.outcome, found.status, found.robots) == ("unreachable", "unreachable", None)


def test_a_stored_copy_is_used_while_it_is_fresh(site, ask):
    site.robots(Cache_Control="max-age=600", ETag='"one"')
    first, second = ask(site.url), ask(site.url)
    assert (first.from_cache, second.from_cache, len(site.asked)) == (False, True, 1)
    assert first.robots == second.robots


def test_an_old_copy_is_asked_for_again_by_its_etag(site, ask):
    site.robots(Cache_Control="max-age=0", ETag='"one"')
    ask(site.url)
    site.answers["/robots.txt"] = lambda handler: (
        (304, {"ETag": '"one"'}, b"") if handler.headers["If-None-Match"] == '"one"' else (200, {}, b"new")
    )
    again = ask(site.url)
    assert (again.outcome, again.robots, again.status) == ("found", CLOSED.decode(), "200")
    assert site.asked[1][1]["if-none-match"] == '"one"'


def test_a_copy_of_more_than_a_day_is_asked_for_again(site, ask, monkeypatch):
    site.robots(Cache_Control="max-age=1000000", ETag='"one"')
    ask(site.url)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 80_000)
    ask(site.url)
    assert len(site.asked) == 1
    monkeypatch.setattr(time, "time", lambda: now() + 90_000)
    ask(site.url)
    assert len(site.asked) == 2


@pytest.mark.parametrize("hops", [1, REDIRECTS])
def test_redirects_are_followed_to_other_hosts(site, ask, hops):
    other = Site("127.0.0.2")
    for hop in range(1, hops):
        other.answers[f"/{hop}"] = (301, {"Location": f"/{hop + 1}"}, b"")
    other.answers[f"/{hops}"] = (200, {}, CLOSED)
    site.robots(b"", 302, Location=f"{other.url}/1")
    found = ask(site.url)
    assert (found.domain, found.outcome, found.redirects) == ("127.0.0.1", "found", hops)
    other.server.shutdown()


def test_too_many_redirects_mean_no_file(site, ask):
    site.robots(b"", 301, Location="/robots.txt")
    found = ask(site.url)
    assert (found.outcome, found.status) == ("unavailable", "unavailable")
    assert len(site.asked) == REDIRECTS + 1


@pytest.mark.parametrize("place", ["ftp://example.org/robots.txt", "file:///etc/passwd", "gopher://127.0.0.1/"])
def test_a_redirect_out_of_the_web_is_not_followed(site, ask, place):
    site.robots(b"", 301, Location=place)
    found = ask(site.url)
    assert (found.outcome, found.robots) == ("unavailable", None)


def test_more_than_the_cap_is_left_unread(site, ask):
    site.robots(b"User-agent: *\n" + b"#" * (4 * MAX_BYTES))
    found = ask(site.url)
    assert found.truncated
    assert len(found.robots) == MAX_BYTES


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut(site, ask):
    site.robots(gzip.compress(b"#" * 50_000_000), Content_Encoding="gzip")
    found = ask(site.url)
    assert (found.truncated, len(found.robots)) == (True, MAX_BYTES)


def test_bytes_that_are_no_utf8_are_replaced(site, ask):
    site.robots(b"User-agent: caf\xe9\n")
    assert "\ufffd" in ask(site.url).robots


def test_silence_is_unreachable(site, ask):
    site.answers["/robots.txt"] = lambda handler: time.sleep(2)
    found = ask(site.url, timeout=0.3)
    assert (found.outcome, found.status) == ("unreachable", "unreachable")
    assert "Timeout" in found.error


def test_dripping_is_unreachable(site, ask):
    def drip(handler):
        try:
            for letter in "HTTP/1.1 200 OK\r\nX: " + "y" * 40:
                handler.wfile.write(letter.encode())
                time.sleep(0.1)
        except OSError:
            pass

    site.answers["/robots.txt"] = drip
    start = time.monotonic()
    found = ask(site.url, timeout=1, patience=0.8)
    assert found.outcome == "unreachable"
    assert time.monotonic() - start < 4


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
    ],
)
def test_which_addresses_are_public(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_private_addresses_are_refused(site, ask, name):
    site.robots()
    port = site.url.rpartition(":")[2]
    found = ask(f"http://{name}:{port}", allow_private=False)
    assert (found.outcome, found.robots) == ("refused", None)
    assert site.asked == []


def test_a_redirect_to_a_private_address_is_refused(site, ask, monkeypatch):
    site.robots(b"", 301, Location="http://127.0.0.2:1/robots.txt")
    monkeypatch.setattr("governance.consent.fetch_guard.is_public", lambda address: address == "127.0.0.1")
    assert ask(site.url, allow_private=False).outcome == "refused"


def test_the_address_that_was_checked_is_the_one_that_is_asked(site, ask, monkeypatch):
    import socket

    lookups = []
    real = socket.getaddrinfo

    def once(host, *given, **named):
        lookups.append(host)
        return real("127.0.0.1" if host == "rebound.example" else host, *given, **named)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    site.robots()
    port = site.url.rpartition(":")[2]
    assert ask(f"http://rebound.example:{port}").outcome == "found"
    assert lookups.count("rebound.example") == 1


@pytest.mark.parametrize(
    "site_text", ["", "not a host", "ftp://example.org", "http://user:word@example.org", "mailto:a@b.example"]
)
def test_what_names_no_host_is_not_asked(ask, site_text):
    assert ask(site_text).outcome == "refused"


def test_further_files_are_asked_for_only_where_robots_lets_us(site, ask):
    site.answers["/ai.txt"] = (200, {}, b"User-Agent: *\nAllow: *.html\n")
    site.robots(b"User-agent: *\nDisallow: /private\n")
    found = ask(site.url, extras=("ai.txt", "tdmrep"))
    assert found.extras == {"ai.txt": "User-Agent: *\nAllow: *.html\n", "tdmrep": None}
    assert site.paths == ["/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"]
    site.asked.clear()
    site.robots(CLOSED)
    assert ask(site.url, extras=("ai.txt",)).extras == {"ai.txt": None}
    assert site.paths == ["/robots.txt"]
    site.asked.clear()
    site.robots(status=503)
    assert ask(site.url, extras=("ai.txt",)).extras == {}
    assert site.paths == ["/robots.txt"]


def test_pace_keeps_the_rate_and_a_pause_for_each_host():
    now, slept = 100.0, []

    def sleep(seconds):
        slept.append(round(seconds, 6))

    pace = Pace(2, 3, clock=lambda: now, sleep=sleep)
    for host in ("a", "b", "a", "c"):
        pace.wait(host)
    assert slept == [0.5, 3.0, 1.5]


def test_the_manners_set_the_pace(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(fetch, "Pace", lambda *given: asked.append(given))
    with Fetcher(tmp_path / "http.db", Manners(rate=3, pause=7), allowed):
        assert asked == [(3, 7)]
    assert Manners().pause >= 1


def test_the_rate_is_kept_over_many_hosts(site, tmp_path):
    site.robots()
    others = [Site(f"127.0.0.{last}") for last in range(3, 8)]
    for other in others:
        other.robots()
    manners = Manners(rate=10, pause=0, timeout=2, allow_private=True)
    start = time.monotonic()
    with Fetcher(tmp_path / "http.db", manners, allowed) as fetcher:
        sites = [site.url, *(other.url for other in others)]
        found = list(fetch_all(fetcher, sites, tmp_path / "out.jsonl", NOW))
    assert time.monotonic() - start >= 0.5
    assert [one.outcome for one in found] == ["found"] * 6
    for other in others:
        other.server.shutdown()


def test_a_run_goes_on_where_it_stood(site, tmp_path):
    site.robots()
    other = Site("127.0.0.2")
    other.robots()
    out = tmp_path / "out.jsonl"
    manners = Manners(rate=20, pause=0, timeout=2, allow_private=True)
    with Fetcher(tmp_path / "http.db", manners, allowed) as fetcher:
        list(fetch_all(fetcher, [site.url], out, NOW))
        with out.open("a") as stream:
            stream.write('{"domain": "127.0.0.2", "da')
        found = list(fetch_all(fetcher, [site.url, other.url], out, NOW))
    assert [one.domain for one in found] == ["127.0.0.2"]
    assert [json.loads(line)["domain"] for line in out.read_text().splitlines()] == ["127.0.0.1", "127.0.0.2"]
    assert len(site.asked) == 1
    other.server.shutdown()


@pytest.mark.parametrize(
    "manners",
    [
        {"rate": 0}, {"rate": 1_000}, {"at_once": 0}, {"agent": "Bad Bot"}, {"agent": "Bot\r\nX: y"}, {"agent": ""},
        {"contact": "a\r\nb"}, {"contact": "(x)"},
    ],
)  # fmt: skip
def test_bad_manners_are_refused(manners):
    with pytest.raises(BadInput):
        Manners(**manners)


def test_sites_out_of_a_list():
    assert read_sites('"example.org",5\n\nhttp://a.example/x # here\nno\n') == ["example.org", "http://a.example/x"]
