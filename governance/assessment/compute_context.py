"""Compute beside a risk assessment, as context: what the catalogue records of a system's models, and legal thresholds.

How far compute stands for risk is disputed (arXiv 2407.05694), so none of this enters a verdict. Whether a text applies
is for the Thresholds page, which counts as each text does; here one number stands beside another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import duckdb

from governance.assessment.records import Kept, Line, Text

Place = Literal["above", "below", "astride", "unknown"]
"""Of a model's training compute towards a threshold's number; astride: its interval reaches both sides."""

_MODELS = """
SELECT m.id, m.name, r.training_flop, r.low, r.high, r.method, r.confidence, r.version
FROM model AS m LEFT JOIN compute_record AS r ON r.model_id = m.id
WHERE m.id = ANY (?) ORDER BY m.id, r.version DESC
"""
_THRESHOLDS = """
SELECT t.id, t.jurisdiction, t.instrument, x.value, t.logic, t.binding
FROM threshold AS t JOIN threshold_test AS x ON x.threshold_id = t.id
WHERE x.metric = 'training_compute' AND x.value IS NOT NULL AND t.subject = 'model'
  AND t.applies_from <= ? AND (t.applies_until IS NULL OR t.applies_until > ?)
ORDER BY x.value, t.id
"""


class Threshold(Kept, frozen=True):
    """A legal threshold of training compute in force on the day.

    Args:
        id: The instrument's id.
        jurisdiction: ``EU``, or ISO 3166.
        instrument: Its name.
        flop: The number, operations.
        alone: Whether nothing but compute is tested.
        binding: Not mere guidance.
    """

    id: Line
    jurisdiction: Line
    instrument: Line
    flop: float
    alone: bool
    binding: bool


class ModelCompute(Kept, frozen=True):
    """What is recorded of one model's training.

    Args:
        id: Its id.
        name: Its name; the id where the catalogue does not know it.
        known: Whether the catalogue knows it.
        flop: Operations; ``None``: unknown.
        low: Lower end of the recorded interval.
        high: Upper end.
        method: How it was found, as the source says.
        confidence: As the source says.
        version: State of the source.
    """

    id: Line
    name: Line
    known: bool
    flop: float | None = None
    low: float | None = None
    high: float | None = None
    method: tuple[Line, ...] = ()
    confidence: Line | None = None
    version: Line = ""

    def place(self, flop: float) -> Place:
        """Say where it lies towards a number of operations.

        >>> ModelCompute(id="m", name="M", known=True, flop=2e25, low=5e24, high=4e25).place(1e25)
        'astride'
        >>> ModelCompute(id="m", name="M", known=True).place(1e25)
        'unknown'
        """
        ends = [one for one in (self.flop, self.low, self.high) if one is not None]
        if not ends or (self.flop is None and len(ends) < 2):
            return "unknown"
        return "above" if min(ends) > flop else "below" if max(ends) < flop else "astride"


class ComputeContext(Kept, frozen=True):
    """Models and thresholds side by side; context, never a verdict.

    Args:
        models: In the order they were named.
        thresholds: In force on the day, the lowest first.
        on: The day.
    """

    models: tuple[ModelCompute, ...]
    thresholds: tuple[Threshold, ...]
    on: date
    note: Text = "Compute is context here: it enters neither the tier nor the verdict."


def compute_context(connection: duckdb.DuckDBPyConnection, models: Sequence[str], on: date) -> ComputeContext:
    """Read what the catalogue knows of the compute of a system's models, and the thresholds of a day.

    Args:
        connection: An open catalogue.
        models: Ids of models.
        on: The day whose law is meant.

    Source: thresholds as gathered in the catalogue; that compute is a weak stand-in for risk: arXiv 2407.05694.
    """
    found: dict[str, ModelCompute] = {}
    rows = connection.execute(_MODELS, [list(models)]).fetchall()
    for key, name, flop, low, high, method, confidence, version in rows:
        found.setdefault(
            key,
            ModelCompute(
                id=key, name=name, known=True, flop=flop, low=low, high=high, method=tuple(method or ()),
                confidence=confidence, version=version or "",
            ),
        )  # fmt: skip
    thresholds = connection.execute(_THRESHOLDS, [on, on]).fetchall()
    return ComputeContext(
        models=tuple(found.get(one) or ModelCompute(id=one, name=one, known=False) for one in dict.fromkeys(models)),
        thresholds=tuple(
            Threshold(id=key, jurisdiction=where, instrument=text, flop=flop, alone=logic == "compute", binding=binding)
            for key, where, text, flop, logic, binding in thresholds
        ),
        on=on,
    )
