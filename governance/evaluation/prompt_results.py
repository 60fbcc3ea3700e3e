"""What a study of prompts gives."""

from __future__ import annotations

from pydantic import BaseModel

from governance.evaluation.prompts import Split


class BudgetPoint(BaseModel, frozen=True):
    """What judging a share of the items gives.

    Args:
        budget: Share of the items that are judged, the first in order.
        items: How many these are, on average over the repeats.
        tie_top: Tie rate among them, by the votes that judge.
        tie_random: Tie rate of a random choice: that of all items.
        tie_random_low, tie_random_high: 5th and 95th percentile of random choices of that size.
        cut: 1 − tie_top / tie_random; below 0: more ties.
        cut_low, cut_high: Its interval over prompts drawn again; ``None``: too few prompts.
        agreement_top: Tau of the models' ranking by these items with that by all.
        agreement_top_low, agreement_top_high: Percentiles over the repeats.
        agreement_random: The same for a random choice.
        agreement_random_low, agreement_random_high: Percentiles over the repeats.
    """

    budget: float
    items: float
    tie_top: float | None
    tie_random: float | None
    tie_random_low: float | None
    tie_random_high: float | None
    cut: float | None
    cut_low: float | None
    cut_high: float | None
    agreement_top: float | None
    agreement_top_low: float | None
    agreement_top_high: float | None
    agreement_random: float | None
    agreement_random_low: float | None
    agreement_random_high: float | None


class PromptStudy(BaseModel, frozen=True):
    """Ranked against random, at each budget.

    Args:
        priority: What the items were ranked by.
        proxy: Whether that stands in for a measure of the answers' probabilities.
        split: What kept the votes that rank from those that judge.
        votes: Votes on items, a count; ``judging`` of them judged, on average over the repeats.
        judging: See votes.
        items: Items with a priority and a vote that judges, on average.
        all_items: All items.
        prompts, models: Counts.
        unnamed: Votes left out, as they name no prompt.
        top: The share that `headline` is about.
        points: One a budget, ascending.
        repeats: Splits and random orders drawn.
        resamples: Draws of prompts for the intervals.
        level: Of the intervals of the cut.
        seed: Of all draws.
    """

    priority: str
    proxy: bool
    split: Split
    votes: int
    judging: float
    items: float
    all_items: int
    prompts: int
    models: int
    unnamed: int
    top: float
    points: tuple[BudgetPoint, ...]
    repeats: int
    resamples: int
    level: float
    seed: int

    @property
    def headline(self) -> BudgetPoint:
        """Give the point of the top share."""
        return next(one for one in self.points if one.budget == self.top)
