"""Which function computes which claim: `replicates` enters it, `replicate_one` runs it and gives the status."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import duckdb

from governance.errors import NotFound
from governance.research.claim_types import UNKNOWN_CAUSE, Claim, Computed, Replication, decide, printed_place
from governance.research.vocabulary import UNITS, Basis, Comparator, Unit

DOMAINS = ("provenance", "consent", "evaluation", "compute", "assessment", "counts", "reach", "releases")
"""Modules of this package that hold replications."""
Function = Callable[[duckdb.DuckDBPyConnection], Computed]


@dataclass(frozen=True, slots=True)
class Reading:
    """What we take a claim without a number to say, so that data can speak to it.

    Args:
        text: In a sentence.
        comparator: How the number is meant.
        value: The number.
    """

    text: str
    comparator: Comparator
    value: float


@dataclass(frozen=True, slots=True)
class Registered:
    """A replication.

    Args:
        claim_id: The claim.
        function: Computes it from a catalogue.
        unit: That it computes in; it must be the claim's.
        tolerance: Distance from the published number that is still within tolerance, in that unit.
        rounded_to: The last place the paper prints; ``None``: that of the number as it stands.
        needs: Sources of the catalogue without which it is not attempted.
        page: Address of the page where one can turn the knobs.
        basis: What its value rests on.
        query: Settings of that page.
        reading: For a claim without a number: what we take it to say in numbers.
    """

    claim_id: str
    function: Function
    unit: Unit
    tolerance: float
    rounded_to: float | None
    needs: tuple[str, ...]
    page: str
    basis: Basis = "rows"
    query: Mapping[str, str] = field(default_factory=dict)
    reading: Reading | None = None

    @property
    def code(self) -> str:
        """Say where the function is."""
        return f"{self.function.__module__}:{self.function.__qualname__}"


_REGISTERED: dict[str, Registered] = {}


def replicates(
    claim_id: str,
    *,
    unit: Unit,
    page: str,
    needs: tuple[str, ...],
    basis: Basis = "rows",
    tolerance: float = 0.0,
    rounded_to: float | None = None,
    query: Mapping[str, str] | None = None,
    reading: Reading | None = None,
) -> Callable[[Function], Function]:
    """Enter a function as what computes a claim; one function may stand for several.

    Args:
        claim_id: The claim.
        unit: That the function computes in.
        page: Address of the page where one can turn the knobs.
        needs: Sources of the catalogue without which it is not attempted.
        basis: What its value rests on.
        tolerance: Distance from the published number that is still within tolerance, in that unit.
        rounded_to: The last place the paper prints, where it is not that of the number as it stands.
        query: Settings of the page.
        reading: For a claim without a number: what we take it to say.

    Raises:
        ValueError: The claim has a function already, or the unit is none.
    """
    if unit not in UNITS:
        raise ValueError(f"'{unit}' is no unit")

    def enter(function: Function) -> Function:
        if claim_id in _REGISTERED:
            raise ValueError(f"{claim_id} has two replications")
        _REGISTERED[claim_id] = Registered(
            claim_id, function, unit, tolerance, rounded_to, needs, page, basis, dict(query or {}), reading
        )
        return function

    return enter


def registered() -> Mapping[str, Registered]:
    """Give every replication by its claim."""
    for domain in DOMAINS:
        importlib.import_module(f"{__package__}.{domain}")
    return dict(sorted(_REGISTERED.items()))


def replicate_one(connection: duckdb.DuckDBPyConnection, claim: Claim, data_version: str) -> Replication:
    """Compute one claim now.

    Args:
        connection: The catalogue.
        claim: Which.
        data_version: Of the catalogue.

    Raises:
        NotFound: No function computes it.
        BadInput: The units are not the same.
    """
    entry = registered().get(claim.id)
    if entry is None or (claim.published is None) == (entry.reading is None):
        raise NotFound(f"nothing computes '{claim.id:.80}'", "replications", "see 'touchstone claims'")
    read = claim
    if entry.reading is not None:
        stated = {"published": entry.reading.value, "comparator": entry.reading.comparator, "unit": entry.unit}
        read = claim.model_copy(update=stated)
    found = _computed(connection, entry)
    status = decide(read, found, tolerance=entry.tolerance, rounded_to=entry.rounded_to)
    assert read.published is not None and read.unit is not None and read.comparator is not None  # noqa: PT018
    return Replication(
        claim_id=claim.id,
        published=claim.published,
        expected=read.published,
        reading=entry.reading.text if entry.reading else "",
        unit=read.unit,
        comparator=read.comparator,
        computed=found.value,
        computed_unit=found.unit,
        status=status,
        tolerance=entry.tolerance,
        rounded_to=printed_place(read.published) if entry.rounded_to is None else entry.rounded_to,
        n=found.n,
        method=found.method,
        low=found.low,
        high=found.high,
        bounds=found.bounds,
        maximum=found.value if read.comparator == "up_to" else None,
        median=found.median,
        data_version=data_version,
        basis=entry.basis,
        sources=found.sources,
        code=entry.code,
        page=entry.page,
        query={**entry.query, **found.query},
        reason=found.reason or (UNKNOWN_CAUSE if status == "differs" else ""),
    )


def _computed(connection: duckdb.DuckDBPyConnection, entry: Registered) -> Computed:
    held = {str(row[0]) for row in connection.execute("SELECT id FROM source").fetchall()}
    if missing := [one for one in entry.needs if one not in held]:
        reason = f"The catalogue holds nothing of {', '.join(missing)}."
        return Computed(value=None, unit=entry.unit, method="not run", sources=entry.needs, reason=reason)
    return entry.function(connection)
