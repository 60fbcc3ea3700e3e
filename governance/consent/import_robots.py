"""Import a user's own robots.txt texts as levels; the texts are read and not kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from governance.catalogue.facts import ImportReport
from governance.catalogue.published import Import, Row
from governance.consent.levels import PARSER_VERSION
from governance.consent.observations import LEVELS, observer, refused_of, snapshots_of
from governance.consent.own_sources import open_source, read_slice
from governance.errors import BadInput

SOURCE = "own-robots"
MAX_ROWS = 5_000_000
"""Signals of one import; a larger set is audited where it lies."""


def import_robots(path: Path, out: Path, agents: Sequence[str], *, default: date | None = None) -> ImportReport:
    """Read robots.txt texts into the user's own catalogue as signals; they are never shipped.

    Args:
        path: As `open_source` takes it.
        out: Folder for the facts; the catalogue expects the name ``own-robots``.
        agents: Product tokens.
        default: The day of texts that say none; such texts are refused where it is ``None``.

    Raises:
        BadInput: Nothing can be read, or there is too much for a catalogue; ``out`` is then untouched.
    """
    work, reader = Import(SOURCE), observer(agents, default)
    source = open_source(path)
    part = reader.part(found for batch in source.batches() for piece in batch for found in read_slice(piece))
    snapshots, refused = snapshots_of(part), refused_of(part)
    for problem, n, place in refused.select("problem", "n", "place").iter_rows():
        work.refuse("no_snapshot", place, f"{problem} ({n:,} times)" if n > 1 else problem)
    work.read = part["domain"].count() + int(refused["n"].sum())
    if snapshots.is_empty():
        fix = "name texts after host and day, or give a date for those that say none"
        raise BadInput("no snapshot could be read", str(path), fix)
    if snapshots.height * len(reader.agents) > MAX_ROWS:
        raise BadInput(f"over {MAX_ROWS:,} signals", str(path), "use 'touchstone consent audit', which has no limit")
    work.note("field_not_kept", "robots.txt texts", f"of others; levels read by {PARSER_VERSION}")
    rows = [row for snapshot in snapshots.iter_rows(named=True) for row in _signals(snapshot, reader.agents)]
    return work.finish(out, {"consent_signal": rows}, kept=snapshots.height)


def _signals(snapshot: dict[str, Any], agents: Sequence[str]) -> list[Row]:
    return [
        {
            "domain_id": snapshot["domain"],
            "observed": snapshot["observed"],
            "kind": "robots",
            "agent": agent,
            "use": "crawl",
            "restriction": LEVELS[level],
            "paper_restriction": LEVELS[paper],
            "certainty": "inherited" if taken == "1" else "stated",
            "content_hash": snapshot["content_hash"],
            "source_id": SOURCE,
        }
        for agent, level, paper, taken in zip(
            agents, snapshot["levels"], snapshot["paper"], snapshot["inherited"], strict=True
        )
    ]
