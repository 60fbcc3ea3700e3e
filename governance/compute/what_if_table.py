"""What-ifs side by side: which of them change an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from governance.compute.history import History
from governance.compute.rules import CountingRule
from governance.compute.scenario import DRAWS, SEED
from governance.compute.thresholds import Instrument
from governance.compute.variants import Band, Variant
from governance.compute.whatif import (
    Comparison,
    Outcome,
    Settings,
    apply_what_if,
    compare_what_ifs,
    find_what_if,
    what_ifs,
)
from governance.errors import BadInput

UNCHANGED = "unchanged"


class WhatIfRow(BaseModel, frozen=True):
    """One changed history under one instrument, beside the history as it is.

    Args:
        what_if: Its id.
        note: What a reader must know beside the numbers.
        before: The history as it is.
        after: The history as the what-if changes it.
    """

    what_if: str
    variant: str
    note: str
    instrument: str
    before: Comparison
    after: Comparison

    @property
    def moves(self) -> bool:
        """Tell whether the verdict is another one."""
        return self.before.verdict != self.after.verdict


class WhatIfBand(BaseModel, frozen=True):
    """A range that a what-if gives beside a history, which no rule counts."""

    what_if: str
    band: Band


class NotApplied(BaseModel, frozen=True):
    """A what-if that this history lacks something for."""

    what_if: str
    what: str
    fix: str


class WhatIfTable(BaseModel, frozen=True):
    """What-ifs of one history on one day: a row a changed history and instrument."""

    as_of: date
    draws: int
    seed: int
    rows: tuple[WhatIfRow, ...]
    bands: tuple[WhatIfBand, ...]
    not_applied: tuple[NotApplied, ...]


def what_if_table(
    history: History,
    instruments: Sequence[Instrument],
    rules: Sequence[CountingRule],
    as_of: date,
    draws: int = DRAWS,
    seed: int = SEED,
    asked: Mapping[str, Settings] | None = None,
) -> WhatIfTable:
    """Judge a history as it is and as each what-if changes it, with the same random numbers.

    Args:
        history: Where to start.
        instruments: Thresholds to hold it against.
        rules: Counting rules.
        as_of: The day.
        draws: Monte Carlo draws.
        seed: Start of the random numbers.
        asked: Ids of what-ifs with their settings; none: all of them at their defaults. Those that the history
            lacks something for are listed as not applied.

    Raises:
        BadInput: A what-if that was named is not known.

    >>> from governance.compute.history_files import quick_history
    >>> table = what_if_table(quick_history("70B", "15T"), [], [], date(2026, 1, 1))
    >>> [one.what_if for one in table.not_applied]
    ['revenue']
    """
    outcomes, lacking = _outcomes(history, asked or {one.id: {} for one in what_ifs()})
    changed = [(outcome.what_if.id, variant) for outcome in outcomes for variant in outcome.variants]
    variants = [Variant(title=UNCHANGED, history=history), *(variant for _, variant in changed)]
    compared = compare_what_ifs(variants, instruments, rules, as_of, draws, seed)
    wide = len(instruments)
    rows = []
    for place, (what_if, variant) in enumerate(changed, 1):
        for before, after in zip(compared[:wide], compared[place * wide : (place + 1) * wide], strict=True):
            row = WhatIfRow(
                what_if=what_if,
                variant=variant.title,
                note=variant.note,
                instrument=after.instrument,
                before=before,
                after=after,
            )
            rows.append(row)
    return WhatIfTable(
        as_of=as_of,
        draws=draws,
        seed=seed,
        rows=tuple(rows),
        bands=tuple(WhatIfBand(what_if=one.what_if.id, band=band) for one in outcomes for band in one.bands),
        not_applied=tuple(lacking),
    )


def _outcomes(history: History, asked: Mapping[str, Settings]) -> tuple[list[Outcome], list[NotApplied]]:
    found, lacking = [], []
    for what_if, settings in asked.items():
        find_what_if(what_if)
        try:
            found.append(apply_what_if(history, what_if, settings))
        except BadInput as error:
            lacking.append(NotApplied(what_if=what_if, what=error.what, fix=error.fix))
    return found, lacking
