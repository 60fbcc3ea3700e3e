"""All that is asked of a ranking's robustness in one call, with what could not be tested and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from governance.errors import BadInput
from governance.evaluation.robustness.bias import Biases, biases
from governance.evaluation.robustness.cycles import Cycles, cycles
from governance.evaluation.robustness.elo import KS, PERMUTATIONS, START, EloOrders, elo_orders
from governance.evaluation.robustness.judges import JudgesCompared, compare_judges
from governance.evaluation.robustness.leave_out import LeaveOneOut, leave_one_out
from governance.evaluation.vocabulary import CLUSTERS


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """Order, cycles, judges and prompts.

    Args:
        orders: Elo over orders.
        cycles: Triads and fit.
        without_judge, without_prompt: Leaving one out; ``None``: not testable.
        biases: Of place and length.
        against: Beside another set; ``None``: none was given.
        not_testable: What could not be tested, with the reason.
    """

    orders: EloOrders
    cycles: Cycles
    without_judge: LeaveOneOut | None
    without_prompt: LeaveOneOut | None
    biases: Biases
    against: JudgesCompared | None
    not_testable: dict[str, str] = field(default_factory=dict)


def robustness(
    battles: pl.DataFrame,
    against: pl.DataFrame | None = None,
    ks: Sequence[float] = KS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    start: float = START,
) -> Robustness:
    """Test a ranking against other orders, judges and prompts, and whether the votes hold one at all.

    Args:
        battles: Columns model_a, model_b, outcome, and where known judge, prompt, length_a, length_b.
        against: Another set of votes on the same prompts.
        ks: Step sizes of Elo, in points.
        permutations: Orders.
        seed: Of everything that is drawn.
        start: Points that everybody starts with.

    Raises:
        BadInput: There are no battles between two models, or the sets have nothing in common.

    >>> votes = pl.DataFrame({"model_a": ["x"] * 3, "model_b": ["y"] * 3, "outcome": ["a", "a", "b"]})
    >>> robustness(votes, permutations=10).not_testable["prompt"]
    'there is no column prompt'
    """
    without: dict[str, LeaveOneOut | None] = {}
    not_testable: dict[str, str] = {}
    for by in CLUSTERS:
        try:
            if by not in battles.columns:
                raise BadInput(f"there is no column {by}", by, "")
            without[by] = leave_one_out(battles, by)
        except BadInput as error:
            without[by], not_testable[by] = None, error.what
    triads = cycles(battles, seed=seed)
    if not triads.testable:
        not_testable["cycles"] = triads.reason
    found = biases(battles)
    if found.longer_wins is None:
        not_testable["length"] = "no lengths are known"
    return Robustness(
        orders=elo_orders(battles, ks, permutations=permutations, seed=seed, start=start), cycles=triads,
        without_judge=without["judge"], without_prompt=without["prompt"], biases=found,
        against=None if against is None else compare_judges(battles, against, seed=seed), not_testable=not_testable,
    )  # fmt: skip
