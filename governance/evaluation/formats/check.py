"""Check a mapped table: every bad row named with line and reason, the good ones as a frame of the format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl
from pydantic import BaseModel, computed_field

from governance.evaluation.formats.files import MAX_BYTES, read_path, read_table
from governance.evaluation.formats.findings import Finding, findings_of
from governance.evaluation.formats.layouts import Mapped, map_table
from governance.evaluation.formats.raw import BadRow, RawTable
from governance.evaluation.formats.tables import NEEDED, TABLES
from governance.evaluation.formats.values import languages_of, parsed
from governance.evaluation.vocabulary import Format

SHOWN = 200
"""Bad rows that are listed; all are counted."""

Scales = Literal["refuse", "report"]
"""Whether a metric on two scales stops a file, or is only told."""


class Report(BaseModel, frozen=True):
    """What was found in a file.

    Args:
        file: Its name.
        kind: What it is, e.g. ``comma-separated text``.
        format: What its rows are.
        layout: Id of the layout that was recognised; ``None``: mapped by hand or by guess.
        mapping: Our columns to those of the file.
        unused: Columns of the file that nothing was taken from.
        read, good, bad: Rows, counts.
        reasons: Bad rows a reason.
        rows: Bad rows, the first `SHOWN` by line.
        findings: What holds for the file as a whole.
    """

    file: str
    kind: str
    format: Format
    layout: str | None
    mapping: dict[str, str]
    unused: tuple[str, ...]
    read: int
    good: int
    bad: int
    reasons: dict[str, int]
    rows: tuple[BadRow, ...]
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        """Give the findings with which the file cannot be taken, good rows or not."""
        return tuple(one for one in self.findings if one.stops)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def ok(self) -> bool:
        """Tell whether every row is good and nothing stops the file."""
        return not self.bad and not self.stops


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """A file that was checked.

    Args:
        report: What was found.
        frame: The good rows, with exactly the columns of the format.
    """

    report: Report
    frame: pl.DataFrame


def check_path(
    path: Path,
    format: Format | None = None,
    mapping: Mapping[str, str] | None = None,
    scales: Scales = "refuse",
    most: int = MAX_BYTES,
) -> Checked:
    """Read a file of battles, scores or predictions and check every row.

    Args:
        path: The file; its kind is found from its content.
        format: What its rows are; ``None``: found from its columns.
        mapping: Ours to theirs, over what is recognised or guessed.
        scales: Whether a metric on two scales stops the file.
        most: Bytes that are taken.

    Raises:
        BadInput: It cannot be read, or a column that is needed is missing.
    """
    raw = read_path(path, most)
    return check(raw, map_table(raw, format, mapping), scales)


def check_bytes(
    data: bytes,
    where: str,
    format: Format | None = None,
    mapping: Mapping[str, str] | None = None,
    scales: Scales = "refuse",
    most: int = MAX_BYTES,
) -> Checked:
    r"""Do the same for what was uploaded.

    >>> checked = check_bytes(b"left,right,winner\nx,y,left\nx,x,tie\n", "v.csv")
    >>> checked.report.layout, checked.report.reasons, checked.report.rows[0].line
    ('evalica', {'self_battle': 1}, 3)
    """
    raw = read_table(data, where, most)
    return check(raw, map_table(raw, format, mapping), scales)


def check(raw: RawTable, mapped: Mapped, scales: Scales = "refuse") -> Checked:
    """Check a table whose columns are mapped.

    Args:
        raw: The file.
        mapped: The same under our names.
        scales: Whether a metric on two scales stops it.
    """
    format, texts = mapped.format, mapped.frame
    names, unknown = languages_of(texts["language"]) if "language" in texts.columns else ({}, {})
    values = texts.select(parsed(format, texts.columns, names, decimal_comma="semicolon" in raw.kind))
    reason = _reasons(format, texts.columns)
    judged = pl.concat([texts.select(pl.all().name.prefix("text:")), values], how="horizontal").with_columns(
        reason.alias("reason")
    )
    failed = judged.with_row_index("row").filter(pl.col("reason").is_not_null())
    good = judged.filter(pl.col("reason").is_null()).select(
        [
            pl.col(name) if name in texts.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in TABLES[format].items()
        ]
    )
    first = failed.head(SHOWN)
    lines = raw.lines(first["row"].to_list()) if first.height else []
    named = [_bad(line, row) for line, row in zip(lines, first.iter_rows(named=True), strict=True)]
    rows = tuple(sorted((*raw.bad[:SHOWN], *named), key=lambda one: one.line)[:SHOWN])
    counts: dict[str, int] = {}
    for text, count in failed["reason"].value_counts().iter_rows():
        counts[text.partition("|")[2]] = counts.get(text.partition("|")[2], 0) + count
    for one in raw.bad:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    report = Report(
        file=raw.where, kind=raw.kind, format=format, layout=mapped.layout, mapping=mapped.mapping,
        unused=mapped.unused, read=texts.height + len(raw.bad), good=good.height, bad=failed.height + len(raw.bad),
        reasons=dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))), rows=rows,
        findings=findings_of(format, good, unknown, scales == "refuse"),
    )  # fmt: skip
    return Checked(report, good.cast(dict(TABLES[format])))  # type: ignore[arg-type]


def _reasons(format: Format, here: Sequence[str]) -> pl.Expr:
    """Give the first reason against a row, as ``column|reason``; null for a good one."""
    found: list[pl.Expr] = [_when(pl.col(f"text:{name}").is_null(), name, "missing") for name in NEEDED[format]]
    if format == "battles":
        found.append(_when(pl.col("outcome").is_null(), "outcome", "unknown_outcome"))
        found.append(_when(pl.col("model_a") == pl.col("model_b"), "model_b", "self_battle"))
    for name in here:
        value, stated = pl.col(name), pl.col(f"text:{name}")
        kind = TABLES[format][name]
        unread = value.is_null() & stated.is_not_null()
        if kind == pl.String:
            found.append(_when(stated.str.len_chars() > _longest(name), name, "too_long"))
            found.append(_when(stated.str.contains(_CONTROL), name, "control_character"))
            if name == "judge_kind":
                found.append(_when(unread, name, "unknown_word"))
        elif kind == pl.Date:
            found.append(_when(unread, name, "no_day"))
        else:
            found.append(_when(unread, name, "no_number"))
            if kind == pl.Float64:
                found.append(_when(value.is_nan() | value.is_infinite(), name, "not_finite"))
            outside = _outside(name)
            if outside is not None:
                found.append(_when(outside, name, "out_of_range"))
    return pl.coalesce(found)


_CONTROL = r"[\x00-\x1f\x7f-\x9f\x{202A}-\x{202E}\x{2066}-\x{2069}\x{2028}\x{2029}]"
RANGES: dict[str, str] = {
    "weight": "above 0", "preference": "0 to 1", "sparsity": "0 to 1", "n": "0 or more", "length_a": "0 or more",
    "length_b": "0 or more", "seconds": "0 or more", "co2e_kg": "0 or more",
}  # fmt: skip
DETAILS = {
    "missing": "'{column}' is empty",
    "unknown_outcome": "'{value}' is no outcome: write a, b, tie or both_bad",
    "self_battle": "'{value}' meets itself",
    "too_long": "'{column}' has {length:,} characters",
    "control_character": "'{column}' holds a character that cannot be seen",
    "unknown_word": "'{value}' is none of human, model",
    "no_day": "'{value}' is no day: write e.g. 2026-01-02",
    "no_number": "'{value}' is no number",
    "not_finite": "'{value}' is no number that counts",
    "out_of_range": "'{value}' is out of range: {range}",
}
"""What is said of a reason."""


def _when(condition: pl.Expr, column: str, reason: str) -> pl.Expr:
    return pl.when(condition).then(pl.lit(f"{column}|{reason}"))


def _longest(name: str) -> int:
    return 2_000 if name in ("label", "prediction") else 300


def _outside(name: str) -> pl.Expr | None:
    value = pl.col(name)
    said = RANGES.get(name)
    return {None: None, "above 0": value <= 0, "0 to 1": ~value.is_between(0, 1), "0 or more": value < 0}[said]


def _bad(line: int, row: dict[str, object]) -> BadRow:
    column, _, reason = str(row["reason"]).partition("|")
    value = str(row.get(f"text:{column}") or "")
    said = DETAILS[reason].format(column=column, value=value[:60], length=len(value), range=RANGES.get(column, ""))
    return BadRow(line, column, reason, said)
