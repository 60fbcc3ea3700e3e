"""The values of training compute that legal texts name, to set beside any other."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel

from governance.compute.thresholds import Instrument, in_force

METRIC = "training_compute"


class LegalValue(BaseModel, frozen=True):
    """A number of operations that texts name.

    Args:
        value: FLOP.
        jurisdictions: Whose texts name it, each once.
        in_force: Of these, those with a text that can bind on the day.
    """

    value: float
    jurisdictions: tuple[str, ...]
    in_force: tuple[str, ...]


def legal_values(instruments: Iterable[Instrument], day: date) -> tuple[LegalValue, ...]:
    """Gather the thresholds of training compute for a model, the lowest first.

    Args:
        instruments: As `load_instruments` gives them.
        day: On which they may be in force.
    """
    found: dict[float, list[Instrument]] = {}
    for one in instruments:
        for test in one.tests:
            if test.metric == METRIC and test.value is not None:
                found.setdefault(test.value, []).append(one)
    return tuple(
        LegalValue(
            value=value,
            jurisdictions=tuple(sorted({one.jurisdiction for one in texts})),
            in_force=tuple(sorted({one.jurisdiction for one in texts if in_force(one, day)})),
        )
        for value, texts in sorted(found.items())
    )
