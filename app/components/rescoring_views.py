"""Two scorings of the same outputs: the bump chart, the scores beside a threshold, and every ranking of the set."""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import polars as pl
import streamlit as st

from app.components.bump_chart import Path, bump_chart
from app.components.evaluation_report import report_button
from app.components.feedback import empty
from app.components.figure import Chart, Draw, figure
from app.components.frame import counted, headings, page_header, plain, source_line
from app.components.language_charts import LABELS, ROOM, short_names
from app.components.language_charts import short as shortened
from app.components.language_words import source_words
from app.components.score_inputs import better_input, pick
from app.components.url_state import from_url, to_url
from app.theme import Tokens
from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.groups.ranks import TIE_RULES
from governance.evaluation.groups.scorings import scorings
from governance.evaluation.report import Report
from governance.evaluation.rescoring import Board, Rescoring, rescoring
from governance.evaluation.rescoring_ties import MovedRange, moved_by_rule, moved_range, stated_digits
from governance.evaluation.vocabulary import Better

QUESTION = "Did the models change, or the scorer?"
TIE_LABELS: dict[str, str] = {
    "min": "Best place for all", "first": "Order of the rows", "average": "Mean place for all"
}  # fmt: skip
HELM, PUBLISHED = "toxicity-helm", ("toxic prompts", "toxic_frac", "as published", "generations rescored, 2023-04-01")
SHOWN = {
    "task": "task", "metric": "metric", "n": "models", "tau_b": "tau b", "spearman": "Spearman", "moved": "moved",
    "max_move": "furthest", "max_model": "model", "max_from": "from", "max_to": "to", "mean_move": "mean move",
    "top_jaccard": "top k shared", "fell_below": "fell below", "rose_above": "rose above",
}  # fmt: skip


def short(model: str) -> str:
    """Name a model without its owner and its settings.

    >>> short("openai_text-curie-001"), short("together_ul2,stop=hash"), short("org/name")
    ('text-curie-001', 'ul2', 'name')
    """
    name = model.partition(",")[0].rpartition("/")[2]
    return shortened(name.partition("_")[2] or name)


def board_name(board: Board) -> str:
    """Name a ranking: its task, metric, and what else tells it apart."""
    return " · ".join(part for part in (board.task, board.metric, board.subset, board.split) if part)


@st.cache_resource(show_spinner="Ranking twice", max_entries=32)
def rescored(
    _frame: pl.DataFrame, set_id: str, version: str, source: str, target: str, better: Better | None, ties: str,
    top: int, threshold: float | None,
) -> Rescoring:  # fmt: skip
    """Give the rankings under two scorings; kept by set, version and settings."""
    rule = next(one for one in TIE_RULES if one == ties)
    return rescoring(
        _frame, source=source, target=target, better=better, ties=rule, top=top, threshold=threshold
    )  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=32)
def ties_of(_moves: pl.DataFrame, key: tuple[str, ...], better: Better) -> tuple[dict[str, int], MovedRange]:
    """Give the counts of moved models under each tie rule, and what cut digits leave open."""
    return moved_by_rule(_moves, better), moved_range(_moves, better, stated_digits(_moves))


def rescoring_view(opened: EvaluationSet) -> None:
    """Draw the page for a set."""
    listed = [one.label for one in scorings(opened.frame)]
    if len(listed) < 2:
        page_header(QUESTION, "**This set was scored once.**")
        empty(
            f"All its scores are of one scoring: {listed[0] if listed else 'none'}.",
            "Choose a set with several raters or days at the left, or bring one with the columns rater and scored_at.",
        )
        return
    card = opened.card
    with st.sidebar:
        first = pick("from", "From", listed, listed[0], "The first scoring: rater and day")
        others = [one for one in listed if one != first]
        usual = next((one for one in others if one == PUBLISHED[3]), others[0])
        second = pick("to", "To", others, usual, "The second scoring: two are compared, never mixed")
        better = better_input(opened)
        ties = pick("ties", "Ties", list(TIE_RULES), "min", "Ranks of models of the same score", TIE_LABELS.__getitem__)
        top = _top()
        threshold = _threshold()
    found = rescored(opened.frame, card.id, card.version, first, second, better, ties, top, threshold)
    boards = {board_name(board): board for board in found.boards}
    with st.sidebar:
        usual = next(
            (name for name, one in boards.items() if (one.task, one.metric) == PUBLISHED[:2]), next(iter(boards))
        )
        board = boards[pick("board", "Ranking", list(boards), usual, "Task and metric that models are ranked by")]
    moves = found.of(board)
    actions = page_header(
        QUESTION, answer(found, board), help="The outputs are the same: only who scored them, or when, differs"
    )
    with actions:
        report_button(lambda: rescoring_report(card, found, board), key="rescoring-report")
    _figures(found, board, moves)
    counts, cut = ties_of(moves, (card.id, card.version, first, second, board_name(board)), found.better)
    st.markdown(ties_words(counts, cut))
    if (card.id, board.task, board.metric, found.source, found.target) == (HELM, *PUBLISHED):
        st.markdown(published_words(board, counts, cut))
    st.header("Every ranking of the set", anchor=False)
    shown = board_table(found.boards)
    two = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        shown.rename(headings(shown)), hide_index=True, key="boards",
        column_config={"Tau b": two, "Spearman": two, "Top k shared": two, "Mean move": two},
    )  # fmt: skip
    source_line(
        source_words(card), f"{found.source} → {found.target}", _settings(found), "no interval: n is not stated",
        n=found.moves.height,
    )  # fmt: skip


