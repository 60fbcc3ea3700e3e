"""One form for the name of a web host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.consent.domains import host_of, registrable


@pytest.mark.parametrize(
    ("text", "host"),
    [
        pytest.param("example.org", "example.org", id="host"),
        pytest.param(" WWW.Example.ORG. ", "example.org", id="case-www-dot"),
        pytest.param("http://user:secret@example.org:8080/a?b#c", "example.org", id="everything"),
        pytest.param("//example.org/a", "example.org", id="no-scheme"),
        pytest.param("example.org:8080", "example.org", id="port"),
        pytest.param("example.org/path", "example.org", id="path"),
        pytest.param("www.com", "www.com", id="www-is-the-name"),
        pytest.param("www.gov.uk", "gov.uk", id="www-of-a-suffix"),
        pytest.param("bücher.example", "xn--bcher-kva.example", id="umlaut"),
        pytest.param("BÜCHER。example", "xn--bcher-kva.example", id="other-dot"),
        pytest.param("straße.example", "xn--strae-oqa.example", id="sharp-s-stays"),
        pytest.param("a_b.example.org", "a_b.example.org", id="underscore"),
        pytest.param("http://localhost:8501/", "localhost", id="one-word-with-scheme"),
        pytest.param("http://127.0.0.1:9/x", "127.0.0.1", id="numbers"),
        pytest.param("wikipedia", None, id="a-word"),
        pytest.param("Common Crawl", None, id="a-name"),
        pytest.param("mailto:a@example.org", None, id="mail-link"),
        pytest.param("a@example.org", None, id="mail"),
        pytest.param("javascript:alert(1)", None, id="script"),
        pytest.param("1.5", None, id="a-number"),
        pytest.param("999.1.1.1", None, id="no-address"),
        pytest.param("http://[::1]/", None, id="six"),
        pytest.param("-a.example", None, id="hyphen"),
        pytest.param("a..b", None, id="empty-label"),
        pytest.param("x" * 64 + ".org", None, id="long-label"),
        pytest.param("", None, id="empty"),
        pytest.param("a" * 3000, None, id="too-long"),
        pytest.param("❤.\ud800x", None, id="surrogate"),
    ],
)
def test_host_of(text, host):
    assert host_of(text) == host


@given(st.text(max_size=40))
def test_host_of_never_raises_and_settles(text):
    host = host_of(text)
    assert host is None or host_of(f"https://{host}/") == host or host.startswith("www.")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.co.uk", "example.co.uk"),
        ("example.org", "example.org"),
        ("someone.github.io", "someone.github.io"),
        ("github.io", None),
        ("localhost", None),
        ("127.0.0.1", None),
    ],
)
def test_registrable(host, domain):
    assert registrable(host) == domain
