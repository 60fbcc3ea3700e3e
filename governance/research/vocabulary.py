"""Closed words of papers and claims."""

from __future__ import annotations

from typing import Literal, get_args

ClaimKind = Literal["numeric", "qualitative"]
CLAIM_KINDS: tuple[ClaimKind, ...] = get_args(ClaimKind)

Unit = Literal["count", "%", "parameters", "x", "points", "years", "percentile"]
"""Relative per cent, points and factors are never set against one another."""
UNITS: tuple[Unit, ...] = get_args(Unit)

Comparator = Literal["=", "up_to", ">=", "<=", "~"]
"""How a value is claimed; up to: the greatest over some settings."""
COMPARATORS: tuple[Comparator, ...] = get_args(Comparator)

Status = Literal["reproduced", "within_tolerance", "differs", "simulated", "data_not_public", "not_attempted"]
"""What stands beside a claim now; a simulation is never a reproduction."""
STATUSES: tuple[Status, ...] = get_args(Status)
COMPUTED: tuple[Status, ...] = STATUSES[:3]
"""Statuses that rest on a value computed from real data."""

Basis = Literal["rows", "stated", "form"]
"""What a computed value rests on: rows of data that were counted or measured; one figure that a record states, such as
a model's size; the parts of a form of ours that follows the paper. The later ones check less."""
BASES: tuple[Basis, ...] = get_args(Basis)

Ground = Literal[
    "rows_not_public", "needs_training", "needs_runs", "needs_people", "study_design", "not_in_data", "position",
    "shown_here",
]  # fmt: skip
"""Why nothing is computed: the rows stay with the authors; models must be trained, or run; people must judge; it tells
how the study was set up; the facts here do not hold it; it is advice or a judgement; a page shows it, no number."""
GROUNDS: tuple[Ground, ...] = get_args(Ground)
