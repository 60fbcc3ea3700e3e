"""Fetch robots.txt from a list of hosts, a line each in a file; a run that was stopped goes on where it stood."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

from governance.consent.domains import host_of
from governance.consent.fetch import Fetched, Fetcher
from governance.errors import BadInput


def fetch_all(
    fetcher: Fetcher, sites: Sequence[str], out: Path, now: datetime, *, at_once: int = 4
) -> Iterator[Fetched]:
    """Ask many sites and add a line for each to a file; those that have a line of that day already are left out.

    Args:
        fetcher: Asks.
        sites: Hosts or addresses.
        out: File of JSON lines.
        now: The time, whose day is written down.
        at_once: Sites in hand at the same time.

    Raises:
        BadInput: The file cannot be written.
    """
    today = now.astimezone(UTC).date()
    done = _done(out, today)
    left = [site for site in dict.fromkeys(sites) if (host_of(site) or site) not in done]
    with ThreadPoolExecutor(at_once) as pool:
        waiting: deque[Future[Fetched]] = deque()
        for site in left:
            waiting.append(pool.submit(fetcher.fetch, site, today))
            if len(waiting) > 2 * at_once:
                yield _add(out, waiting.popleft().result())
        while waiting:
            yield _add(out, waiting.popleft().result())


def read_sites(text: str) -> list[str]:
    r"""Read hosts or addresses, one a line or the first cell of a CSV; what follows a ``#`` is left out.

    >>> read_sites("domain,tokens\nexample.org,5\n# not now\nhttp://other.example\n")
    ['example.org', 'http://other.example']
    """
    lines = (line.partition("#")[0].split(",")[0].strip().strip('"') for line in text.splitlines())
    return [line for line in lines if host_of(line)]


def _done(out: Path, today: date) -> set[str]:
    """Find who has a line of today; half a line, of a run that was stopped, is taken off."""
    if not out.exists():
        return set()
    try:
        with out.open("rb+") as stream:
            found, good = set(), 0
            for line in stream:
                if not line.endswith(b"\n"):
                    stream.truncate(good)
                    break
                good += len(line)
                row = json.loads(line)
                if row.get("date") == today.isoformat():
                    found.add(str(row.get("domain")))
            return found
    except (OSError, ValueError, AttributeError) as error:
        raise BadInput("the file is not one that fetch wrote", str(out), "name another") from error


def _add(out: Path, fetched: Fetched) -> Fetched:
    try:
        with out.open("a", encoding="utf-8") as stream:
            stream.write(fetched.model_dump_json() + "\n")
    except OSError as error:
        raise BadInput(f"the file cannot be written: {error.strerror}", str(out), "name another") from error
    return fetched