def answer(found: Rescoring, board: Board) -> str:
    """Say how far the ranking moved though no model did."""
    if not board.moved or board.max_model is None:
        text = f"**No model changed its place** among {board.n}"
    else:
        far = f"{plain(short(board.max_model))} goes from {board.max_from:g} to {board.max_to:g}"
        text = f"The scorer: **{board.moved} of {board.n} models moved, {far}**, with the same outputs"
    tau = "unknown" if board.tau_b is None else f"{board.tau_b:.3f}"
    text += f" · τ {tau}"
    if found.threshold is not None:
        text += f" · {board.fell_below} fell below {found.threshold:g}, {board.rose_above} rose above it"
    return f"{text} · {plain(found.source)} → {plain(found.target)}"


def ties_words(counts: dict[str, int], cut: MovedRange) -> str:
    """Say how much of the count is the tie rule, row order and rounding."""
    return (
        f"**How many moved depends on the rule for ties**: {counts['min']} by the best place, {counts['average']} by "
        f"the mean place, {counts['first']} by the order of the rows, which alone gives anything from "
        f"{counts['first_least']} to {counts['first_most']} ({cut.draws} random orders). Scores are stated to "
        f"{counted(cut.digits, 'decimal')}; the digits cut off leave {cut.low:g} to {cut.high:g} open (95% of "
        f"{cut.draws} draws)."
    )


def published_words(board: Board, counts: dict[str, int], cut: MovedRange) -> str:
    """Say why the paper's notebook counts other moves here."""
    return (
        f"**The paper's notebook says 24 moved; from its stored tables it is {counts['first']}** by its rule, the "
        f"order of the rows. The tables hold three decimals: {board.tied_from} and {board.tied_to} of {board.n} models "
        f"share their score with another, so their order is lost. No order of the rows that was tried gives 24, and "
        f"draws of the missing digits reach it ({cut.least} to {cut.most}). The largest move (12) and difference "
        f"(.017) are the notebook's; its mean difference, .001784, is {board.mean_difference:.6f} from rounded scores."
    )


def board_table(boards: Sequence[Board]) -> pl.DataFrame:
    """Give a row a ranking under the page's headings."""
    frame = pl.DataFrame([one.model_dump() for one in boards], infer_schema_length=None)
    return frame.select(pl.col(name).alias(heading) for name, heading in SHOWN.items())


def rescoring_report(card: SetCard, found: Rescoring, board: Board) -> Report:
    """Write the view as a report."""
    return Report(
        title=f"Rescoring: {card.title}", question=QUESTION,
        answer=answer(found, board).replace("**", "").replace("\\", ""), n=board.n, counted="models",
        estimator="ranks of each scoring; Kendall's tau b, Spearman", ties=f"ranks: {found.ties}",
        interval="", seed=None, data_version=card.version, source=card.source, licence=card.licence,
        settings={"From": found.source, "To": found.target, "Ranking": board_name(board), "Better": found.better,
                  "Threshold": found.threshold},
        tables={"Every ranking": board_table(found.boards),
                board_name(board): _table(found.of(board))},
        limits=("The scores were rounded by their source; ties are made by rounding.",
                "No interval: how many outputs are behind a score is not stated."),
    )  # fmt: skip


