"""A short report on one view of an evaluation: what was asked, what came out, and all that a figure must carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

NOT_STATED = "not stated"
NONE_USED = "none"


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """One view of a page, to hand on; `governance.exports.evaluation_report` writes it as Markdown and HTML.

    Args:
        title: One line, such as "Leaderboard of llmfao".
        question: What was asked.
        answer: The answer line, plain text without Markdown.
        n: What was counted; ``None``: unknown.
        counted: What that is, such as "votes".
        estimator: How the figures were estimated, such as "Bradley-Terry, maximum likelihood".
        ties: What a tie counted; empty where the data have none.
        interval: Kind and level, such as "95%, bootstrap over judges, 200 resamples"; empty: none is given.
        seed: Of the random draws; ``None``: nothing is drawn.
        data_version: Of the set or the catalogue.
        source: Who published the data.
        licence: SPDX expression of the data; empty: not stated.
        settings: What was chosen, label to value.
        tables: The figures, title to rows; nulls are written as unknown.
        limits: What must not be read into them, a sentence each.
    """

    title: str
    question: str
    answer: str
    n: int | None
    counted: str
    estimator: str
    ties: str
    interval: str
    seed: int | None
    data_version: str
    source: str
    licence: str
    settings: Mapping[str, object] = field(default_factory=dict)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    limits: tuple[str, ...] = ()

    def made_by(self) -> dict[str, str]:
        """Give what every figure carries, label to words.

        >>> report = Report(
        ...     "Votes", "Who wins?", "x wins", 3, "votes", "win rate", "half a win each", "", None, "2026", "us", ""
        ... )
        >>> report.made_by()["n"], report.made_by()["Licence of the data"]
        ('3 votes', 'not stated')
        """
        return {
            "n": "unknown" if self.n is None else f"{self.n:,} {self.counted}",
            "Estimator": self.estimator or NOT_STATED,
            "Ties": self.ties or "there are none",
            "Interval": self.interval or NONE_USED,
            "Seed": NONE_USED if self.seed is None else str(self.seed),
            "Data version": self.data_version or NOT_STATED,
            "Source": self.source or NOT_STATED,
            "Licence of the data": self.licence or NOT_STATED,
        }
