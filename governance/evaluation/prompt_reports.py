"""A study of prompts, or a win rate, in words and as a report to hand on."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from governance.evaluation.formats.tables import SetCard
from governance.evaluation.prompt_results import PromptStudy
from governance.evaluation.prompts import PROXIES, Split
from governance.evaluation.published import Claim
from governance.evaluation.report import Report
from governance.evaluation.sample_size import POWER, RULES, WinRate

PROMPTS_QUESTION = "Which answers should people judge first?"
WIN_QUESTION = "Is this win rate a win?"
SPLIT_WORDS: dict[Split, str] = {
    "judges": "half of the judges rank, the other half judge, split anew in each repeat",
    "votes": "half of each item's votes rank, the others judge, split anew in each repeat",
    "none": "the priority comes from no vote, so all votes judge",
}
WHY_DIFFERENT = (
    "The paper ranks prompts by what the models' own token probabilities say; battles hold none, so a proxy ranks "
    "here. Its figure is the greatest over its pairs of models, this one an average over all pairs. Other models, "
    "judges and prompts tie at other rates."
)
NEVER_AVERAGED = (
    "One run of an open-world task stands alone: it is never averaged with benchmarks, nor with other runs."
)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share as a percentage.

    >>> percent(0.414), percent(None), percent(0.5402, 1)
    ('41%', 'unknown', '54.0%')
    """
    return "unknown" if share is None else f"{100 * share:.{digits}f}%"


def study_words(study: PromptStudy) -> str:
    """Give the answer of a study in a sentence: what is sure, and what it is against."""
    point = study.headline
    where = f"in the top {percent(study.top)} of items than at random"
    if point.cut is None or point.tie_top is None:
        if study.items >= study.all_items / 2:
            return "No votes tie, so there are no ties to save"
        few = f"{study.items:,.0f} of {study.all_items:,} items have a vote to rank them and another to judge them"
        return f"Too few votes to say: on average {few}"
    if point.cut_low is None or point.cut_high is None:
        return f"{percent(abs(point.cut))} {'fewer' if point.cut >= 0 else 'more'} ties {where}; no interval"
    interval = f"{percent(study.level)}: {percent(point.cut_low)} to {percent(point.cut_high)}"
    if point.cut_low <= 0 <= point.cut_high:
        return f"No fewer ties {where}, as far as can be told ({percent(point.cut)} fewer, {interval})"
    return f"{percent(abs(point.cut))} {'fewer' if point.cut > 0 else 'more'} ties {where} ({interval})"


def study_table(study: PromptStudy) -> pl.DataFrame:
    """Give a study as rows, one a budget."""
    return pl.DataFrame([point.model_dump() for point in study.points], infer_schema_length=None)


def study_report(study: PromptStudy, card: SetCard, ranked: pl.DataFrame, claims: Sequence[Claim]) -> Report:
    """Make the report of a study.

    Args:
        study: What `prompt_study` gave.
        card: Of the battles.
        ranked: From `ranked_items`.
        claims: Published figures to stand beside it.
    """
    by = (
        PROXIES.get(study.priority, f"the column '{study.priority}', taken as given") if study.proxy else study.priority
    )
    limits = [
        "An item is a prompt with a pair of models. The order of items is by all votes; the curves never are.",
        "Agreement compares with the ranking by the same votes that judge; pairs that no vote connects are neither.",
        "Intervals draw prompts again; spreads of agreement are over the repeats and are no confidence intervals.",
        *([WHY_DIFFERENT] if study.proxy else []),
        *([f"{study.unnamed:,} votes name no prompt and are left out."] if study.unnamed else []),
    ]
    return Report(
        title=f"Which items to judge first: {card.title}",
        question=PROMPTS_QUESTION,
        answer=study_words(study) + ".",
        n=study.votes,
        counted=f"votes on {study.all_items:,} items, {study.prompts:,} prompts and {study.models:,} models",
        estimator="cut: 1 − ties on top / ties at random, mean over the repeats; agreement: tau of Bradley-Terry",
        ties="both bad counts as a tie; in Bradley-Terry a tie is half a win for each",
        interval=f"{percent(study.level)}, bootstrap over prompts, {study.resamples:,} resamples",
        seed=study.seed,
        data_version=card.version,
        source=card.source,
        licence=card.licence,
        settings={
            "Ranked by": by,
            "Split": SPLIT_WORDS[study.split],
            "Top": percent(study.top),
            "Repeats": study.repeats,
            "Votes that judge, on average": f"{study.judging:,.0f}",
            "Items judged, on average": f"{study.items:,.0f}",
        },
        tables={
            "By share of items judged": study_table(study),
            "Published": pl.DataFrame([one.model_dump() for one in claims]),
            "Items, the first to be judged on top": ranked,
        },
        limits=tuple(limits),
    )


def win_words(found: WinRate) -> str:
    """Give the answer for a win rate in a sentence."""
    if found.rate is None or found.wilson is None:
        return "No vote counts, so nothing can be said"
    votes = f"{found.n:,} {'vote' if found.n == 1 else 'votes'}"
    at = f"{percent(found.rate, 1)} of {votes}, {percent(found.level)} interval "
    at += f"{percent(found.wilson.low, 1)} to {percent(found.wilson.high, 1)}"
    verdict = {"win": "Yes, a win", "loss": "No, a loss", "open": "Not told from a draw"}
    return f"{verdict[found.verdict]}: {at}"


def win_rate_report(found: WinRate, published: pl.DataFrame, cases: pl.DataFrame) -> Report:
    """Make the report of a win rate.

    Args:
        found: What `win_rate` gave.
        published: Published win rates with the votes they need.
        cases: Single runs, which stand apart.
    """
    bounds = [("Wilson", found.wilson), ("Clopper-Pearson", found.exact)]
    intervals = pl.DataFrame(
        {
            "interval": [name for name, _ in bounds],
            "low": [one and one.low for _, one in bounds],
            "high": [one and one.high for _, one in bounds],
            "exact": [False, found.is_exact],
        },
        schema={"interval": pl.String, "low": pl.Float64, "high": pl.Float64, "exact": pl.Boolean},
    )
    tables = {"Intervals": intervals, "Published win rates and the votes they need": published}
    return Report(
        title="Is this win rate a win?",
        question=WIN_QUESTION,
        answer=win_words(found) + ".",
        n=found.n,
        counted="votes",
        estimator="share of wins" if found.rule == "drop" else "mean of 1, ½ and 0",
        ties=RULES[found.rule],
        interval=f"{percent(found.level)}, Wilson's score and Clopper-Pearson",
        seed=None,
        data_version="counts typed in",
        source="the reader's own counts",
        licence="",
        settings={
            "Wins": found.wins, "Ties": found.ties, "Losses": found.losses,
            "Votes at which this rate first is told from 50%": found.needed,
            f"Votes with which that happens in {percent(POWER)} of trials": found.needed_power,
        },
        tables=tables | ({"Single runs, apart": cases} if cases.height else {}),
        limits=(
            "Votes of one judge or on one prompt go together; then the interval is too narrow.",
            "The votes needed hold the rate fixed and do not round wins to whole votes.",
            NEVER_AVERAGED,
        ),
    )  # fmt: skip
