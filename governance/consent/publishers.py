"""Import what publishers' robots.txt said month by month: levels that others read from archived copies."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.published import Cells, Import, Row, read_rows
from governance.consent.domains import host_of
from governance.consent.vocabulary import Certainty, Restriction
from governance.errors import BadInput

SOURCE = "publisher-robots"
STATUS = "publisher_robots_status_2023-2025.csv"
LEVELS: dict[str, Restriction] = {"all": "full", "some": "partial", "none": "none"}
INHERITED = "*"
"""Ends a level that is taken over from the group for everyone."""
_FIXED = ("domain", "date", "n_groups")


def import_publishers(path: Path, out: Path) -> ImportReport:
    """Read monthly levels of publishers into the user's own catalogue; they are never shipped.

    Args:
        path: Folder with the table.
        out: Folder for the facts; the catalogue expects the name ``publisher-robots``.

    Raises:
        BadInput: The file is missing, damaged or lacks a column; ``out`` is then untouched.
    """
    work = Import(SOURCE)
    agents = _agents(path / STATUS)
    rows: list[Row] = []
    for where, cells in read_rows(path / STATUS, (*_FIXED[:2], *agents)):
        work.read += 1
        rows += _signals(work, where, cells, agents)
    if not rows:
        raise BadInput("no level could be read", str(path / STATUS), "check the file")
    return work.finish(out, {"consent_signal": rows}, kept=work.read - len(work.refused))


def _agents(file: Path) -> tuple[str, ...]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"the file cannot be read: {error}", str(file), "check the path") from error
    return tuple(name for name in header if name not in _FIXED)


def _signals(work: Import, where: str, cells: Cells, agents: Sequence[str]) -> list[Row]:
    domain, day = host_of(cells["domain"]), _day(cells["date"])
    levels = {agent: LEVELS.get(cells[agent].removesuffix(INHERITED)) for agent in agents if cells[agent]}
    if domain is None or day is None or None in levels.values():
        work.refuse("unknown_level", where, f"'{cells['domain']:.60}' on '{cells['date']:.20}'")
        return []
    return [
        {
            "domain_id": domain,
            "observed": day,
            "kind": "robots",
            "agent": agent,
            "use": "crawl",
            "restriction": level,
            "certainty": _certainty(agent, cells[agent]),
            "source_id": SOURCE,
        }
        for agent, level in levels.items()
    ]


def _certainty(agent: str, level: str) -> Certainty:
    if not level.endswith(INHERITED):
        return "stated"
    return "inferred" if agent == "*" else "inherited"  # nobody is addressed: what everyone may is worked out


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
