"""A user's file for a lab: read, checked, refused where it cannot answer; and the template to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from governance.errors import BadInput
from governance.evaluation.formats.check import Checked, check_bytes, check_path
from governance.evaluation.formats.files import MAX_BYTES, read_path, read_table
from governance.evaluation.formats.layouts import CONSTANT
from governance.evaluation.formats.raw import RawTable
from governance.evaluation.formats.tables import TABLES
from governance.research.labs.lab import Lab, TableColumn, Value
from governance.research.labs.sliders import read_sliders

Columns = Mapping[str, str]
"""Ours to theirs."""
TEMPLATE_ROWS = 40
"""Of the example that stand in a template."""


def read_lab_path(lab: Lab, path: Path, mapping: Columns | None = None) -> pl.DataFrame:
    """Read a file for a lab.

    Args:
        lab: The lab.
        path: The file; CSV, JSON or Parquet, found from its content.
        mapping: Our columns to those of the file; ``=text`` sets all rows.

    Raises:
        BadInput: It cannot be read, a row is bad, or a column that the lab needs is missing or empty.
    """
    if lab.source == "settings":
        raise _reads_nothing(lab)
    if lab.source == "table":
        return checked_frame(lab, own_table(lab, read_path(path), mapping), path.name)
    return checked_frame(lab, _good(check_path(path, lab.source, mapping)), path.name)


def read_lab_bytes(
    lab: Lab, data: bytes, where: str, most: int = MAX_BYTES, mapping: Columns | None = None
) -> pl.DataFrame:
    """Do the same for what was uploaded.

    Args:
        lab: The lab.
        data: The content.
        where: Its name in errors.
        most: Bytes that are taken.
        mapping: Our columns to those of the file.
    """
    if lab.source == "settings":
        raise _reads_nothing(lab)
    if lab.source == "table":
        return checked_frame(lab, own_table(lab, read_table(data, where, most), mapping), where)
    return checked_frame(lab, _good(check_bytes(data, where, lab.source, mapping, most=most)), where)


def attach(lab: Lab, frame: pl.DataFrame | None, data: bytes, where: str, seed: int = 0) -> tuple[pl.DataFrame, bool]:
    """Put a second file into the rows.

    Args:
        lab: The lab.
        frame: The rows; ``None``: those of the SYNTHETIC example.
        data: Content of the second file.
        where: Its name in errors.
        seed: Of the example.

    Returns:
        The rows, and whether they still rest on the example.

    Raises:
        BadInput: The lab takes none, or it is too big or cannot be used.
    """
    second = lab.attachment
    if second is None:
        raise BadInput("it takes no second file", f"lab {lab.name}", "leave it out")
    if len(data) > second.most:
        fix = f"give at most {second.most / 1e6:,.0f} MB"
        raise BadInput(f"the file has {len(data) / 1e6:,.1f} MB", where, fix)
    rows = of_format(lab, lab.example(seed)) if frame is None else frame
    return second.add(rows, data, where), frame is None and not second.replaces


def attach_all(
    lab: Lab, frame: pl.DataFrame | None, files: Sequence[tuple[str, bytes]], seed: int = 0
) -> tuple[pl.DataFrame, bool]:
    """Put second files into the rows; several give the rows of each, one below the other.

    Args:
        lab: The lab.
        frame: The rows; ``None``: those of the SYNTHETIC example.
        files: Name and content of each, at least one.
        seed: Of the example.

    Returns:
        As `attach`.

    Raises:
        BadInput: As `attach`, or there are more than it takes, or two of one name.
    """
    names = [name for name, _ in files]
    if len(names) > 1 and lab.attachment is not None and not lab.attachment.several:
        raise BadInput(f"{len(names):,} second files", f"lab {lab.name}", "give one")
    if len(set(names)) < len(names):
        raise BadInput("two files have one name", f"lab {lab.name}", "name them apart, each as its model is called")
    found = [attach(lab, frame, data, name, seed) for name, data in files]
    return pl.concat([rows for rows, _ in found]), any(synthetic for _, synthetic in found)


def checked_frame(lab: Lab, frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Refuse rows that cannot answer a lab's question, and say which column is missing.

    Raises:
        BadInput: There is no row, or a column that is needed is not there or empty.
    """
    if lab.source != "settings" and not frame.height:
        raise BadInput("there is no row", where, "give a file with rows under its first line")
    for name in lab.needs:
        need_column(frame, name, where, lab.question)
    return frame


