"""What a lab is and what it gives back; every lab is one of these, and every page, verb and report reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import duckdb
import polars as pl

from governance.evaluation.vocabulary import Format

Topic = Literal[
    "Compression", "Groups", "Data choice", "Sparse experts", "Sampling", "Tokenizers", "Privacy", "Toxicity",
    "Training", "Serving",
]  # fmt: skip
TOPICS: tuple[Topic, ...] = get_args(Topic)
Source = Format | Literal["table", "settings"]
"""What a lab reads: a file of a format, a table of its own, or nothing but settings."""
SettingKind = Literal["number", "choice", "text", "sliders"]
ChartKind = Literal["bars", "lines", "points", "heat"]
CHARTS: tuple[ChartKind, ...] = get_args(ChartKind)
Value = float | str | None
"""Of a setting: a number, a text, or a number that is not set."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that the reader may set.

    Args:
        name: In the address and on the command line.
        label: For people.
        kind: A number, one of some words, a text, or a slider for each value of a column, kept as one text.
        default: Holds where nothing is set; ``None``: a number that need not be set.
        help: What it does, with its unit.
        choices: The words of a choice.
        low, high: Bounds of a number, both allowed.
        whole: Whether a number is a count.
        column: Column of the file whose values are offered for a text; empty: free text.
        many: Characters taken of a text.
        start: Column where sliders start, scaled to 1; empty: at 0.
        total: Whether the sum of sliders is told.
    """

    name: str
    label: str
    kind: SettingKind
    default: Value
    help: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    column: str = ""
    many: int = 200
    start: str = ""
    total: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a lab's own table.

    Args:
        name: Its header.
        kind: What its cells hold.
        help: What it says, with its unit.
        needed: Whether every row must have it.
    """

    name: str
    kind: Literal["text", "number"]
    help: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Number:
    """One figure of a result, with its unit; figures of different units are never set against each other.

    Args:
        label: What it is.
        value: The figure; ``None``: unknown.
        unit: Such as ``%`` (relative), ``points``, ``x``, ``count``.
        low, high: Its interval; ``None``: there is none.
        claim: Id of the claim that it can stand beside; empty: none.
    """

    label: str
    value: float | None
    unit: str
    low: float | None = None
    high: float | None = None
    claim: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LabFigure:
    """A figure as its table and how to draw it.

    Args:
        title: What is shown, with units.
        table: The rows behind it; nulls are unknown and are not drawn.
        chart: Bars with intervals, lines, points (a front), or a heat map.
        x, y: Columns; of bars ``y`` is the name and ``x`` the figure, of a heat map both are names.
        alt: The figure in words.
        series: Column that tells lines, points or bars apart; empty: one.
        low, high: Columns of the interval of the figure; empty: none is drawn.
        value: Column of a heat map's colour.
        label: Column written beside points.
        x_title, y_title: With units; empty: the column's name.
        form: Of the figure's axis, in d3's words, e.g. ``.0%``; empty: a number.
        reference: Where a dashed line is drawn across the figure's axis; ``None``: nowhere.
        log: Whether the axis of ``x`` is logarithmic; only for lines and points.
        log_y: Whether that of ``y`` is; only for lines.
        x_form: Of the axis of ``x`` of lines and points, in d3's words; empty: a number.
    """

    title: str
    table: pl.DataFrame
    chart: ChartKind
    x: str
    y: str
    alt: str
    series: str = ""
    low: str = ""
    high: str = ""
    value: str = ""
    label: str = ""
    x_title: str = ""
    y_title: str = ""
    form: str = ""
    reference: float | None = None
    log: bool = False
    log_y: bool = False
    x_form: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LabResult:
    """What a lab found.

    Args:
        answer: A sentence, plain text; it answers the lab's question.
        figures: At least one; the first is the picture under the answer.
        numbers: What the answer rests on, the main one first.
        tables: What else is to be read, title to rows.
        n: What was counted; ``None``: unknown.
        counted: What that is, such as "items".
        method: How the figures were estimated.
        interval: Kind and level; empty: there is none.
        limits: What must not be read into it, a sentence each.
        seed: Of the draws; ``None``: nothing was drawn.
        synthetic: Whether the data are the lab's own example.
        simulated: Whether the figures come from a simulation inside the lab; never a reproduction.
    """

    answer: str
    figures: tuple[LabFigure, ...]
    numbers: tuple[Number, ...]
    method: str
    n: int | None
    counted: str
    interval: str = ""
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    limits: tuple[str, ...] = ()
    seed: int | None = None
    synthetic: bool = False
    simulated: bool = False


Settings = Mapping[str, Value]
Run = Callable[[pl.DataFrame, Settings, int], LabResult]
"""Frame, settings (all of them, checked) and seed."""
Large = Callable[[Path, Settings, int, Mapping[str, str]], LabResult]
"""Path of a file, settings, seed, and our columns to those of the file."""
Lookup = Callable[[duckdb.DuckDBPyConnection, pl.DataFrame, Settings], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A second file that a lab can be given, such as a tokenizer.

    Args:
        label: What it is.
        endings: Of its name, with the dot.
        help: What it does.
        most: Bytes that are taken.
        add: Puts what it says into the rows; refuses with `BadInput`.
        replaces: Whether nothing of the rows is left.
        several: Whether more than one is taken; each gives rows of its own.
    """

    label: str
    endings: tuple[str, ...]
    help: str
    most: int
    add: Callable[[pl.DataFrame, bytes, str], pl.DataFrame]
    replaces: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lab:
    """A small calculator that answers one question.

    Args:
        name: In the address and on the command line, e.g. ``best-of-trials``.
        title: For people.
        topic: What it stands under.
        question: What it answers; ends in a question mark.
        source: What it reads.
        run: Works it out.
        example: Makes the SYNTHETIC example from a seed; for a lab of settings an empty frame.
        planted: What was planted in the example and what the lab must find, a sentence; of a calculator a hand-worked
            case.
        papers: Ids of the papers it serves.
        claims: Ids of the claims its numbers can stand beside.
        needs: Columns without which it cannot answer, whatever is set.
        columns: Of its own table.
        settings: What the reader may set.
        lookup: Adds what the catalogue knows to the frame; ``None``: it needs nothing.
        large: Works on a file too large to be held; ``None``: it cannot.
        attachment: A second file that it takes; ``None``: there is none.
    """

    name: str
    title: str
    topic: Topic
    question: str
    source: Source
    run: Run
    example: Callable[[int], pl.DataFrame]
    planted: str
    papers: tuple[str, ...]
    claims: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    columns: tuple[TableColumn, ...] = ()
    settings: tuple[Setting, ...] = ()
    lookup: Lookup | None = None
    large: Large | None = None
    attachment: Attachment | None = None


def number(settings: Settings, name: str) -> float:
    """Give a setting that is a number and set."""
    value = settings[name]
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is {value!r}")
    return value


def text(settings: Settings, name: str) -> str:
    """Give a setting that is a text or a choice."""
    return str(settings[name] or "")


def no_rows(seed: int) -> pl.DataFrame:
    """Give the example of a lab that reads nothing."""
    return pl.DataFrame()
