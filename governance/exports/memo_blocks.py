"""The parts of a memo, which every format renders: headings, lines, tables and bars of plain, untrusted text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the memo's title is level 1 and no block."""

    text: str
    level: Literal[2, 3]
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of a list.

    Args:
        label: What it is, in our words; set bold.
        text: What it says.
        link: An address to go with it; other than http and https are dropped.
    """

    label: str
    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """A list."""

    points: tuple[Point, ...]
    kind: Literal["points"] = "points"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has a cell for each word of the head."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Bar:
    """One range from 0 to 1 with its name; the first end may be the greater one."""

    label: str
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Bars:
    """Ranges beside each other, with their ends in figures."""

    head: tuple[str, str, str, str]
    bars: tuple[Bar, ...]
    kind: Literal["bars"] = "bars"


Block = Heading | Paragraph | Points | Table | Bars


@dataclass(frozen=True, slots=True)
class Memo:
    """A document to hand on.

    Args:
        title: One line.
        day: The day it is about; also dates the file, so that the same memo has the same bytes.
        blocks: What it says, in order.
    """

    title: str
    day: date
    blocks: tuple[Block, ...]
