"""An audit of a user's own sources: observed once, kept in a folder, weighed and compared with earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from pydantic import BaseModel

from governance.consent.corpus_audit import DRAWS, By, CorpusAudit, corpus_audit
from governance.consent.levels import PARSER_VERSION
from governance.consent.observations import observations, observer, refused_of, snapshots_of
from governance.consent.own_sources import open_source, read_upload
from governance.consent.own_weights import equal_weights
from governance.consent.snapshots import Found, Snapshot
from governance.consent.vocabulary import Mode
from governance.errors import BadInput, StoreDamaged
from governance.mapping import Progress, map_files

OBSERVATIONS, AUDIT, PARTS = "observations.parquet", "audit.json", "parts"
SMALL = 32_000_000
"""Bytes of input below which starting processes takes longer than they save."""
MOST_SNAPSHOTS, MOST_UNPACKED = 50_000, 200_000_000
"""What a page reads at once: texts, and their bytes."""
EQUAL = "every domain counts as one"


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
    domains: Sequence[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> tuple[pl.DataFrame, Observed]:
    """Read a source to observations, and keep them in a folder; a run that was stopped goes on where it stood.

    Args:
        path: As `open_source` takes it.
        out: Folder for parts and observations; safe to delete.
        agents: Product tokens.
        default: The day of texts that say none; such texts are refused where it is ``None``.
        processes: As for `map_files`; by default one for a small source.
        scheduler: As for `map_files`.
        domains: Open up and count these alone, where a corpus has too many for the memory of one machine.
        progress: As for `map_files`.

    Returns:
        The observations, and what was read.

    Raises:
        BadInput: The source cannot be read or holds no snapshot.
        StoreDamaged: The folder cannot be written.
    """
    source, work = open_source(path), observer(agents, default)
    if processes is None and scheduler is None and source.size < SMALL:
        processes = 1
    finished = map_files(
        work, source.batches(), parts=out / PARTS, version=work.version, processes=processes, scheduler=scheduler,
        total=source.size, progress=progress,
    )  # fmt: skip
    parts = sorted({part.file for part in finished})
    snapshots, refused = snapshots_of(parts, domains), refused_of(parts)
    if snapshots.is_empty():
        why = f": {refused['problem'][0]} ({refused['place'][0]})" if refused.height else ""
        fix = "name texts after host and day, or give a date for those that say none"
        raise BadInput(f"no snapshot could be read{why}", str(path), fix)
    frame = observations(snapshots, work.agents)
    _replace(out / OBSERVATIONS, frame.write_parquet)
    return frame, _observed(source.files, source.size, work.agents, snapshots, frame, refused)


class OwnAudit(BaseModel, frozen=True):
    """What a user's own sources close, partly close and leave open.

    Args:
        observed: What was read.
        weighed_by: What the weights are, in words.
        shares: By month and group.
    """

    observed: Observed
    weighed_by: str
    shares: CorpusAudit


@dataclass(frozen=True, slots=True)
class Weighing:
    """How observations become shares.

    Args:
        weights: As `corpus_audit` takes them; ``None`` lets every domain count as one.
        weighed_by: What they are, in words.
        head_share: Share of the corpus in its head, where the weights are of a head and a sample.
        mode: Which reading of robots.txt.
        by: What the groups are.
        registry: Operator and purpose by agent, for groups of agents.
        draws: Of the bootstrap.
        seed: Of the draws.
    """

    weights: pl.DataFrame | None = None
    weighed_by: str = EQUAL
    head_share: float | None = None
    mode: Mode = "rfc"
    by: By = "all"
    registry: Mapping[str, tuple[str | None, str]] | None = None
    draws: int = DRAWS
    seed: int = 0


def weigh(frame: pl.DataFrame, observed: Observed, weighing: Weighing | None = None) -> OwnAudit:
    """Turn observations into shares.

    Raises:
        BadInput: No observed domain has a weight, or `corpus_audit` refuses.
    """
    how = weighing or Weighing()
    weights = equal_weights(frame["domain"].unique().to_list()) if how.weights is None else how.weights
    shares = corpus_audit(
        frame, weights, agents=observed.agents, mode=how.mode, by=how.by, head_share=how.head_share,
        registry=how.registry, draws=how.draws, seed=how.seed,
    )  # fmt: skip
    return OwnAudit(observed=observed, weighed_by=how.weighed_by, shares=shares)


def observe_bytes(
    content: bytes, name: str, agents: Sequence[str], default: date | None = None
) -> tuple[pl.DataFrame, Observed]:
    """Read what was pasted or uploaded; nothing is written.

    Args:
        content: As `read_upload` takes it.
        name: As `read_upload` takes it.
        agents: Product tokens.
        default: The day of texts that say none.

    Returns:
        One row a domain and month, as `snapshots_of` gives them, and what was read.

    Raises:
        BadInput: It cannot be read, holds no snapshot, or too much for a page.
    """
    work = observer(agents, default)
    part = work.part(_few(read_upload(content, name)))
    snapshots, refused = snapshots_of(part), refused_of(part)
    if snapshots.is_empty():
        why = f": {refused['problem'][0]} ({refused['place'][0]})" if refused.height else ""
        raise BadInput(f"no robots.txt could be read{why}", name, "say host and day of each text")
    frame = observations(snapshots, work.agents)
    return snapshots, _observed(1, len(content), work.agents, snapshots, frame, refused)


def _few(found: Found) -> Found:
    left = MOST_UNPACKED
    for number, one in enumerate(found):
        left -= len(one.content or b"") if isinstance(one, Snapshot) else 0
        if number >= MOST_SNAPSHOTS or left < 0:
            what = f"over {MOST_SNAPSHOTS:,} texts" if left >= 0 else f"over {MOST_UNPACKED // 1_000_000} MB of texts"
            raise BadInput(what, "upload", "use 'touchstone consent audit', which has no such limit")
        yield one


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


def keep_audit(out: Path, audit: OwnAudit) -> None:
    """Keep the results of an audit beside its observations, the same bytes for the same results."""
    _replace(out / AUDIT, lambda draft: draft.write_text(audit.model_dump_json(indent=1) + "\n", encoding="utf-8"))


def _replace(file: Path, write: Callable[[Path], object]) -> None:
    draft = file.with_name(f".{file.name}.tmp")
    try:
        write(draft)
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
