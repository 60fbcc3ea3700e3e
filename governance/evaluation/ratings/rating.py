"""What a rating says: its settings, a row a model, and what can be asked of its draws."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.ratings.cells import Cells, Floats
from governance.evaluation.ratings.votes import BothBad
from governance.evaluation.vocabulary import Interval, Method, Ties

SAME = 1e-9
"""Scores nearer than this share a rank."""
UNITS: dict[Method, str] = {
    "bt": "points", "elo": "points", "winrate": "win share", "borda": "opponents beaten",
}  # fmt: skip


class Settings(BaseModel, frozen=True):
    """How a rating was made; what does not apply to the method is ``None``."""

    method: Method
    ties: Ties
    both_bad: BothBad
    interval: Interval | None
    cluster: str | None = None
    resamples: int | None = None
    seed: int | None = None
    level: float = 0.95
    k: float | None = None
    start: float | None = None
    order: str | None = None


class ModelRating(BaseModel, frozen=True):
    """One model's place.

    Args:
        model: Its name.
        part: Number of the connected part of the comparison graph, from 1, the largest first.
        score: In the unit of the method: points (mean 1000 in each part), win share, or opponents beaten.
        low, high: Ends of its interval; ``None`` where none was asked for, or every resample says the same.
        rank: 1 + number of models of its part with a higher score.
        rank_low, rank_high: Best and worst rank of the resamples at the level; ``None`` without any.
        rank_bound: 1 + number of models whose interval lies wholly above its own.
        n: Votes it took part in that count.
    """

    model: str
    part: int
    score: float
    low: float | None
    high: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None
    rank_bound: int | None
    n: int


class Part(BaseModel, frozen=True):
    """A part of the comparison graph: no model of it ever met one of another part.

    Args:
        models: Their number.
        n: Votes in it.
        nu: Davidson's parameter; ``None`` for other models, or where all its votes are ties.
        prior: Whether a prior was needed, for a model never lost or never won against the rest.
    """

    models: int
    n: int
    nu: float | None = None
    prior: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Rating:
    """A ranking with how far it can be trusted.

    Args:
        settings: How it was made.
        models: By part, then from the best score down.
        n: Votes that count.
        dropped: Votes left out by the tie rule.
        ties_share: Ties over all votes, both bad among them, left out or not.
        parts: Of the comparison graph; ranks are within a part.
        clusters: Number of clusters drawn from; ``None`` without any.
        warnings: What a reader must know before believing it.
        cells: The votes by pair.
    """

    settings: Settings
    models: tuple[ModelRating, ...]
    n: int
    dropped: int
    ties_share: float
    parts: tuple[Part, ...]
    clusters: int | None
    warnings: tuple[str, ...]
    cells: Cells = field(repr=False)
    _draws: Floats | None = field(repr=False, default=None)

    def above(self, a: str, b: str) -> float | None:
        """Give the share of resamples in which a model scores above another, equal scores as half.

        Returns:
            0 to 1; ``None`` without resamples, or for models of different parts.

        Raises:
            BadInput: A model is not in the rating.
        """
        one, other = self._of(a), self._of(b)
        if self._draws is None or one.part != other.part:
            return None
        gap = self._draws[:, self.cells.models.index(a)] - self._draws[:, self.cells.models.index(b)]
        gap = gap[np.isfinite(gap)]
        return float(((gap > SAME) + 0.5 * (np.abs(gap) <= SAME)).mean()) if gap.size else None

    def top(self, k: int) -> dict[str, float] | None:
        """Give for each model the share of resamples in which it is among the k best of its part."""
        if self._draws is None:
            return None
        part = np.array([{row.model: row.part for row in self.models}[name] for name in self.cells.models])
        share = np.nanmean(ranks_of(self._draws, part) <= k, axis=0)
        return dict(zip(self.cells.models, share.tolist(), strict=True))

    def first(self) -> tuple[str, ...]:
        """Name the models of the largest part that no model's interval lies above."""
        return tuple(row.model for row in self.models if row.part == 1 and (row.rank_bound or row.rank) == 1)

    def table(self) -> pl.DataFrame:
        """Give the rows as a table."""
        return pl.DataFrame([row.model_dump() for row in self.models], infer_schema_length=None)

    def as_dict(self) -> dict[str, object]:
        """Give everything but the draws and the cells, as the command line and the API print it."""
        return {
            "settings": self.settings.model_dump(), "unit": UNITS[self.settings.method], "n": self.n,
            "dropped": self.dropped, "ties_share": self.ties_share, "clusters": self.clusters,
            "parts": [part.model_dump() for part in self.parts], "warnings": list(self.warnings),
            "models": [row.model_dump() for row in self.models],
        }  # fmt: skip

    def _of(self, name: str) -> ModelRating:
        for row in self.models:
            if row.model == name:
                return row
        raise BadInput(f"'{name:.80}' is not among the rated models", "model", "name one of the rated models")


def ranks_of(scores: Floats, part: np.ndarray) -> Floats:
    """Rank models within their part, 1 the highest; equal scores share the better rank.

    Args:
        scores: Shape (samples, models); not a number: no rank.
        part: Number of each model's part.
    """
    ranks = np.full(scores.shape, np.nan)
    for number in np.unique(part):
        members = np.flatnonzero(part == number)
        ordered = np.sort(scores[:, members], axis=1)
        for sample, row in enumerate(ordered):
            own = scores[sample, members]
            finite = int(np.isfinite(row).sum())
            above = finite - np.searchsorted(row[:finite], own + SAME, side="right")
            ranks[sample, members] = np.where(np.isfinite(own), 1 + above, np.nan)
    return ranks
