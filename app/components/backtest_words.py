"""What a backtest says, in sentences and captions; every number comes from the results."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.backtest_form import INDEX_LABELS, Asked
from app.components.frame import number, plain
from app.components.share_chart import percent
from app.components.threshold_words import place_name
from governance.compute.backtest import BacktestRow, Trigger
from governance.compute.capability import Correlation, LeastCompute
from governance.compute.legal_values import LegalValue
from governance.exports.words import flop_words

METRICS = {"training_flop": "compute", "capability": "index", "users": "users", "revenue": "revenue"}


def band(low: float | None, high: float | None) -> str:
    """Write a band of shares.

    >>> band(0.131, 0.762), band(None, None)
    ('13% to 76%', 'unknown')
    """
    if low is None or high is None:
        return "unknown"
    return percent(low) if low == high else f"{percent(low)} to {percent(high)}"


def answer(row: BacktestRow) -> str:
    """Answer the question at one date."""
    hidden = number(row.undisclosed_capable)
    reach = band(row.recall_low, row.recall_high)
    left_open = f"{reach} when the {hidden} capable ones with undisclosed compute count as all below or all above"
    told = (
        f"**Recall {percent(row.recall)}: it caught {number(row.both)} of {number(row.capable)} capable models** "
        f"({left_open if row.undisclosed_capable else 'no capable one is undisclosed'}), "
        f"**precision {percent(row.precision)}** ({band(row.precision_low, row.precision_high)}). "
    )
    if not row.capable and not row.undisclosed_capable:
        told = "**No model reached the line yet.** "
    return f"{told}At {row.as_of}: {number(row.n)} models with both figures, {number(row.above)} above the threshold."


def settings(asked: Asked) -> str:
    """Say what was asked, for a caption."""
    own = {"index": "FLOP of the index", "records": "FLOP of the records", "either": "FLOP of index or records"}
    return (
        f"{INDEX_LABELS.get(asked.index_id, asked.index_id)} · threshold {flop_words(asked.threshold or 0)} FLOP · "
        f"line: {plain(asked.line_name)} ({asked.line:.1f}) · {own[asked.flop]}"
    )


def quadrant_caption(row: BacktestRow, undated: int) -> str:
    """Say what the scatter counts and what it leaves out."""
    told = f"n = {row.n:,} · ticks at the left edge: {row.undisclosed:,} models whose FLOP are not stated"
    return told if not undated else f"{told} · {undated:,} more have no date of release and are left out"


def sources_of(asked: Asked) -> str:
    """Name the sources of what is shown."""
    votes = "; votes: LMArena, Chiang et al. 2024, arXiv 2403.04132" if asked.index_id == "arena" else ""
    return f"Source: Epoch AI (CC BY 4.0){votes}; the question as in Hooker 2024, arXiv 2407.05694"


def over_time_words(rows: Sequence[dict[str, object]]) -> str:
    """Say what the first picture shows, for those who cannot see it."""
    last = rows[-1]
    return (
        f"Recall and precision by month with the band that undisclosed compute leaves. Last, {last['as_of']}: recall "
        f"{_percent(last['recall'])} within {_percent(last['recall_low'])} to {_percent(last['recall_high'])}, "
        f"precision {_percent(last['precision'])}, n {last['n']}"
    )


def least_words(found: LeastCompute) -> str:
    """Say how the least compute fell, and why the speed is an upper bound."""
    if found.halving_months is None or found.factor is None or found.months is None:
        return f"n = {found.n} models at the line with date and FLOP · too few steps to say how fast it falls"
    return (
        f"{found.factor:.0f} times less in {found.months:.0f} months: halved about every "
        f"{found.halving_months:.1f} months · an upper bound on speed: a minimum over a growing set, a noisy index, "
        f"and models trained on the output of stronger ones · n = {found.n}"
    )


def correlation_words(found: Sequence[Correlation]) -> str:
    """Say each year's correlation, for those who cannot see it."""
    said = [
        f"{one.year}: {one.rho:.2f} ({_two(one.low)} to {_two(one.high)}, n {one.n})"
        for one in found
        if one.rho is not None
    ]
    return f"Rank correlation of index and training compute by year of release. {'; '.join(said) or 'Too few models'}"


def legal_names(values: Sequence[LegalValue]) -> list[dict[str, object]]:
    """Name the values of the law by the places whose texts hold on the day, or that none does."""
    rows: list[dict[str, object]] = []
    for one in values:
        holding = [place_name(code) for code in one.in_force]
        rows.append({"value": one.value, "names": ", ".join(holding) or "not in force", "holds": bool(holding)})
    return rows


def trigger_words(trigger: Trigger) -> str:
    """Say a trigger for people.

    >>> trigger_words(Trigger(tests={"training_flop": 1e25, "users": 1e7}, logic="all"))
    'compute above 1e25 and users above 1e7'
    """
    joint = " or " if trigger.logic == "any" else " and "
    return joint.join(
        f"{METRICS[metric]} above {f'{value:.1f}' if metric == 'capability' else flop_words(value)}"
        for metric, value in trigger.tests.items()
    )


DIFFERS = """
- **Undisclosed compute is not missing at random.** It is mostly the closed frontier; so trust the band, not the line.
- **n is small and the index is noisy.** It is fitted to benchmark scores; a model near the line may lie on either side.
- **The sources move.** Index and FLOP are revised after release; a day in the past is judged with today's figures.
- **Published counts use other choices**: another line, another source of FLOP, only some of the models, or 'at least'
  where here a model must exceed the threshold. A law may also count compute otherwise, see Thresholds.
"""


def _percent(value: object) -> str:
    return percent(value if isinstance(value, float) else None)


def _two(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}"
