"""Where a footprint starts: what the catalogue says of a model, and what there is to choose from."""

from __future__ import annotations

from typing import Literal

import duckdb
from pydantic import BaseModel

from governance.errors import NotFound

USUAL_MODEL = "llama-3-1-405b"
"""The model that is shown where none is asked for: its chips, hours, power and FLOP are all published."""


class Start(BaseModel, frozen=True):
    """What the catalogue says of a model; unknown is ``None``.

    Args:
        model_id, name: Which.
        flop, chips, hours, chip_hours: Of its training.
        parameters: Active ones where stated, else all.
        hardware: The chips in the source's words.
        chip: Id of the first of them that is among the accelerators.
        grid: The life-cycle mean of the country of its maker; where it was trained is not stated.
        source: Which record says so.
    """

    model_id: str
    name: str
    flop: float | None
    chips: float | None
    hours: float | None
    chip_hours: float | None
    parameters: float | None
    hardware: str | None
    chip: str | None
    grid: str | None
    source: str | None

    @property
    def work(self) -> Literal["flop", "chips", "chip_hours"] | None:
        """Give the way in which its training is best known."""
        if self.flop is not None:
            return "flop"
        if self.chip_hours is not None:
            return "chip_hours"
        return "chips" if self.chips is not None and self.hours is not None else None

    def amount(self, name: str) -> float | None:
        """Give what is known under the name of an amount."""
        known = {one: getattr(self, one) for one in ("flop", "chips", "hours", "chip_hours", "parameters")}
        return known.get(name)


class Choices(BaseModel, frozen=True):
    """What there is to choose from: ids to what they are called, in the order to show.

    Args:
        models: Those with FLOP or chip hours; the most compute first.
        chips: All, the newest first.
        grids: Countries, then states, provinces and cloud regions.
        facilities: By efficiency.
    """

    models: dict[str, str]
    chips: dict[str, str]
    grids: dict[str, str]
    facilities: dict[str, str]


def start_of(connection: duckdb.DuckDBPyConnection, model_id: str) -> Start:
    """Tell what the catalogue says of a model's training.

    Raises:
        NotFound: There is no such model.
    """
    rows = connection.execute(
        """
        SELECT m.id, m.name, r.training_flop, r.chips, r.training_hours,
               coalesce(r.chip_hours, r.chips * r.training_hours),
               coalesce(m.active_parameters, i.active_parameters, m.parameters), r.hardware,
               (SELECT a.id FROM accelerator AS a WHERE list_contains(string_split(r.hardware, ', '), a.name)
                ORDER BY list_position(string_split(r.hardware, ', '), a.name) LIMIT 1),
               (SELECT g.id FROM grid AS g WHERE g.id = 'country:' || m.country[1] || ':undated:lifecycle'),
               r.source_id || ', ' || r.version
        FROM model AS m
        LEFT JOIN compute_record AS r ON r.model_id = m.id
        LEFT JOIN model_input AS i ON i.model_id = m.id
        WHERE m.id = ? ORDER BY r.training_flop IS NULL, r.source_id, r.version LIMIT 1
        """,
        [model_id],
    ).fetchall()
    if not rows:
        raise NotFound(f"there is no model '{model_id:.80}'", "footprint, model", "use the id of a model in the table")
    return Start(**dict(zip(Start.model_fields, rows[0], strict=True)))


def footprint_choices(connection: duckdb.DuckDBPyConnection) -> Choices:
    """Give the models, chips, grids and facilities to choose from, by name."""

    def read(sql: str) -> dict[str, str]:
        return dict(connection.execute(sql).fetchall())

    return Choices(
        models=read(
            """
            SELECT m.id, any_value(m.name) FROM model AS m JOIN compute_record AS r ON r.model_id = m.id
            WHERE coalesce(r.training_flop, r.chip_hours, r.chips * r.training_hours) IS NOT NULL
            GROUP BY m.id ORDER BY max(r.training_flop) DESC NULLS LAST, m.id
            """
        ),
        chips=read("SELECT id, name FROM accelerator ORDER BY released DESC NULLS LAST, name"),
        grids=read(
            """
            SELECT id, concat(coalesce(name, code), ' · ', CASE WHEN basis LIKE 'lifecycle%' THEN 'life cycle'
                   WHEN year IS NULL THEN 'region' ELSE CAST(year AS VARCHAR) END, ' · ',
                   printf('%.0f g', 1000 * co2e_kg_per_kwh))
            FROM grid ORDER BY scope <> 'country', scope, coalesce(name, code), id
            """
        ),
        facilities=read(
            """
            SELECT id, concat(replace(id, '_', ' '), ' · PUE ', pue, coalesce(' to ' || pue_high, ''))
            FROM facility WHERE pue IS NOT NULL ORDER BY pue, id
            """
        ),
    )