def slope_chart(moves: pl.DataFrame, found: Rescoring, metric: str) -> Draw:
    """Draw both scores of each model on one line, and the threshold."""
    names = short_names(moves["model"].to_list(), short)
    ordered = moves.sort("rank_to", "rank_from", maintain_order=True).with_columns(
        name=pl.col("model").replace_strict(names, return_dtype=pl.String)
    )
    rows = ordered.select("name", "score_from", "score_to", "crossed").to_dicts()
    order = [row["name"] for row in rows]
    points = [
        {"name": row["name"], "score": row[column], "scoring": label}
        for row in rows
        for column, label in (("score_from", found.source), ("score_to", found.target))
    ]

    def draw(colours: Tokens) -> Chart:
        labels = [found.source, found.target]
        scale = alt.Scale(domain=labels, range=[colours.unknown, colours.primary])
        shape = alt.Scale(domain=labels, range=["circle", "diamond"])
        y = alt.Y(
            "name:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelLimit=LABELS, labelOverlap=False, ticks=False, grid=True),
        )
        x = alt.X("score:Q", title=metric, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5))
        lines = alt.Chart(alt.Data(values=rows)).mark_rule(strokeWidth=2, color=colours.unknown, opacity=0.6)
        dots = alt.Chart(alt.Data(values=points)).mark_point(size=50, filled=True, opacity=1)
        legend = alt.Legend(symbolType="circle", labelLimit=260, columns=1)
        layers = [
            lines.encode(y=y, x=alt.X("score_from:Q"), x2="score_to:Q"),
            dots.encode(
                x=x, y=y, color=alt.Color("scoring:N", scale=scale, title=None, legend=legend),
                shape=alt.Shape("scoring:N", scale=shape, title=None),
                tooltip=["name:N", "scoring:N", alt.Tooltip("score:Q", format=".4f")],
            ),
        ]  # fmt: skip
        if found.threshold is not None:
            line = [{"at": found.threshold, "said": f"threshold {found.threshold:g}"}]
            base = alt.Chart(alt.Data(values=line))
            layers.append(base.mark_rule(strokeDash=[5, 4], color=colours.stop).encode(x="at:Q"))
            layers.append(
                base.mark_text(align="left", dx=4, fontSize=11, color=colours.stop).encode(
                    x="at:Q", y=alt.value(6), text="said:N"
                )
            )
        return alt.layer(*layers).properties(height=15 * len(order) + ROOM, width="container")

    return draw


def _figures(found: Rescoring, board: Board, moves: pl.DataFrame) -> None:
    names = short_names(moves["model"].to_list(), short)
    paths = [
        Path(names[model], (before, after), named=before != after)
        for model, before, after in moves.sort("rank_from").select("model", "rank_from", "rank_to").iter_rows()
    ]
    said = f"n = {board.n} models · {_settings(found)}"
    left, right = st.columns(2)
    with left:
        figure(
            bump_chart(paths, [found.source, found.target]), title=f"Ranks, {board_name(board)}", key="bump",
            alt=f"Lines of each model's rank under two scorings. {answer(found, board).replace('**', '')}",
            caption=f"Named: those that moved; of several at one place the first, and how many more · {said}",
            table=_table(moves),
        )  # fmt: skip
    with right:
        figure(
            slope_chart(moves, found, board.metric), title=f"Scores, {board_name(board)}", key="scores",
            alt=f"Both scores of each model; the largest difference is {board.max_difference:.3f}",
            caption=f"By new rank · mean difference {board.mean_difference:.4f}, largest {board.max_difference:.3f} · "
            f"{board.only_from + board.only_to} models with one score only are left out",
            table=_table(moves),
        )  # fmt: skip


def _table(moves: pl.DataFrame) -> pl.DataFrame:
    return moves.sort("rank_to", "rank_from", maintain_order=True).select(
        "model", "score_from", "score_to", "difference", "rank_from", "rank_to", "move", "crossed"
    )


def _settings(found: Rescoring) -> str:
    assumed = " (assumed)" if found.assumed else ""
    return f"{found.better} is better{assumed} · ranks of ties: {TIE_LABELS[found.ties].lower()}"


def _top() -> int:
    from_url("top", "10", _whole, read=int)
    st.number_input("Top", 1, 1000, key="top", step=1, help="How many make the top, of which the shared part is given")
    return int(to_url("top", "10"))


def _threshold() -> float | None:
    from_url("threshold", "", _number)
    text = st.text_input("Threshold", key="threshold", max_chars=20, placeholder="none",
                         help="A line that scores may cross, e.g. 0.5; a score at it counts as above")  # fmt: skip
    to_url("threshold", "")
    if not text.strip():
        return None
    return _number(text)


def _number(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"'{text:.40}' is no number", "threshold", "give a number such as 0.5, or nothing")
    return value


def _whole(text: str) -> None:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise BadInput(f"'{text:.40}' is no number of models", "address, top", "give a whole number from 1 to 1000")
