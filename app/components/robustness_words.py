"""Robustness in words: the answer of each view, and its report."""

from __future__ import annotations

import dataclasses

import polars as pl

from app.components.frame import counted, number, plain
from app.components.share_chart import percent
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.report import Report
from governance.evaluation.robustness.agreement import Measured, Share
from governance.evaluation.robustness.bias import Biases
from governance.evaluation.robustness.cycles import Cycles
from governance.evaluation.robustness.elo import EloOrders, EloSpread
from governance.evaluation.robustness.judges import JudgesCompared
from governance.evaluation.robustness.leave_out import LeaveOneOut

QUESTION = "Would the ranking survive another order, judge or prompt?"
HALF = "half a win for each, both bad alike"
TERRY = "Bradley-Terry, maximum likelihood"


def order_answer(found: EloOrders, spread: EloSpread) -> str:
    """Say what the order of the votes decides at one K."""
    if spread.tau_single is None:
        return f"**At K = {spread.k:g} no model comes first**: all have the same points after the same votes"
    who = "one model" if spread.winners == 1 else f"{number(spread.winners)} different models"
    verb = "comes" if spread.winners == 1 else "come"
    first = f"**At K = {spread.k:g}, {who} {verb} first** in {number(found.permutations)} "
    most = spread.largest_rank_range
    places = f"ranks move by up to {counted(most, 'place')}" if most else "no rank moves"
    moved = f"orders of the same votes; {places}"
    return f"{first}{moved}"


def cycles_answer(found: Cycles) -> str:
    """Say whether there are more cycles than chance gives."""
    if found.order is None or found.by_chance is None:
        return f"**Not testable**: {found.reason}"
    share = f"{number(found.order.cyclic)} of {number(found.order.triads)} decided triads run in a circle"
    expected = f"{number(found.by_chance.low)} to {number(found.by_chance.high)}"
    if found.order.cyclic > found.by_chance.high:
        said = "more than an order would give"
    elif found.order.cyclic < found.by_chance.low:
        said = "fewer than an order would give"
    else:
        said = "as many as an order would give"
    return f"**{share}** ({percent(found.order.share, 1)}), {said} by chance for the same votes ({expected})"


def left_out_answer(found: LeaveOneOut) -> str:
    """Say which judge or prompt matters most."""
    top = found.rows.row(0, named=True)
    if not top["largest_move"]:
        return f"**No rank moves** when any one of {number(found.tried)} {found.by}s is left out"
    return (
        f"**Without {plain(top['group'])}, {plain(top['largest_move_model'])} moves "
        f"{counted(top['largest_move'], 'place')}**: no other of {number(found.tried)} {found.by}s matters as much"
    )


def judges_answer(found: JudgesCompared, mine: str, theirs: str) -> str:
    """Say how far two sets of judges agree."""
    tau = "unknown" if found.tau is None else f"{found.tau:.2f}"
    return (
        f"**{plain(_capital(mine))} and {plain(theirs)} say the same in {percent(found.raw.value)} of votes** on the "
        f"same prompts and pairs (kappa {measured(found.kappa)}); their rankings agree with tau {tau}"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def measured(one: Measured | None) -> str:
    """Write a figure with its interval.

    >>> measured(Measured(0.149, 0.08, 0.22))
    '0.15 (0.08 to 0.22)'
    """
    if one is None or one.value is None:
        return "not defined"
    ends = "" if one.low is None else f" ({one.low:.2f} to {one.high:.2f})"
    return f"{one.value:.2f}{ends}"


def share_words(one: Share | None) -> str:
    """Write a share with its interval and n."""
    if one is None or one.value is None:
        return "not known"
    return f"{percent(one.value, 1)} ({percent(one.low, 1)} to {percent(one.high, 1)}; n = {number(one.n)})"


def agreement_rows(found: JudgesCompared, mine: str, theirs: str, own: Biases, other: Biases) -> pl.DataFrame:
    """Give the figures on two sets of judges."""
    rows = [
        ("say the same, of three words", measured(found.raw), "votes set side by side, " + number(found.pairs)),
        ("Cohen's kappa", measured(found.kappa), "each set's votes pooled as one judge"),
        ("Krippendorff's alpha", measured(found.alpha), "nominal, every vote a judge of its own"),
        (f"the same within {mine}", measured(found.alpha_within), "how far these judges agree with each other"),
        ("Kendall's tau-b of the rankings", "unknown" if found.tau is None else f"{found.tau:.3f}", TERRY),
        (f"{mine}: prefer neither", percent(found.ties, 1), f"of {number(found.votes)} votes"),
        (f"{theirs}: prefer neither", percent(found.other_ties, 1), f"of {number(found.other_votes)} votes"),
        (
            f"{mine}: first shown wins",
            share_words(own.first_wins),
            "of all its decided votes; Wilson, votes independent",
        ),
        (f"{theirs}: first shown wins", share_words(other.first_wins), "likewise"),
        (f"{mine}: longer wins", share_words(own.longer_wins), "of decided votes with two lengths"),
        (f"{theirs}: longer wins", share_words(other.longer_wins), "likewise"),
    ]
    return pl.DataFrame(rows, schema=["what", "value", "basis"], orient="row")


def fit_words(found: Cycles) -> str:
    """Say how well Bradley-Terry fits the pairs, and how clear the transitive triads are."""
    lines = []
    if found.order is not None and found.order.weak:
        order = found.order
        lines.append(
            f"Of {number(order.weak)} triads that hold an order, {number(order.moderate)} are moderately and "
            f"{number(order.strong)} strongly transitive: the outer pair at least as clear as the closer, or the "
            "clearer, of the inner two."
        )
    if found.fit is not None and found.fit.p is not None:
        fit = found.fit
        lines.append(
            f"Goodness of fit: chi-square {fit.chi_square:,.0f} on {number(fit.freedom)} degrees of freedom, "
            f"p = {fit.p:.2g}; p = {fit.p_simulated:.2g} from {number(fit.simulations)} simulated sets, which is "
            f"the one to trust, since {number(fit.pairs_with_few)} pairs have fewer than five expected votes on a side."
        )
    return "  \n".join(lines)


def report(
    card: SetCard,
    answer: str,
    n: int,
    *,
    estimator: str,
    interval: str,
    seed: int | None,
    settings: dict[str, object],
    tables: dict[str, pl.DataFrame],
    limits: tuple[str, ...],
    question: str = QUESTION,
    title: str = "Robustness",
) -> Report:
    """Put a view into a report."""
    return Report(
        title=f"{title}: {card.title}", question=question, answer=answer.replace("**", "").replace("\\", ""), n=n,
        counted="votes", estimator=estimator, ties=HALF, interval=interval, seed=seed, data_version=card.version,
        source=card.source, licence=card.licence, settings={"Set": card.id, **settings}, tables=tables, limits=limits,
    )  # fmt: skip


def caption(card: SetCard, *parts: str) -> str:
    """Give the line under a figure: source, licence, and what else is told."""
    return " · ".join([f"{card.source} ({card.licence or 'licence not stated'})", f"version {card.version}", *parts])


def spreads_table(found: EloOrders) -> pl.DataFrame:
    """Give one row a K; whether it settles is told in words."""
    late = f"not in {found.permutations // 2}"
    rows = [{**dataclasses.asdict(one), "settles": late if one.settles is None else f"{one.settles}"}
            for one in found.spreads]  # fmt: skip
    return pl.DataFrame(rows, infer_schema_length=None)
