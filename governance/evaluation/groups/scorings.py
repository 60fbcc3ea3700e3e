"""Scorings in a set: who gave the figures, and when; two are never mixed without saying so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from governance.errors import BadInput

NOT_STATED = "not stated"


@dataclass(frozen=True, slots=True, order=True)
class Scoring:
    """Who or what gave figures, and the day.

    Args:
        rater: Its name; ``None``: not stated.
        scored_at: The day; ``None``: not stated.
    """

    rater: str | None
    scored_at: date | None

    @property
    def label(self) -> str:
        """Write it for people, and as it is chosen on the command line and in the address.

        >>> Scoring("api", date(2023, 4, 1)).label, Scoring(None, None).label
        ('api, 2023-04-01', 'not stated')
        """
        parts = [self.rater, self.scored_at.isoformat() if self.scored_at else None]
        return ", ".join(part for part in parts if part) or NOT_STATED


def scorings(scores: pl.DataFrame) -> tuple[Scoring, ...]:
    """List the scorings of a set, those without a day first, then by day.

    Args:
        scores: Columns rater and scored_at.
    """
    found = [Scoring(*row) for row in scores.select("rater", "scored_at").unique().iter_rows()]
    return tuple(sorted(found, key=lambda one: (one.scored_at or date.min, one.rater or "")))


def find_scoring(scores: pl.DataFrame, text: str, where: str) -> Scoring:
    """Find a scoring by its label, or by its rater where that rater scored once.

    Raises:
        BadInput: None or several are meant.
    """
    listed = scorings(scores)
    wanted = text.strip().casefold()
    exact = [one for one in listed if one.label.casefold() == wanted]
    meant = exact or [one for one in listed if (one.rater or "").casefold() == wanted]
    if len(meant) == 1:
        return meant[0]
    what = f"'{text:.60}' is {'several scorings' if meant else 'no scoring'} of this set"
    raise BadInput(what, where, f"use one of {_listed(meant or listed)}")


def only_scoring(scores: pl.DataFrame, text: str | None, where: str) -> Scoring:
    """Give the scoring that is asked for, or the one there is.

    Raises:
        BadInput: There are several, and none is chosen: their figures would be mixed.
    """
    if text:
        return find_scoring(scores, text, where)
    listed = scorings(scores)
    if len(listed) > 1:
        what = f"the set mixes {len(listed)} scorings, {_listed(listed)}"
        raise BadInput(what, where, "choose one: figures of different raters or days are not compared unsaid")
    return listed[0] if listed else Scoring(None, None)


def of_scoring(scores: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    """Keep the rows of one scoring."""
    same_rater = pl.col("rater").eq_missing(pl.lit(scoring.rater, pl.String))
    return scores.filter(same_rater & pl.col("scored_at").eq_missing(pl.lit(scoring.scored_at, pl.Date)))


def _listed(found: tuple[Scoring, ...] | list[Scoring]) -> str:
    return "; ".join(f"'{one.label}'" for one in found[:8]) + (" …" if len(found) > 8 else "")
