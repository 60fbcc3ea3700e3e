"""The views of Robustness: order, cycles, one left out, judges."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import polars as pl
import streamlit as st

from app.components import state
from app.components.choices import choose_one
from app.components.feedback import empty
from app.components.figure import figure
from app.components.robustness_charts import (
    BARS,
    cycles_chart,
    cycles_table,
    judges_chart,
    left_out_chart,
    orders_chart,
)
from app.components.robustness_tables import (
    AGREEMENT,
    CYCLES,
    JUDGES,
    LEFT_OUT,
    MODELS,
    ORDER_COLUMNS,
    RESIDUALS,
    SPREADS,
    rows_table,
)
from app.components.robustness_words import (
    HALF,
    TERRY,
    agreement_rows,
    caption,
    cycles_answer,
    fit_words,
    judges_answer,
    left_out_answer,
    order_answer,
    report,
    spreads_table,
)
from app.components.set_chooser import set_label
from governance.assessment.records import Figure
from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.report import Report
from governance.evaluation.robustness.bias import Biases, biases
from governance.evaluation.robustness.cycles import Cycles, cycles
from governance.evaluation.robustness.elo import KS, MOST, EloOrders, elo_orders
from governance.evaluation.robustness.judges import JudgesCompared, compare_judges
from governance.evaluation.robustness.leave_out import LeaveOneOut, leave_one_out
from governance.evaluation.vocabulary import CLUSTERS, Cluster

ORDERS = ("20", "50", "100", "200", "500", "1000")
SEED = 0


class View(NamedTuple):
    """What a view of the page gives: its answer, how it is drawn, and how it is reported."""

    answer: str
    draw: Callable[[], None]
    report: Callable[[], Report] | None


@st.cache_resource(show_spinner="Rating in many orders", max_entries=12)
def _orders(set_id: str, version: str, permutations: int, _opened: EvaluationSet) -> EloOrders:
    return elo_orders(_opened.frame, KS, permutations=permutations, seed=SEED)


@st.cache_resource(show_spinner="Counting cycles", max_entries=12)
def _cycles(set_id: str, version: str, _opened: EvaluationSet) -> Cycles:
    return cycles(_opened.frame, seed=SEED)


@st.cache_resource(show_spinner="Leaving out one after the other", max_entries=12)
def _left_out(set_id: str, version: str, by: Cluster, _opened: EvaluationSet) -> LeaveOneOut:
    return leave_one_out(_opened.frame, by)


@st.cache_resource(show_spinner="Setting judges side by side", max_entries=12)
def _judges(
    set_id: str, version: str, other_id: str, other_version: str, _opened: EvaluationSet, _other: EvaluationSet
) -> tuple[JudgesCompared, Biases, Biases]:
    return compare_judges(_opened.frame, _other.frame, seed=SEED), biases(_opened.frame), biases(_other.frame)


def order_view(opened: EvaluationSet) -> View:
    """Choose K and orders; say and draw what the order of the votes decides."""
    card = opened.card
    with st.sidebar:
        k = choose_one("k", "K", {f"{one:g}": f"{one:g} points" for one in KS}, "16", "Points at stake in a battle")
        fits = [one for one in ORDERS if int(one) * len(KS) * max(card.rows, 1) <= MOST] or [ORDERS[0]]
        usual = "100" if "100" in fits else fits[-1]
        count = choose_one("orders", "Orders", {one: one for one in fits}, usual, "Random orders of the same votes")
    found = _orders(card.id, card.version, int(count), opened)
    spread = next(one for one in found.spreads if f"{one.k:g}" == k)
    rows = found.rows.filter(pl.col("k") == spread.k).drop("k")
    said = f"Elo from {found.start:g} points, {found.permutations} orders, seed {found.seed}"
    said += f" · n = {found.battles:,} battles"
    answer = order_answer(found, spread)

    def headline() -> Figure:
        return Figure(
            name=f"Models that come first in some order at K = {k}, {card.title}"[:200], value=spread.winners,
            unit="models", n=found.battles, method=said, source=card.source,
        )  # fmt: skip

    def draw() -> None:
        if spread.tau_single is None:
            empty("No vote tells two models apart, so no order can.", "Choose a set in which somebody won.")
            return
        figure(
            orders_chart(found.reruns), title="Share of pairs of models that two runs rank the other way round",
            alt=f"Heat map of K by orders a run. {answer.replace('**', '')}.",
            caption=caption(card, said, f"a tie: {HALF}"),
            table=found.reruns, key="orders-figure", headline=headline,
        )  # fmt: skip
        if found.parts > 1:
            st.warning(
                f"The battles fall into {found.parts} parts between which nobody met: the place of a model among those "
                "of another part means nothing.", icon=":material/info:",
            )  # fmt: skip
        if found.weights_ignored:
            st.warning("Some battles have a weight; Elo counts each once.", icon=":material/info:")
        rows_table(spreads_table(found), "by K", SPREADS)
        st.markdown(f"**Each model at K = {k}**")
        rows_table(rows, "models", ORDER_COLUMNS)

    def make() -> Report:
        return report(
            card, answer, found.battles, estimator=f"Elo, start {found.start:g}, mean of {found.permutations} orders",
            interval="percentiles 5 and 95 of the orders; errors of the spread by jackknife", seed=found.seed,
            settings={"K": k, "Orders": found.permutations, "Settled within": f"{found.tolerance:.0%} of pairs"},
            tables={"By K": spreads_table(found), f"Models at K = {k}": rows, "Runs beside runs": found.reruns},
            limits=("A spread over orders is no interval of skill: it says what the order alone decides.",),
        )  # fmt: skip

    return View(answer, draw, make)


def cycles_view(opened: EvaluationSet) -> View:
    """Say and draw how many triads run in a circle, beside chance."""
    card = opened.card
    found = _cycles(card.id, card.version, opened)
    answer = cycles_answer(found)
    if not found.testable:

        def nothing() -> None:
            empty(f"Cycles are not testable here: {found.reason}.", "Choose a set in which many pairs of models met.")

        return View(answer, nothing, None)
    said = f"{found.simulations} simulations, seed {found.seed} · n = {found.votes:,} votes on {found.pairs:,} pairs"

    def draw() -> None:
        figure(
            cycles_chart(cycles_table(found)), title="Triads of models in a circle, with 95% ranges of chance",
            alt=f"Dots with ranges. {answer.replace('**', '')}.", caption=caption(card, said, f"a tie: {HALF}"),
            table=cycles_table(found), key="cycles-figure",
        )  # fmt: skip
        st.markdown(fit_words(found))
        st.markdown("**The strongest cycles**: each beats the next, and the third the first")
        rows_table(found.strongest, "cycles", CYCLES)
        with st.expander("Pairs furthest from what Bradley-Terry expects"):
            rows_table(found.residuals.head(100), "residuals", RESIDUALS)

    def make() -> Report:
        return report(
            card, answer, found.votes, estimator=f"count of triads; {TERRY}, fitted to votes without a tie",
            interval=f"95%, {found.simulations} simulations of the same votes", seed=found.seed, settings={},
            tables={"Cyclic triads": cycles_table(found), "Strongest cycles": found.strongest,
                    "Pairs furthest from the fit": found.residuals.head(20)},
            limits=("A single cycle of few votes a pair proves nothing: the number beside chance does.",
                    fit_words(found)),
        )  # fmt: skip

    return View(answer, draw, make)


def left_out_view(opened: EvaluationSet) -> View:
    """Choose judges or prompts; say and draw which one matters most."""
    card = opened.card
    words: dict[str, str] = {"judge": "judge", "prompt": "prompt"}
    known = [one for one in CLUSTERS if opened.frame[one].n_unique() > 2 or opened.frame[one].null_count() == 0]
    with st.sidebar:
        usual = "prompt" if "prompt" in known else "judge"
        by = choose_one("by", "Leave out one", words, usual, "Each of them in turn, the rest fitted again")
    try:
        found = _left_out(card.id, card.version, "judge" if by == "judge" else "prompt", opened)
    except BadInput as error:
        reason = error.what

        def nothing() -> None:
            empty(f"Not testable: {reason}.", "Choose the other in the sidebar, or another set.")

        return View(f"**Not testable**: {reason}", nothing, None)
    answer = left_out_answer(found)
    said = f"{TERRY}, fitted again {found.tried} times, of {found.groups} {by}s · n = {found.votes:,} votes"

    def draw() -> None:
        figure(
            left_out_chart(found.rows, by), title=f"How far ranks move without one {by}: bar, largest; line, mean",
            alt=f"Bars of the {min(BARS, found.tried)} {by}s that matter most. {answer.replace('**', '')}.",
            caption=caption(card, said, f"a tie: {HALF}", "equal scores share the best rank"), table=found.rows,
            key="left-figure",
        )  # fmt: skip
        rows_table(found.rows, f"without each {by}", LEFT_OUT)
        st.markdown("**Each model over all that was left out**")
        rows_table(found.models_table, "models", MODELS)

    def make() -> Report:
        return report(
            card, answer, found.votes, estimator=TERRY, interval="", seed=None, settings={"Left out": by},
            tables={f"Without each {by}": found.rows, "Models": found.models_table},
            limits=(f"{found.without_group:,} votes state no {by} and stay in.",
                    "The range over what is left out is no interval."),
        )  # fmt: skip

    return View(answer, draw, make)


def judges_view(opened: EvaluationSet) -> View:
    """Choose another set; say and draw how far the two agree on the same prompts and pairs."""
    card = opened.card
    others = {one.id: one for one in state.set_cards("battles") if one.id != card.id}
    if not others:
        return View("**Not testable**: there is no second set", _no_other, None)
    usual = next((one for one in ("llmfao-gpt4", "llmfao") if one in others), next(iter(others)))
    with st.sidebar:
        names = {key: set_label(one) for key, one in others.items()}
        chosen = choose_one("against", "Beside", names, usual, "Another set on the same prompts and models")
    other = state.opened_set(others[chosen])
    try:
        found, own, theirs = _judges(card.id, card.version, other.card.id, other.card.version, opened, other)
    except BadInput as error:
        reason = error.what

        def nothing() -> None:
            empty(f"Not testable: {reason}.", "Choose another set in the sidebar.")

        return View(f"**Not testable**: {reason}", nothing, None)
    mine, second = _short(card.title), _short(other.card.title)
    answer = judges_answer(found, mine, second)
    rows = agreement_rows(found, mine, second, own, theirs)
    drawn = f"intervals: 95%, {found.resamples} resamples of {found.drawn}, seed {found.seed}"
    said = f"{found.items:,} items (a prompt, two models), {found.prompts} prompts, {found.models} models · {drawn}"

    def draw() -> None:
        figure(
            judges_chart(found.table, mine, second),
            title=f"Ranks by {mine} and by {second}, on the same prompts and pairs",
            alt=f"Scatter of {found.models} models. {answer.replace('**', '')}. Largest move: "
            f"{found.largest_move_model or 'none'}, {found.largest_move} places.",
            caption=caption(card, other.card.source, said, f"n = {found.votes:,} and {found.other_votes:,} votes"),
            table=found.table, key="judges-figure",
        )  # fmt: skip
        rows_table(rows, "agreement", AGREEMENT)
        st.markdown("**Each model, the largest move first**")
        rows_table(found.table, "models", JUDGES)

    def make() -> Report:
        return report(
            card, answer, found.votes, estimator=f"kappa, alpha (nominal); {TERRY}, a fit for each set", interval=drawn,
            seed=found.seed, settings={"Beside": other.card.id},
            tables={"Agreement": rows, "Ranks": found.table, "Votes beside votes": found.confusion},
            limits=("Place of the first shown tells of bias only where chance chose the order.",),
        )  # fmt: skip

    return View(answer, draw, make)


def _no_other() -> None:
    empty("There is no second set of battles to set beside this one.", "Add one under Evaluation data.")


def _short(title: str) -> str:
    """Give who judged, where the title says so."""
    return title.partition("judged by ")[2] or title
