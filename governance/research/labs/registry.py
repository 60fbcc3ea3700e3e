"""All labs, and one way to run any of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb
import polars as pl

from governance.errors import BadInput, NotFound
from governance.research.labs.calculator_labs import CALCULATOR_LABS
from governance.research.labs.data_labs import DATA_LABS
from governance.research.labs.lab import TOPICS, Lab, LabResult
from governance.research.labs.reading import checked_frame, of_format, read_settings

LABS: dict[str, Lab] = {
    one.name: one for one in sorted((*DATA_LABS, *CALCULATOR_LABS), key=lambda one: TOPICS.index(one.topic))
}
"""By name, in the order of their topics."""


def find_lab(name: str) -> Lab:
    """Give a lab by its name.

    Raises:
        NotFound: There is none of that name.

    >>> find_lab("best-of-trials").topic
    'Compression'
    """
    if name not in LABS:
        raise NotFound(f"there is no lab '{name:.60}'", "labs", f"use one of {', '.join(LABS)}")
    return LABS[name]


def run_lab(
    name: str,
    frame: pl.DataFrame | None = None,
    settings: Mapping[str, object] | None = None,
    *,
    seed: int = 0,
    connection: duckdb.DuckDBPyConnection | None = None,
    where: str = "the file",
    synthetic: bool | None = None,
) -> LabResult:
    """Run a lab on rows.

    Args:
        name: Of the lab.
        frame: The rows; ``None``: the SYNTHETIC example, and the result says so.
        settings: What differs from the defaults, name to number or text.
        seed: Of all draws, and of the example.
        connection: The catalogue, for a lab that looks something up.
        where: What the rows come from, in errors.
        synthetic: Whether the rows are the example, or rest on it; ``None``: where none are given.

    Raises:
        BadInput: The rows cannot answer the question (the column that is missing is named), or a setting is not
            allowed.
        NotFound: There is no such lab.

    >>> run_lab("best-of-trials", settings={"trials": 2}).synthetic
    True
    """
    lab = find_lab(name)
    asked = read_settings(lab, settings or {})
    made = frame is None and lab.source != "settings" if synthetic is None else synthetic
    rows = of_format(lab, lab.example(seed)) if frame is None else frame
    rows = checked_frame(lab, rows, where)
    if lab.lookup is not None:
        if connection is None:
            raise BadInput("the catalogue is not open", f"lab {name}", "hand over a connection to it")
        rows = lab.lookup(connection, rows, asked)
    found = lab.run(rows, asked, seed)
    return replace(found, synthetic=made)
