"""The instruments as they stand on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from governance.compute.legal_vocabulary import StatusThen
from governance.compute.thresholds import Instrument, status_then
from governance.errors import BadInput


class ThresholdThen(Instrument, frozen=True):
    """An instrument on a day; `status` is that of today.

    Args:
        status_then: On the day.
        in_force: Whether duties can bind on the day.
    """

    status_then: StatusThen
    in_force: bool


def thresholds_on(
    instruments: Sequence[Instrument], as_of: date, jurisdictions: Collection[str] = ()
) -> tuple[ThresholdThen, ...]:
    """Give the instruments with their status on a day, those in force first.

    Args:
        instruments: As `load_instruments` gives them.
        as_of: The day.
        jurisdictions: Only these, such as EU or US-CA; none: all.

    Raises:
        BadInput: A jurisdiction has no instrument.

    >>> thresholds_on([], date(2026, 1, 1))
    ()
    """
    known = sorted({one.jurisdiction for one in instruments})
    for name in jurisdictions:
        if name not in known:
            raise BadInput(f"nothing is known of '{name[:40]}'", "jurisdiction", f"use one of {', '.join(known)}")
    found = []
    for one in instruments:
        if not jurisdictions or one.jurisdiction in jurisdictions:
            status = status_then(one, as_of)
            # Not dumped and read again: the tests are models already.
            found.append(ThresholdThen(**dict(one), status_then=status, in_force=status == "in_force"))
    return tuple(sorted(found, key=lambda one: (not one.in_force, one.jurisdiction, one.id)))