def need_column(frame: pl.DataFrame, name: str, where: str, reason: str) -> None:
    """Refuse a frame without a column, or with an empty one.

    Args:
        frame: The rows.
        name: Of the column.
        where: The file in errors.
        reason: What cannot be answered without it.

    Raises:
        BadInput: It is missing or empty.
    """
    if name not in frame.columns or frame[name].null_count() == frame.height:
        here = ", ".join(one for one in frame.columns if frame[one].null_count() < frame.height)
        what = f"there is no column '{name}', or it is empty"
        raise BadInput(what, where, f"add it: without it '{reason}' cannot be answered; filled are {here or 'none'}")


def own_table(lab: Lab, raw: RawTable, mapping: Columns | None = None) -> pl.DataFrame:
    """Turn a table of texts into a lab's own columns.

    Headers are met in any case; further columns are left out.

    Args:
        lab: The lab.
        raw: The table.
        mapping: Our columns to those of the table; ``=text`` sets all rows, an empty text leaves one out.

    Raises:
        BadInput: A column that is needed is missing, a cell is empty or no number.
    """
    if raw.bad:
        raise BadInput(raw.bad[0].detail, f"{raw.where}, line {raw.bad[0].line}", "mend the row")
    raw, chosen = _named(lab, raw, mapping or {})
    there = {name.strip().casefold().replace(" ", "_"): name for name in raw.frame.columns} | chosen
    for one in lab.columns:
        if one.needed and not there.get(one.name):
            fix = f"add it: {one.help}; the file has {', '.join(raw.frame.columns[:20])}"
            raise BadInput(f"there is no column '{one.name}'", f"{raw.where}, line 1", fix)
    cells = {one.name: _cells(raw, one, there.get(one.name) or None) for one in lab.columns}
    return pl.DataFrame(list(cells.values()))


def template(lab: Lab) -> str:
    """Give a CSV to fill in: the header and the first rows of the SYNTHETIC example; empty for a lab of settings.

    Args:
        lab: The lab.
    """
    if lab.source == "settings":
        return ""
    frame = lab.example(0).head(TEMPLATE_ROWS)
    order = [one.name for one in lab.columns] if lab.source == "table" else list(TABLES[lab.source])
    used = [name for name in order if name in frame.columns and frame[name].null_count() < frame.height]
    return frame.select(used).write_csv()


def of_format(lab: Lab, rows: pl.DataFrame) -> pl.DataFrame:
    """Fill an example up to all columns of its lab's format, in their order and types."""
    if lab.source in ("table", "settings"):
        return rows
    wanted: Mapping[str, pl.DataType] = TABLES[lab.source]  # type: ignore[index]
    return rows.select(
        (pl.col(name).cast(kind) if name in rows.columns else pl.lit(None, kind).alias(name))
        for name, kind in wanted.items()
    )


def _named(lab: Lab, raw: RawTable, mapping: Columns) -> tuple[RawTable, dict[str, str]]:
    """Give the table with texts for all rows put in, and which of its columns ours are."""
    known = [one.name for one in lab.columns]
    frame, chosen = raw.frame, {}
    for ours, theirs in mapping.items():
        if ours not in known:
            fix = f"use one of {', '.join(known)}"
            raise BadInput(f"'{ours:.60}' is no column of this lab", f"{raw.where}, mapping", fix)
        if theirs.startswith(CONSTANT):
            frame = frame.with_columns(pl.lit(theirs[1:]).alias(f"{CONSTANT}{ours}"))
            theirs = f"{CONSTANT}{ours}"
        elif theirs and theirs not in frame.columns:
            fix = f"it has {', '.join(raw.frame.columns[:20])}"
            raise BadInput(f"there is no column '{theirs:.60}'", f"{raw.where}, mapping", fix)
        chosen[ours] = theirs
    return replace(raw, frame=frame), chosen


