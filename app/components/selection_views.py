"""The views of Selection effects: best of several, shares, retirement, gain from data."""

from __future__ import annotations

import io
from dataclasses import asdict
from datetime import date, timedelta

import polars as pl
import streamlit as st

from app.components import state
from app.components.choices import choose_number, choose_one, choose_several
from app.components.feedback import empty
from app.components.figure import figure
from app.components.robustness_tables import BEST_OF, MOVES, NULLS, SHARES, rows_table
from app.components.robustness_views import View
from app.components.robustness_words import TERRY, caption, report
from app.components.selection_charts import best_of_chart, gain_chart, gain_table, retire_chart, shares_chart
from app.components.selection_words import (
    QUESTION,
    best_of_answer,
    best_of_table,
    gain_answer,
    quotes,
    retire_answer,
    retire_table,
    shares_answer,
)
from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.published import Claim
from governance.evaluation.ratings.rate import rate, usual_cluster
from governance.evaluation.report import Report
from governance.evaluation.selection.access import along_share, relative_gain
from governance.evaluation.selection.best_of import best_of, curve, simulate_best_of, typical_error
from governance.evaluation.selection.published import published_figures
from governance.evaluation.selection.retire import Retirement, retire
from governance.evaluation.selection.shares import (
    BattleShares,
    ModelFacts,
    battle_shares,
    facts_of_table,
    model_facts,
)

TITLE = "Selection effects"
MARKS = (2, 3, 5, 7, 10, 20, 27, 50)
KINDS = {"model": "model", "provider": "provider", "openness": "open or closed weights"}
TEMPLATE = "model,provider,openness\nGPT 4,OpenAI,closed\n"
SEED = 0


@st.cache_data(show_spinner=False, max_entries=4)
def _claims(version: str) -> dict[str, Claim]:
    return published_figures(state.cursor())


@st.cache_data(show_spinner="Working out intervals", max_entries=12)
def _error(set_id: str, version: str, _opened: EvaluationSet) -> tuple[float | None, str]:
    cluster = usual_cluster(_opened.frame)
    rating = rate(_opened.frame, interval="sandwich", cluster=cluster)
    return typical_error(rating), f"robust variance over {f'{cluster}s' if cluster else 'votes'}"


@st.cache_resource(show_spinner="Counting battles", max_entries=12)
def _shares(set_id: str, version: str, by: str, table: bytes, _opened: EvaluationSet) -> BattleShares:
    facts = _own_facts(table) if table else model_facts(state.cursor(), set_id)
    return battle_shares(
        _opened.frame, "model" if by == "model" else "provider" if by == "provider" else "openness", facts
    )


@st.cache_resource(show_spinner="Removing at random", max_entries=12)
def _retired(
    set_id: str, version: str, models: tuple[str, ...], after: date | None, removals: int, _opened: EvaluationSet
) -> Retirement:
    return retire(_opened.frame, models, after=after, removals=removals, seed=SEED)


def best_of_view(opened: EvaluationSet) -> View:
    """Choose variants, error and spread; say and draw what the best of them shows."""
    card = opened.card
    taken, how = _error(card.id, card.version, opened)
    with st.sidebar:
        count = int(choose_number("variants", "Variants", 27, "How many were tried in private", low=1, high=500))
        usual = round(taken, 1) if taken else 10.0
        help_error = f"Of one variant's score. At first the median of this set's models, {how}"
        error = choose_number("error", "Standard error, points", usual, help_error, low=0, high=500, step=0.5)
        spread = choose_number(
            "spread", "Spread of true skill, points", 0, "SD between variants; 0: all alike", low=0, high=500, step=1
        )
    found = best_of(count, error, spread)
    drawn = simulate_best_of(count, error, spread, runs=4000, seed=SEED)
    line = curve(max(50, count), error, spread)
    answer = best_of_answer(found)
    marked = [best_of(n, error, spread) for n in sorted({*MARKS, count})]
    published = _claims(state.version())["private_variants"]
    exact = "exact for equal skill" if not spread else "exact for a normal spread"
    said = (
        f"{exact}; simulated with {drawn.runs} runs, seed {drawn.seed}: {drawn.bias:.2f} ± {drawn.bias_error or 0:.2f}"
    )

    def draw() -> None:
        figure(
            best_of_chart(line, count, int(published.value)), title="What choosing the best adds, in points",
            alt=f"A curve over the number of variants. {answer.replace('**', '')}.",
            caption=caption(card, f"standard error {error:g} points", said, f"n = {card.rows:,} battles"),
            table=best_of_table(line), key="best-figure",
        )  # fmt: skip
        rows_table(best_of_table(marked), "numbers of variants", BEST_OF)
        if drawn.bias_low is not None:
            st.markdown(
                f"In 95% of runs the winner shows {drawn.bias_low:.1f} to {drawn.bias_high:.1f} points more than it is "
                "(simulated)."
                + (f" The truly best variant wins in {drawn.best_wins:.0%} of runs." if drawn.best_wins else "")
            )
        st.markdown(quotes([published]))

    def make() -> Report:
        return report(
            card, answer, card.rows, estimator=f"expected largest of normals, {exact}", interval="", seed=SEED,
            settings={"Variants": count, "Standard error, points": error, "Spread, points": spread},
            tables={"Numbers of variants": best_of_table(marked)},
            limits=(quotes([published]).replace("**", ""), "Errors of variants count as normal and independent."),
            question=QUESTION, title=TITLE,
        )  # fmt: skip

    return View(answer, draw, make)


