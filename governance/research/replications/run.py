"""Run replications, and keep what they gave by data version in a file that is safe to delete."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import duckdb
from polars.exceptions import PolarsError
from pydantic import BaseModel, ValidationError

import governance
from governance.catalogue.connect import catalogue_version, home
from governance.errors import NotFound, TouchstoneError
from governance.research.claim_types import Claim, Replication
from governance.research.replications.registry import registered, replicate_one

CACHE = "replications.json"
"""Under the folder of the stores; without it everything is computed anew."""
Progress = Callable[[str, float], None]
"""Called with the claim at hand and the share done, 0 to 1."""
COMPARED = ("computed", "status", "n", "low", "high", "median")
FAILURES = (
    TouchstoneError, duckdb.Error, PolarsError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What a replication may end in without taking the others along: data or a program that it does not fit."""


class Change(BaseModel, frozen=True):
    """A field of a replication that an earlier run gave otherwise.

    Args:
        claim_id: The claim.
        field: Of the replication.
        before: What it was.
        now: What it is.
        data_version: Under which it was.
        same_data: Whether that is the present data version: then the program changed, not the data.
    """

    claim_id: str
    field: str
    before: float | str | None
    now: float | str | None
    data_version: str
    same_data: bool


class Failure(BaseModel, frozen=True):
    """A replication that ended in an error.

    Args:
        claim_id: The claim.
        what: The error, on one line.
    """

    claim_id: str
    what: str


class Run(BaseModel, frozen=True):
    """What replications gave.

    Args:
        data_version: Of the catalogue.
        rows: One a claim, in the order asked for; those that failed are not among them.
        computed: Claims computed in this run; the others were kept from an earlier one under the same data.
        changes: What an earlier run gave otherwise: the last one, or else the last one under other data.
        failed: Claims whose replication ended in an error, and which.
    """

    data_version: str
    rows: tuple[Replication, ...]
    computed: tuple[str, ...]
    changes: tuple[Change, ...]
    failed: tuple[Failure, ...] = ()


def replicate(
    connection: duckdb.DuckDBPyConnection,
    claims: Sequence[Claim],
    *,
    anew: bool = True,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Run:
    """Compute claims now and compare with what an earlier run gave; one that fails does not stop the others.

    Args:
        connection: The catalogue.
        claims: Which; those that nothing computes are refused.
        anew: Whether to compute also what was computed under this data version by this program.
        folder: Where the stores are, for the kept file; by default `home()`.
        progress: Told of each claim.

    Raises:
        NotFound: Nothing computes one of the claims.
    """
    place = (folder or home()) / CACHE
    version, program = catalogue_version(connection), program_hash()
    kept = _read(place)
    known = {} if anew else _usable(kept, version, program)
    entries = registered()
    if missing := [claim for claim in claims if claim.id not in entries]:
        why = f"'touchstone claims --paper {missing[0].paper_id}' says why"
        raise NotFound(f"nothing computes '{missing[0].id:.80}'", "replications", why)
    done: list[str] = []
    failed: list[Failure] = []
    for number, claim in enumerate(claims):
        if claim.id in known:
            continue
        (progress or _silent)(claim.id, number / len(claims))
        try:
            known[claim.id] = replicate_one(connection, claim, version)
            done.append(claim.id)
        except FAILURES as error:
            failed.append(Failure(claim_id=claim.id, what=" ".join(f"{type(error).__name__}: {error}".split())[:300]))
    if done or failed:
        (progress or _silent)("done", 1.0)
    rows = tuple(known[claim.id] for claim in claims if claim.id in known)
    changes = tuple(change for row in rows for change in _changes(kept.get(row.claim_id), row, version))
    if done:
        _write(place, kept, {name: known[name] for name in done}, program)
    return Run(data_version=version, rows=rows, computed=tuple(done), changes=changes, failed=tuple(failed))


def kept_changes(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> tuple[Change, ...]:
    """Give what the kept values were under the data before these; nothing is computed.

    Args:
        connection: The catalogue.
        folder: Where the stores are; by default `home()`.
    """
    kept, version = _read((folder or home()) / CACHE), catalogue_version(connection)
    usable = _usable(kept, version, program_hash())
    return tuple(change for name, row in usable.items() for change in _changes(kept[name], row, version))


def kept_replications(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> dict[str, Replication]:
    """Give what was computed under this data version by this program and kept, by claim; nothing is computed.

    Args:
        connection: The catalogue.
        folder: Where the stores are; by default `home()`.
    """
    return _usable(_read((folder or home()) / CACHE), catalogue_version(connection), program_hash())


@cache
def program_hash() -> str:
    """Hash the library's own code: what one program computed is not kept for another. 12 hex digits."""
    digest = hashlib.sha256()
    root = Path(governance.__file__).parent
    for file in sorted(root.rglob("*.py")):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _silent(step: str, share: float) -> None:
    return None


def _read(place: Path) -> dict[str, dict[str, object]]:
    """Read what is kept; a file that cannot be read counts as none."""
    try:
        stated = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(stated, dict):
        return {}
    return {str(name): one for name, one in stated.items() if isinstance(one, dict)}


def _usable(kept: Mapping[str, Mapping[str, object]], version: str, program: str) -> dict[str, Replication]:
    found = {}
    for name, one in kept.items():
        row = _row(one)
        if row is not None and row.data_version == version and one.get("program") == program:
            found[name] = row
    return found


def _row(one: Mapping[str, object] | None) -> Replication | None:
    try:
        return None if one is None else Replication.model_validate(one.get("row"))
    except ValidationError:
        return None


def _changes(kept: Mapping[str, object] | None, now: Replication, version: str) -> list[Change]:
    """Compare with what was kept, and where that is the same with what was kept under the data before."""
    if kept is None:
        return []
    return _compared(_row(kept), now, version) or _compared(_row({"row": kept.get("earlier")}), now, version)


def _compared(before: Replication | None, now: Replication, version: str) -> list[Change]:
    if before is None:
        return []
    return [
        Change(
            claim_id=now.claim_id, field=name, before=getattr(before, name), now=getattr(now, name),
            data_version=before.data_version, same_data=before.data_version == version,
        )
        for name in COMPARED
        if getattr(before, name) != getattr(now, name)
    ]  # fmt: skip


def _write(
    place: Path, kept: Mapping[str, Mapping[str, object]], done: Mapping[str, Replication], program: str
) -> None:
    fresh = {
        name: {"program": program, "row": row.model_dump(mode="json"), "earlier": _earlier(kept.get(name), row)}
        for name, row in done.items()
    }
    draft = place.with_suffix(f".{os.getpid()}.tmp")
    with suppress(OSError):  # a folder that cannot be written costs time, never an answer
        draft.write_text(json.dumps({**kept, **fresh}, sort_keys=True, indent=1), encoding="utf-8")
        os.replace(draft, place)


def _earlier(kept: Mapping[str, object] | None, now: Replication) -> object:
    """Give what is to be kept beside a new value: the last one under other data."""
    last = _row(kept)
    if kept is None or last is None:
        return None
    return kept.get("earlier") if last.data_version == now.data_version else kept.get("row")
