"""Fetch robots.txt as a polite robot does: under its own name, slowly, and by RFC 9309 itself.

Only the command line does this, when asked to; the app never fetches anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import httpx
from hishel import CacheOptions, SqliteStorage
from hishel.httpx import CacheTransport
from pydantic import BaseModel

from governance import __version__
from governance.consent.domains import host_of
from governance.consent.fetch_guard import GuardedTransport, Pace, PrivateAddress
from governance.errors import BadInput

AGENT = "TouchstoneBot"
MAX_BYTES = 512_000
"""500 KiB: what a reader of robots.txt must at least take (RFC 9309, 2.5); more is left unread."""
REDIRECTS = 5
"""Followed one after the other, also to other hosts (RFC 9309, 2.3.1.2); with more there is no robots.txt."""
MAX_RATE = 20.0
EXTRAS = {"ai.txt": "/ai.txt", "tdmrep": "/.well-known/tdmrep.json"}
"""Further files that may be asked for, where the site's robots.txt lets us."""

Allowed = Callable[[bytes, str, str], bool]
"""Whether a robots.txt lets an agent fetch an address."""
Outcome = Literal["found", "unavailable", "unreachable", "refused"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How fetching behaves.

    Args:
        agent: Our product token.
        contact: Where the owner of a site learns who asks: an address of a page or of mail.
        rate: Requests a second, to all hosts together.
        pause: Seconds between two requests to one host.
        timeout: Seconds for connecting, and between two pieces of an answer.
        patience: Seconds for one whole answer.
        at_once: Hosts in hand at the same time.
        allow_private: Let addresses of this machine and its network through: for tests.
    """

    agent: str = AGENT
    contact: str = ""
    rate: float = 2.0
    pause: float = 1.0
    timeout: float = 10.0
    patience: float = 60.0
    at_once: int = 4
    allow_private: bool = False

    def __post_init__(self) -> None:
        """Refuse what would not be polite.

        Raises:
            BadInput: A number out of range, or an agent that is no product token.
        """
        if not 0 < self.rate <= MAX_RATE:
            raise BadInput(f"{self.rate} requests a second", "option rate", f"use more than 0 and at most {MAX_RATE:g}")
        if not 1 <= self.at_once <= 32:
            raise BadInput(f"{self.at_once} hosts at once", "option at once", "use 1 to 32")
        if not self.agent.replace("_", "").replace("-", "").isalpha() or not self.agent.isascii():
            raise BadInput(f"'{self.agent:.40}' is no product token", "option agent", "use letters, _ and - only")
        if not (self.contact.isascii() and self.contact.isprintable()) or set(self.contact) & set("()"):
            raise BadInput("the contact cannot stand in a header", "option contact", "give a plain address")

    @property
    def user_agent(self) -> str:
        """Write our name as sites see it."""
        about = f"; +{self.contact}" if self.contact else ""
        return f"{self.agent}/{__version__} (reads robots.txt for research{about})"


class Fetched(BaseModel, frozen=True):
    """What a host answered; a line of the file that `touchstone consent audit` reads.

    Args:
        domain: The host.
        url: Where we asked first.
        date: The day.
        status: The last status; ``unavailable`` or ``unreachable`` where RFC 9309 decides without one.
        outcome: Found, no such file, no answer (which closes the site), or not asked.
        robots: The text, at most 500 KiB; bytes that are no UTF-8 are replaced.
        truncated: There was more.
        redirects: How many were followed.
        from_cache: The stored copy was used, after asking where it was old.
        error: Why there is no answer.
        extras: Texts of further files, by name; ``None`` where there is none or robots.txt forbids us to ask.
    """

    domain: str
    url: str
    date: date
    status: str | None = None
    outcome: Outcome
    robots: str | None = None
    truncated: bool = False
    redirects: int = 0
    from_cache: bool = False
    error: str | None = None
    extras: dict[str, str | None] = {}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    truncated: bool
    redirects: int
    from_cache: bool


class _TooManyRedirects(Exception):
    pass


class Fetcher:
    """Asks hosts for their robots.txt; close it at the end.

    Args:
        cache: File of the HTTP cache.
        manners: How to behave.
        allowed: What decides whether a robots.txt lets us fetch an address; asked for extras only.
        extras: Names out of `EXTRAS`.
        pace: When the next request may go out; by default as the manners say.
    """

    def __init__(
        self,
        cache: Path,
        manners: Manners,
        allowed: Allowed,
        extras: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        for name in extras:
            if name not in EXTRAS:
                raise BadInput(f"'{name:.40}' is not fetched", "option also", f"use {', '.join(EXTRAS)}")
        self._manners, self._allowed, self._extras = manners, allowed, tuple(extras)
        self._pace = pace or Pace(manners.rate, manners.pause)
        cache.parent.mkdir(parents=True, exist_ok=True)
        storage = SqliteStorage(database_path=cache, max_stream_size=4 * MAX_BYTES)
        guarded = GuardedTransport(manners.patience, manners.allow_private)
        self._client = httpx.Client(
            transport=CacheTransport(guarded, storage, rfc=CacheOptions(shared=False)),
            headers={
                "User-Agent": manners.user_agent,
                "Accept": "text/plain, */*;q=0.1",
                "Accept-Encoding": "gzip",
            },
            timeout=manners.timeout,
            trust_env=False,
        )

    def close(self) -> None:
        """Close connections and cache."""
        self._client.close()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fetch(self, site: str, today: date) -> Fetched:
        """Ask one site.

        Args:
            site: A host, asked by https and, where nobody listens there, by http; or an address with scheme, asked so.
            today: The day that is written down.
        """
        host, roots = _roots(site)
        told = {"domain": host or site[:253], "url": f"{roots[0]}/robots.txt" if roots else "", "date": today}
        if host is None:
            return Fetched(**told, outcome="refused", error="it names no host")
        for root in roots:
            try:
                answer = self._get(f"{root}/robots.txt")
            except _TooManyRedirects:
                many = f"over {REDIRECTS} redirects"
                return Fetched(**told, status="unavailable", outcome="unavailable", redirects=REDIRECTS, error=many)
            except httpx.HTTPError as error:
                if isinstance(error.__cause__, PrivateAddress):
                    return Fetched(**told, outcome="refused", error=str(error))
                if isinstance(error, httpx.ConnectError) and root != roots[-1]:
                    continue
                said = f"{type(error).__name__}: {error}"[:200]
                return Fetched(**told, status="unreachable", outcome="unreachable", error=said)
            return self._told(answer, root, told | {"url": f"{root}/robots.txt"})
        raise AssertionError("a host has at least one root")

    def _told(self, answer: _Answer, root: str, told: dict[str, object]) -> Fetched:
        outcome: Outcome = "unreachable"
        if 200 <= answer.status < 300:
            outcome = "found"
        elif 300 <= answer.status < 500:
            outcome = "unavailable"
        body = answer.body if outcome == "found" else b""
        return Fetched.model_validate(
            {
                **told,
                "status": str(answer.status) if not 300 <= answer.status < 400 else "unavailable",
                "outcome": outcome,
                "robots": body.decode("utf-8", "replace") if outcome == "found" else None,
                "truncated": answer.truncated,
                "redirects": answer.redirects,
                "from_cache": answer.from_cache,
                "extras": {}
                if outcome == "unreachable"
                else {one: self._extra(body, root, one) for one in self._extras},
            }
        )

    def _extra(self, robots: bytes, root: str, name: str) -> str | None:
        url = root + EXTRAS[name]
        if not self._allowed(robots, self._manners.agent, url):
            return None
        try:
            answer = self._get(url)
        except (httpx.HTTPError, _TooManyRedirects):
            return None
        return answer.body.decode("utf-8", "replace") if 200 <= answer.status < 300 else None

    def _get(self, url: str) -> _Answer:
        for redirects in range(REDIRECTS + 1):
            self._pace.wait(urlsplit(url).hostname or "")
            with self._client.stream("GET", url) as response:
                place = response.headers.get("location")
                if response.is_redirect and place:
                    url = urljoin(url, place)
                    if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname:
                        continue
                    return _Answer(response.status_code, b"", False, redirects, False)
                body, truncated = _body(response)
                cached = response.extensions.get("caching", {}).get("from_cache", False)
                return _Answer(response.status_code, body, truncated, redirects, bool(cached))
        raise _TooManyRedirects


def _roots(site: str) -> tuple[str | None, list[str]]:
    host, site = host_of(site), site.strip()
    if host is None:
        return None, []
    if "://" not in site:
        name = f"[{host}]" if ":" in host else host
        return host, [f"https://{name}", f"http://{name}"]
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        return None, []
    return host, [f"{parts.scheme}://{parts.netloc}"]


def _body(response: httpx.Response) -> tuple[bytes, bool]:
    body = bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > MAX_BYTES:
            return bytes(body[:MAX_BYTES]), True
    return bytes(body), False