def shares_view(opened: EvaluationSet) -> View:
    """Choose a grouping, perhaps with a table of one's own; say and draw who gets the battles."""
    card = opened.card
    with st.sidebar:
        by = choose_one("by", "By", KINDS, "model", "Whose share of battles")
        file = st.file_uploader("Your own table of models", "csv", key="models-file", help="model, provider, openness")
        st.download_button("Template", TEMPLATE, "models.csv", "text/csv", on_click="ignore", type="tertiary")
    found = _shares(card.id, card.version, by, file.getvalue() if file else b"", opened)
    answer = shares_answer(found)
    claims = [_claims(state.version())[name] for name in ("google_share", "openai_share", "open_share")]
    known = found.rows.filter(pl.col("name") != "unknown").height
    whose = [] if by == "model" else ["your table of models" if file else "makers after the set's list, openness ours"]

    def draw() -> None:
        if not known:
            empty(f"Nothing is known of the {by} of these models.", "Add a table of models in the sidebar.")
            return
        figure(
            shares_chart(found.rows), title=f"Share of the places in battles, by {KINDS[by]}",
            alt=f"Bars. {answer.replace('**', '')}.", table=found.rows, key="shares-figure",
            caption=caption(card, *whose, f"n = {found.battles:,} battles of two, {found.models} models"),
        )  # fmt: skip
        hhi = "not defined" if found.hhi is None else f"{found.hhi:.3f}"
        days = "no battle states its day" if found.days is None else f"{found.days:,} days with battles"
        st.markdown(
            f"Battles a row: {found.least:,} to {found.most:,}, median {found.median:,.0f}, {found.ratio:.1f} times "
            f"between the ends · sum of squared shares (HHI) {hhi} · {days}."
        )
        rows_table(found.rows, "shares", SHARES)
        st.markdown(quotes(claims))

    def make() -> Report:
        return report(
            card, answer, found.battles, estimator="count of places in battles", interval="", seed=None,
            settings={"By": by, "Gini": found.gini, "HHI": found.hhi, "Models": found.models},
            tables={f"By {by}": found.rows}, limits=(quotes(claims).replace("**", ""),), question=QUESTION, title=TITLE,
        )  # fmt: skip

    return View(answer, draw, make)