def _cells(raw: RawTable, one: TableColumn, theirs: str | None) -> pl.Series:
    if theirs is None:
        return pl.Series(one.name, [None] * raw.frame.height, pl.Float64 if one.kind == "number" else pl.String)
    texts = raw.frame[theirs].alias(one.name)
    if one.needed and texts.null_count():
        raise _at(raw, texts.is_null(), f"'{one.name}' is empty", f"write it: {one.help}")
    if one.kind == "text":
        return texts
    numbers = texts.cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() & texts.is_not_null()) | numbers.is_nan() | numbers.is_infinite()
    if wrong.any():
        value = texts.filter(wrong)[0]
        raise _at(raw, wrong, f"'{value:.60}' in '{one.name}' is no number", f"write a number: {one.help}")
    return numbers


def _at(raw: RawTable, wrong: pl.Series, what: str, fix: str) -> BadInput:
    line = raw.lines([int(wrong.arg_max() or 0)])[0]
    return BadInput(what, f"{raw.where}, line {line}", fix)


def _good(checked: Checked) -> pl.DataFrame:
    report = checked.report
    if report.stops:
        raise BadInput(report.stops[0].detail, report.file, f"see 'touchstone validate {report.file}'")
    if report.bad:
        first = report.rows[0]
        fix = f"see 'touchstone validate {report.file}'; its --out writes the good rows"
        raise BadInput(f"{report.bad:,} of {report.read:,} rows are bad; {first.detail}",
                       f"{report.file}, line {first.line}", fix)  # fmt: skip
    return checked.frame


def _reads_nothing(lab: Lab) -> BadInput:
    return BadInput("it reads no file", f"lab {lab.name}", "leave the file out and use settings")


def read_settings(lab: Lab, given: Mapping[str, object]) -> dict[str, Value]:
    """Check what was set, and fill in the rest.

    Args:
        lab: The lab.
        given: Name to number or text.

    Raises:
        BadInput: There is no such setting, or its value is not allowed.
    """
    known = {one.name: one for one in lab.settings}
    for name in given:
        if name not in known:
            fix = f"use {', '.join(known)}" if known else "it has none"
            raise BadInput(f"there is no setting '{name:.60}'", f"lab {lab.name}", fix)
    return {name: _setting(lab, name, given[name]) if name in given else one.default for name, one in known.items()}


def _setting(lab: Lab, name: str, given: object) -> Value:
    one = next(each for each in lab.settings if each.name == name)
    where = f"lab {lab.name}, setting {name}"
    stated = "" if given is None else str(given).strip()
    if one.kind in ("text", "sliders"):
        if len(stated) > one.many:
            raise BadInput(f"{len(stated):,} characters", where, f"give at most {one.many:,}")
        if one.kind == "sliders":
            read_sliders(stated, where, one.low, one.high)
        return stated
    if one.kind == "choice":
        if stated not in one.choices:
            raise BadInput(f"'{stated:.60}' cannot be used", where, f"use one of {', '.join(one.choices)}")
        return stated
    if not stated and one.default is None:
        return None
    try:
        value = float(stated)
    except ValueError:
        raise BadInput(f"'{stated:.60}' is no number", where, f"give a number: {one.help}") from None
    bounds = f"{'-∞' if one.low is None else f'{one.low:g}'} to {'∞' if one.high is None else f'{one.high:g}'}"
    if value != value or not (-float("inf") if one.low is None else one.low) <= value <= (
        1.7e308 if one.high is None else one.high
    ):
        raise BadInput(f"{stated:.60} is out of range", where, f"give {bounds}")
    if one.whole and value != int(value):
        raise BadInput(f"{stated:.60} is no whole number", where, f"give a count, {bounds}")
    return int(value) if one.whole else value
