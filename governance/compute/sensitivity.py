"""What an answer turns on: the probability given where one input lies, from the same draws."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from scipy.special import ndtr, ndtri

from governance.compute.draws import Floats, Plan, Spread
from governance.compute.totals import Chunk, Drawing

BINS = 512
MOST_STREAMS = 12
MOST_EFFECTS = 24
TENTHS = np.linspace(0.0, 1.0, 11)


class InputEffect(BaseModel, frozen=True):
    """How much one input matters to one instrument.

    Args:
        input: Where it stands, such as ``run/tokens``.
        lowest: Probability of exceeding when it lies in its lowest tenth.
        highest: The same for its highest tenth.
        span: The distance between the two.
        settles: Share of its tenths in which the verdict would be exceeds or below.
    """

    input: str
    lowest: float
    highest: float
    span: float
    settles: float


class Bins:
    """Counts of draws, and of those that exceed, by where each stream that matters lies."""

    def __init__(self, drawing: Drawing, events: int) -> None:
        self.plan: Plan = drawing.plan
        self.chosen = _most_telling(drawing)
        self.seen = np.zeros((len(self.chosen), BINS))
        self.met = np.zeros((len(self.chosen), events, BINS))

    def add(self, chunk: Chunk, events: Sequence[NDArray[np.bool_] | bool]) -> None:
        """Count one chunk; events that are the same for all draws tell nothing and are passed over."""
        varied = [(place, event) for place, event in enumerate(events) if isinstance(event, np.ndarray)]
        alike: dict[bytes, list[int]] = {}
        arrays: dict[bytes, NDArray[np.bool_]] = {}
        for place, event in varied:
            key = np.packbits(event).tobytes()
            alike.setdefault(key, []).append(place)
            arrays[key] = event
        for row, stream in enumerate(self.chosen):
            bins = np.minimum((chunk.shares(stream) * BINS).astype(np.intp), BINS - 1)
            self.seen[row] += np.bincount(bins, minlength=BINS)
            for key, places in alike.items():
                self.met[row, places] += np.bincount(bins[arrays[key]], minlength=BINS)

    def effects(self, event: int, cuts: tuple[float, float], *, surely: bool) -> tuple[InputEffect, ...]:
        """Give the inputs that matter to an event, the widest first.

        Args:
            event: Its place in the list given to `add`.
            cuts: Probabilities at and below, and at and above which a verdict is given.
            surely: Whether the event is sure where it happens; else only its absence settles anything.
        """
        found = []
        for row, stream in enumerate(self.chosen):
            spread = self.plan.spreads[stream]
            if self.met[row, event].sum() in (0, self.seen[row].sum()):
                continue
            for name, rides in spread.inputs:
                tenths = _by_tenth(self.seen[row], self.met[row, event], rides, spread)
                settled = (tenths <= cuts[0]) | ((tenths >= cuts[1]) & surely)
                found.append(
                    InputEffect(
                        input=name.partition(":")[2],
                        lowest=float(tenths[0]),
                        highest=float(tenths[-1]),
                        span=float(abs(tenths[-1] - tenths[0])),
                        settles=float(settled.mean()),
                    )
                )
        return tuple(sorted(found, key=lambda one: (-one.span, one.input))[:MOST_EFFECTS])


def _by_tenth(seen: Floats, met: Floats, rides: float, spread: Spread) -> Floats:
    """Give the probability in each tenth of an input that rides on a stream.

    A log-normal input is a normal number with correlation `rides` to the stream its product was drawn by; given the
    stream, it is normal again. So its tenths are weights on the stream's bins, and nothing more has to be drawn.
    """
    middles = (np.arange(BINS) + 0.5) / BINS
    rest = math.sqrt(max(0.0, 1 - rides * rides))
    if not spread.normal or rest < 1e-6:
        below = np.clip((TENTHS[:, None] - middles + 0.5 / BINS) * BINS, 0.0, 1.0)
    else:
        below = ndtr((ndtri(TENTHS)[:, None] - rides * ndtri(middles)) / rest)
    weights = np.diff(below, axis=0)
    result: Floats = (weights @ met) / np.maximum(weights @ seen, 1e-300)
    return result


def _most_telling(drawing: Drawing) -> list[int]:
    """Pick the streams most likely to matter: wide ones on which much of the compute rides, and all amounts."""
    plan = drawing.plan
    amounts = [place for place, one in enumerate(plan.spreads) if one.inputs[0][0].startswith("amount:")]
    others = [place for place in range(len(plan.spreads)) if place not in amounts]
    others.sort(key=lambda place: (-plan.spreads[place].weight * drawing.telling[place], plan.spreads[place].key))
    return others[:MOST_STREAMS] + amounts