def retire_view(opened: EvaluationSet) -> View:
    """Choose what goes; say and draw what that does to the rest, beside random removals of the same size."""
    card, frame = opened.card, opened.frame
    counts = pl.concat([frame["model_a"], frame["model_b"]]).value_counts(sort=True)
    names = sorted(counts[counts.columns[0]].to_list())
    days = frame["day"].drop_nulls()
    after = None
    with st.sidebar:
        what = "models"
        if days.n_unique() > 1:
            kinds = {"models": "models", "day": "battles after a day"}
            what = choose_one("what", "Retire", kinds, "models", "What leaves the ranking")
        if what == "day":
            first, last = days.min(), days.max()
            assert isinstance(first, date)
            assert isinstance(last, date)
            span = (last - first).days
            keep = choose_number("keep", "Days kept", max(span // 2, 0), f"From {first}", low=0, high=max(span - 1, 0))
            after, chosen = first + timedelta(days=int(keep)), []
        else:
            usual = counts[counts.columns[0]].head(1).to_list()
            chosen = choose_several("retired", "Models to retire", names, usual, "At first the one with most battles")
        sizes = {one: one for one in ("50", "200", "1000")}
        removals = choose_one("removals", "Random removals", sizes, "200", "Of the same size, for comparison")
    if after is None and not chosen:
        return View("**Nothing is retired yet**", _nothing, None)
    found = _retired(card.id, card.version, tuple(sorted(chosen)), after, int(removals), opened)
    answer = retire_answer(found)
    said = f"{TERRY}, a tie: half a win each; {found.null.removals} random removals, seed {found.seed}"
    table = retire_table(found)

    def draw() -> None:
        figure(
            retire_chart(found), title="How alike the ranking stays: your removal among random ones of the same size",
            alt=f"Histogram with a line. {answer.replace('**', '')}.",
            caption=caption(card, said, f"n = {found.votes:,} votes, {found.effect.votes:,} stay"),
            table=pl.DataFrame({"tau": found.null.taus, "largest move": found.null.moves}), key="retire-figure",
        )  # fmt: skip
        rows_table(table, "beside random removals", NULLS)
        parts = "one part" if found.effect.parts == 1 else f"{found.effect.parts} parts that nothing connects"
        aside = f" {found.aside} models in other parts are left aside." if found.aside else ""
        st.markdown(
            f"The pairs that stay form {parts}; after {found.null.disconnected:.0%} of random removals they fall apart."
            f"{aside}"
        )
        rows_table(found.table, "models that stay", MOVES)

    def make() -> Report:
        gone: object = str(found.after) if found.after else ", ".join(found.removed)
        return report(
            card, answer, found.votes, estimator=TERRY, seed=found.seed,
            interval=f"95% range of {found.null.removals} random removals", settings={"Retired": gone},
            tables={"Beside random removals": table, "Models that stay": found.table},
            limits=("Ranks are counted among the models that stay.",
                    "Standard errors count votes as independent, and a tie as two halves."),
            question=QUESTION, title=TITLE,
        )  # fmt: skip

    return View(answer, draw, make)


def access_view(opened: EvaluationSet) -> View:
    """Type two win rates; say and draw the relative gain beside the published one."""
    with st.sidebar:
        old = choose_number("old", "Win rate before, %", 25, "Without the data", low=0.1, high=100, step=0.5) / 100
        new = choose_number("new", "Win rate after, %", 40, "With the data", low=0, high=100, step=0.5) / 100
        votes = int(choose_number("votes", "Votes behind each", 500, "0: unknown, no interval", low=0, high=10**7))
        share = choose_number("share", "Arena data then, %", 50, "Share of training data at the second rate; the first "
                              "had none", low=1, high=100) / 100  # fmt: skip
    found = relative_gain(old, new, votes or None, votes or None)
    steps = [share * part / 4 for part in range(5)]
    line = pl.DataFrame([asdict(one) for one in along_share(old, new, 0, share, steps)])
    claim = _claims(state.version())["data_gain"]
    answer = gain_answer(found)
    table = gain_table(found, claim.value)
    basis = f"(new - old) / old; 95% interval of the ratio over {votes:,} votes each" if votes else "(new - old) / old"

    def draw() -> None:
        figure(
            gain_chart(table), title="Relative gain in win rate", alt=f"Two dots. {answer.replace('**', '')}.",
            caption=f"{basis} · your numbers; the other is quoted", table=table, key="gain-figure",
        )  # fmt: skip
        st.markdown(quotes([claim]))
        st.markdown("**On a straight line between your two points**: an assumption, and nothing beyond them")
        rows_table(line, "line", {
            "share": ("Arena share", "percent", "Of the training data"), "win_rate": ("Win rate", "percent", ""),
            "gain": ("Relative gain", "percent", ""),
        })  # fmt: skip

    def make() -> Report:
        return report(
            opened.card, answer, votes, estimator=basis, interval="95%, logarithm of the ratio" if votes else "",
            seed=None, settings={"Before": old, "After": new, "Share": share}, tables={"Gain": table, "Line": line},
            limits=(quotes([claim]).replace("**", ""), "The line between two points is an assumption.",
                    "The rates are typed; the set chosen at the left does not enter."),
            question=QUESTION, title=TITLE,
        )  # fmt: skip

    return View(answer, draw, make)


def _nothing() -> None:
    empty("No model is chosen.", "Choose one or more models to retire in the sidebar.")


def _own_facts(content: bytes) -> dict[str, ModelFacts]:
    try:
        return facts_of_table(pl.read_csv(io.BytesIO(content), infer_schema=False))
    except pl.exceptions.PolarsError as error:
        raise BadInput("the file cannot be read as CSV", "your table of models", "give CSV in UTF-8") from error
