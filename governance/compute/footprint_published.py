"""A footprint beside what is published about the same model."""

from __future__ import annotations

import duckdb
from pydantic import BaseModel

from governance.compute.footprint import Amount, Footprint
from governance.errors import NotFound


class Published(BaseModel, frozen=True):
    """What one source says about the training of a model; unknown is ``None``.

    Args:
        model_id, version, source_id: Which record.
        chip_hours: Hours of one chip.
        energy_kwh: As stated, or power times hours.
        energy_from: Which of the two.
        co2e_kg: As stated.
        cost_usd: In US dollars of ``cost_year``.
        cost_year: The year.
    """

    model_id: str
    version: str
    source_id: str
    chip_hours: float | None
    energy_kwh: float | None
    energy_from: str | None
    co2e_kg: float | None
    cost_usd: float | None
    cost_year: int | None


class Comparison(BaseModel, frozen=True):
    """A published figure beside the interval.

    Args:
        name: Which figure; a field of `Part`.
        published: The figure.
        amount: Ours, with its 90% interval.
        inside: Whether the figure lies in the interval.
        ratio: Our median over the figure.
    """

    name: str
    published: float
    amount: Amount
    inside: bool
    ratio: float


def published_figures(connection: duckdb.DuckDBPyConnection, model_id: str) -> tuple[Published, ...]:
    """Give what is published about the training of a model, one a record.

    Raises:
        NotFound: The model has no compute record.
    """
    rows = connection.execute(
        """
        SELECT model_id, version, source_id, coalesce(chip_hours, chips * training_hours) AS chip_hours,
               coalesce(energy_kwh, power_watts * training_hours / 1000) AS energy,
               CASE WHEN energy_kwh IS NOT NULL THEN 'stated'
                    WHEN power_watts * training_hours IS NOT NULL THEN 'power times hours' END AS energy_from,
               co2e_kg, cost_usd, cost_year
        FROM compute_record WHERE model_id = ? ORDER BY version DESC
        """,
        [model_id],
    ).fetchall()
    if not rows:
        raise NotFound(f"there is no compute record of '{model_id:.80}'", "compute_record", "name a model by its id")
    return tuple(Published(**dict(zip(Published.model_fields, row, strict=True))) for row in rows)


def compare(result: Footprint, published: Published) -> tuple[Comparison, ...]:
    """Put the published figures of a training run beside ours, where both are known."""
    if result.training is None:
        return ()
    found = []
    for name in ("chip_hours", "energy_kwh", "co2e_kg", "cost_usd"):
        figure, amount = getattr(published, name), getattr(result.training, name)
        if figure and amount is not None:
            inside, ratio = amount.low <= figure <= amount.high, amount.median / figure
            found.append(Comparison(name=name, published=figure, amount=amount, inside=inside, ratio=ratio))
    return tuple(found)
