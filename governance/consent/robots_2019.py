"""Import a set of real robots.txt of July 2019: the texts are read, only what they allow is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport, read_jsonl
from governance.catalogue.published import Import, Row
from governance.consent.domains import host_of
from governance.consent.levels import PARSER_VERSION, inherited, restriction_levels
from governance.errors import BadInput

SOURCE = "robots-2019"
TEXTS = "robots_2019_protego_joined.jsonl.gz"
COLLECTED = date(2019, 7, 1)
"""The month they were collected; the day is not stated."""
AGENTS = (
    "GPTBot", "ChatGPT-User", "Google-Extended", "CCBot", "ClaudeBot", "anthropic-ai", "cohere-ai", "FacebookBot", "*",
)  # fmt: skip
"""Whose levels are kept: those of the developers that the published series count, and what holds for everyone."""


def import_robots_2019(path: Path, out: Path) -> ImportReport:
    """Read robots.txt of 2019 into the user's own catalogue as levels; the texts are not kept and never shipped.

    Args:
        path: Folder with ``robots_2019_protego_joined.jsonl.gz``: domain and robots_txt, one object a line.
        out: Folder for the facts; the catalogue expects the name ``robots-2019``.

    Raises:
        BadInput: The file is missing, damaged, or nothing in it can be read; ``out`` is then untouched.

    Source: test files of scrapy/protego; the texts belong to their sites.
    """
    work = Import(SOURCE)
    rows = [row for number, record in read_jsonl(path / TEXTS) for row in _signals(work, number, record)]
    if not rows:
        raise BadInput("no robots.txt could be read", str(path / TEXTS), "check the file")
    work.note("field_not_kept", "robots_txt", f"texts of others; levels read by {PARSER_VERSION}")
    return work.finish(out, {"consent_signal": rows}, kept=work.read - len(work.refused))


def _signals(work: Import, number: int, record: dict[str, object]) -> Iterator[Row]:
    work.read += 1
    text, domain = record.get("robots_txt"), host_of(str(record.get("domain", "")))
    if domain is None or not isinstance(text, str):
        work.refuse("no_robots_txt", f"{TEXTS}, line {number}", f"domain '{record.get('domain')!s:.60}'")
        return
    content = text.encode("utf-8", "surrogatepass")
    levels, paper = (restriction_levels(content, AGENTS, mode) for mode in ("rfc", "paper"))
    taken = inherited(content, AGENTS)
    for agent in AGENTS:
        yield {
            "domain_id": domain,
            "observed": COLLECTED,
            "kind": "robots",
            "agent": agent,
            "use": "crawl",
            "restriction": levels[agent],
            "paper_restriction": paper[agent],
            "certainty": "inherited" if agent in taken else "stated",
            "content_hash": hashlib.sha256(content).hexdigest(),
            "source_id": SOURCE,
        }
