"""An audit of a user's own sources: observed once, kept in a folder, weighed and compared with earlier ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel

from governance.consent.audit_diff import AgentChange, changes_by_agent, diff_observations
from governance.consent.levels import PARSER_VERSION
from governance.consent.observations import observations, observer, refused_of, snapshots_of
from governance.consent.own_sources import open_source
from governance.consent.vocabulary import Mode
from governance.errors import BadInput, StoreDamaged
from governance.mapping import Progress, map_files

OBSERVATIONS, AUDIT, PARTS = "observations.parquet", "audit.json", "parts"


class Refusals(BaseModel, frozen=True):
    """Records that gave no snapshot, for one reason.

    Args:
        problem: The reason.
        place: One of the places.
        n: How many.
    """

    problem: str
    place: str
    n: int


class Observed(BaseModel, frozen=True):
    """What was read; the same whatever machine, number of processes or interruption.

    Args:
        files: Of the source, a count.
        size: Bytes.
        agents: Asked for, in order.
        snapshots: One a domain and month.
        domains: Different hosts.
        texts: Different robots.txt texts.
        first: The first month.
        last: The last month.
        differ: Pairs of snapshot and agent at which the two readings of robots.txt part.
        refused: What was passed over, and why.
        parser_version: Of the reader.
    """

    files: int
    size: int
    agents: tuple[str, ...]
    snapshots: int
    domains: int
    texts: int
    first: date | None
    last: date | None
    differ: int
    refused: tuple[Refusals, ...]
    parser_version: str


def observe_source(
    path: Path,
    out: Path,
    agents: Sequence[str],
    *,
    default: date | None = None,
    processes: int | None = None,
    scheduler: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[pl.DataFrame, Observed]:
    """Read a source to observations, and keep them in a folder; a run that was stopped goes on where it stood.

    Args:
        path: As `open_source` takes it.
        out: Folder for parts and observations; safe to delete.
        agents: Product tokens.
        default: The day of texts that say none; such texts are refused where it is ``None``.
        processes: As for `map_files`.
        scheduler: As for `map_files`.
        progress: As for `map_files`.

    Returns:
        The observations, and what was read.

    Raises:
        BadInput: The source cannot be read or holds no snapshot.
        StoreDamaged: The folder cannot be written.
    """
    source, work = open_source(path), observer(agents, default)
    finished = map_files(
        work, source.batches(), parts=out / PARTS, version=work.version, processes=processes, scheduler=scheduler,
        total=source.size, progress=progress,
    )  # fmt: skip
    parts = sorted({part.file for part in finished})
    snapshots, refused = snapshots_of(parts), refused_of(parts)
    if snapshots.is_empty():
        why = f": {refused['problem'][0]} ({refused['place'][0]})" if refused.height else ""
        fix = "name texts after host and day, or give a date for those that say none"
        raise BadInput(f"no snapshot could be read{why}", str(path), fix)
    frame = observations(snapshots, work.agents)
    _write(out / OBSERVATIONS, frame)
    return frame, _observed(source.files, source.size, work.agents, snapshots, frame, refused)


def observed_in_memory(part: pl.DataFrame, agents: Sequence[str], size: int) -> tuple[pl.DataFrame, Observed]:
    """Give the observations of one part that was never written, as a page makes it."""
    snapshots = snapshots_of(part)
    frame = observations(snapshots, agents)
    return frame, _observed(1, size, tuple(agents), snapshots, frame, refused_of(part))


def read_observations(path: Path) -> pl.DataFrame:
    """Read the observations of an audit, by its folder or their file.

    Raises:
        BadInput: There are none, or the file is not what an audit writes.
    """
    file = path / OBSERVATIONS if path.is_dir() else path
    needed = ["domain", "month", "agent", "restriction", "paper_restriction", "content_hash", "parser_version"]
    try:
        return pl.read_parquet(file).select(*needed, "inherited")
    except (OSError, pl.exceptions.PolarsError) as error:
        fix = "name the folder that 'touchstone consent audit --out' wrote"
        raise BadInput("no observations of an audit can be read there", str(file), fix) from error


class AuditDiff(BaseModel, frozen=True):
    """What changed between two audits.

    Args:
        mode: Which reading of robots.txt.
        agents: What changed for each agent.
        changed: Pairs of domain and agent that changed, each with both levels.
    """

    mode: Mode
    agents: tuple[AgentChange, ...]
    changed: tuple[dict[str, Any], ...]


def diff_audits(before: Path, after: Path, mode: Mode = "rfc") -> AuditDiff:
    """Compare two audits that lie in folders.

    Raises:
        BadInput: One cannot be read, or they have no agent in common.
    """
    return audit_diff(read_observations(before), read_observations(after), mode)


def audit_diff(before: pl.DataFrame, after: pl.DataFrame, mode: Mode = "rfc") -> AuditDiff:
    """Compare the observations of two audits.

    Raises:
        BadInput: They have no agent in common.
    """
    diff = diff_observations(before, after, mode)
    changed = diff.filter(pl.col("change").is_not_null()).to_dicts()
    return AuditDiff(mode=mode, agents=changes_by_agent(diff), changed=tuple(changed))


def write_audit(out: Path, content: dict[str, Any]) -> None:
    """Keep the results of an audit beside its observations, the same bytes for the same results."""
    try:
        draft = out / f".{AUDIT}.tmp"
        draft.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        draft.replace(out / AUDIT)
    except OSError as error:
        raise StoreDamaged(f"it cannot be written: {error.strerror}", str(out), "free some space") from error


def _write(file: Path, frame: pl.DataFrame) -> None:
    try:
        draft = file.with_name(f".{file.name}.tmp")
        frame.write_parquet(draft)
        draft.replace(file)
    except OSError as error:
        raise StoreDamaged(f"it cannot be written: {error.strerror}", str(file), "free some space") from error


def _observed(
    files: int, size: int, agents: Sequence[str], snapshots: pl.DataFrame, frame: pl.DataFrame, refused: pl.DataFrame
) -> Observed:
    months = snapshots["month"]
    return Observed(
        files=files,
        size=size,
        agents=tuple(agents),
        snapshots=snapshots.height,
        domains=snapshots["domain"].n_unique(),
        texts=snapshots["content_hash"].drop_nulls().n_unique(),
        first=months.min() if snapshots.height else None,
        last=months.max() if snapshots.height else None,
        differ=int((frame["restriction"] != frame["paper_restriction"]).sum()),
        refused=tuple(Refusals.model_validate(row) for row in refused.to_dicts()),
        parser_version=PARSER_VERSION,
    )
