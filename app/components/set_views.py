"""The sets at hand as a picture and a table, and the card of one: facts, whose rows, withdrawing, deleting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.figure import Chart, Draw, figure
from app.components.frame import number, plain
from app.components.set_upload import TOLD
from app.components.set_words import (
    LEAVE_WORDS,
    ROW_WORDS,
    effect_words,
    licence_words,
    moves_table,
    sets_table,
)
from app.navigation import page_link
from app.theme import Tokens
from governance.errors import TouchstoneError
from governance.evaluation.formats.own_sets import OwnSetState, remove_set
from governance.evaluation.formats.schemas import CONTRIBUTOR
from governance.evaluation.formats.sets import exported_rows
from governance.evaluation.formats.tables import EvaluationSet, SetCard
from governance.evaluation.formats.withdrawal import (
    Effect,
    set_contributors,
    withdraw_from_set,
    withdrawal_effect,
)
from governance.evaluation.vocabulary import FORMATS, Format
from governance.exports.tables import csv_of, jsonl_of, parquet_of

WORKS_ON: dict[Format, tuple[tuple[str, str], ...]] = {
    "battles": (("leaderboards", "Rank these models"), ("robustness", "Try the ranking")),
    "scores": (("languages", "Compare languages"), ("rescoring", "Compare scorers")),
    "predictions": (("languages", "Compare groups"),),
}
"""Pages that take a set of a format, with what they do."""
MIME = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
WRITERS = {"csv": csv_of, "jsonl": jsonl_of, "parquet": parquet_of}


def sizes_figure(cards: Sequence[SetCard]) -> None:
    """Draw how many rows each set has."""
    table = sets_table(cards).select("set", "format", "rows")
    figure(
        _sizes(table),
        title="Rows of each set",
        alt="; ".join(f"{row['set']}: {row['rows']} {row['format']}" for row in table.to_dicts()),
        caption=f"logarithmic · n = {len(cards)} sets · catalogue {state.version()}",
        table=table,
        key="sizes",
    )


def _sizes(table: pl.DataFrame) -> Draw:
    def draw(colours: Tokens) -> Chart:
        formats = [one for one in FORMATS if one in table["format"].to_list()]
        base = alt.Chart(alt.Data(values=table.to_dicts())).encode(
            x=alt.X(
                "rows:Q", title="rows", scale=alt.Scale(type="log"),
                axis=alt.Axis(values=[10**power for power in range(8)], format="~s"),
            ),
            y=alt.Y("set:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=150)),
            shape=alt.Shape("format:N", title=None, scale=alt.Scale(domain=formats), legend=alt.Legend(orient="top")),
            tooltip=["set:N", "format:N", alt.Tooltip("rows:Q", format=",d")],
        )  # fmt: skip
        return base.mark_point(size=90, filled=True, color=colours.primary).properties(height=26 * table.height + 40)

    return draw


def sets_list(cards: Sequence[SetCard]) -> str | None:
    """List the sets; give the id of the one that was chosen."""
    table = sets_table(cards)
    event = st.dataframe(
        table, hide_index=True, on_select="rerun", selection_mode="single-cell", key="sets", height="content",
        alt=f"{table.height} sets with rows, format, origin, licence, consent of the people who judged, and source",
        column_config={
            "set": st.column_config.TextColumn("Set", pinned=True, width=200),
            "rows": st.column_config.NumberColumn("Rows", width=80, format="localized"),
            "format": st.column_config.TextColumn("Format", width=90),
            "origin": st.column_config.TextColumn("Origin", width=80),
            "licence": st.column_config.TextColumn("Licence", width=150),
            "people": st.column_config.TextColumn("People and consent", width=260),
            "source": st.column_config.TextColumn("Source", width=220),
            "id": st.column_config.TextColumn("Id", width=140),
        },
    )  # fmt: skip
    cells = event["selection"]["cells"]
    return cards[cells[0][0]].id if cells else None


def set_facts(opened: EvaluationSet, own: OwnSetState | None) -> None:
    """Draw what is known of a set, and which of its columns are filled."""
    card = opened.card
    left, right = st.columns(2)
    facts = {"Format": card.format, "Source": card.source, "Licence": licence_words(card.licence),
             "Version": card.version}  # fmt: skip
    left.markdown("  \n".join(f"**{name}** {plain(said)}" for name, said in facts.items()))
    told = [f"**People and consent** {plain(card.people or 'not stated')}"]
    if own is not None:
        told.append(f"**They can leave** {LEAVE_WORDS[own.set.leave]}")
        told.append(f"**Left** {number(own.set.people_left)}, with {number(own.set.rows_left)} rows")
        if own.set.contact:
            told.append(f"**To leave, turn to** {plain(own.set.contact)}")
    if card.better:
        told.append(f"**Better is** {card.better}")
    right.markdown("  \n".join(told))
    with st.container(horizontal=True):
        for page, label in WORKS_ON[card.format]:
            page_link(page, label, icon=":material/arrow_forward:", set=card.id)
    frame = opened.frame
    filled = pl.DataFrame(
        [
            {"column": name, "filled": frame.height - frame[name].null_count(),
             "different": frame[name].drop_nulls().n_unique()}
            for name in frame.columns
        ]
    ).filter(pl.col("filled") > 0)  # fmt: skip
    st.markdown("**What its rows say**")
    st.dataframe(
        filled, hide_index=True, key="filled", height="content",
        alt="; ".join(f"{row['column']}: {row['filled']} rows" for row in filled.to_dicts()),
        column_config={
            "column": st.column_config.TextColumn("Column", pinned=True, width=140),
            "filled": st.column_config.NumberColumn("Rows that state it", width=140, format="localized"),
            "different": st.column_config.NumberColumn("Different values", width=140, format="localized"),
        },
    )  # fmt: skip


def export_part(opened: EvaluationSet) -> None:
    """Offer the rows of those who have not left, in each format."""
    with st.popover("Export", icon=":material/download:", help="The rows of those who have not left"):
        for kind, writer in WRITERS.items():
            st.download_button(
                kind.upper(), partial(_written, writer, opened), f"{opened.card.id}.{kind}", MIME[kind],
                key=f"set-{kind}", on_click="ignore", width="stretch",
            )  # fmt: skip


def _written(writer: Callable[[pl.DataFrame], bytes], opened: EvaluationSet) -> bytes:
    return writer(exported_rows(opened))


def delete_part(one: OwnSetState) -> None:
    """Offer to delete an own set, and ask once more."""
    with st.popover("Delete", icon=":material/delete:", help="Forget the set with all its rows"):
        rows = f"{number(one.set.rows)} {ROW_WORDS[one.set.format][one.set.rows != 1]}"
        st.markdown(f"**{plain(one.set.title)}** with {rows} is deleted. Backups made before still hold it.")
        if st.button("Delete it", key="delete-go", type="primary"):
            try:
                remove_set(state.workbench(), one.id, datetime.now(UTC))
            except TouchstoneError as error:
                show_error(error)
            else:
                st.session_state[TOLD] = f"{plain(one.set.title)} is deleted."
                st.query_params.clear()
                st.rerun()


def withdraw_part(one: OwnSetState) -> None:
    """Show whose rows are in an own set, what would change if one left, and take them out."""
    if CONTRIBUTOR[one.set.format] is None:
        return
    people = set_contributors(state.workbench(), one.id)
    st.header("Whose rows these are", anchor=False)
    if people.is_empty():
        st.markdown(f"No row names its {CONTRIBUTOR[one.set.format]}, so that nobody's can be found and taken out.")
        return
    st.dataframe(
        people, hide_index=True, key="contributors", height="content" if people.height <= 8 else 300,
        alt=f"{people.height} contributors with rows and languages",
        column_config={
            "contributor": st.column_config.TextColumn("Contributor", pinned=True, width=180),
            "rows": st.column_config.NumberColumn("Rows", width=90, format="localized"),
            "languages": st.column_config.ListColumn("Languages", width=260),
        },
    )  # fmt: skip
    who = st.selectbox(
        "Who leaves", people["contributor"].to_list(), index=None, key=f"leaver-{one.id}",
        placeholder="Choose to see what would change", help="As the rows name them",
    )  # fmt: skip
    if who is None:
        return
    effect = _effect(str(state.workbench().file), one.card.version, one.id, str(who))
    st.markdown(effect_words(effect, done=False))
    _moves(effect)
    st.markdown("Their rows are deleted, not hidden. Backups made before still hold them.")
    if st.button("Take their rows out", key="leave-go", type="primary", icon=":material/person_remove:"):
        try:
            done = withdraw_from_set(state.workbench(), one.id, str(who), datetime.now(UTC))
        except TouchstoneError as error:
            show_error(error)
        else:
            st.session_state[TOLD] = effect_words(done, done=True)
            st.rerun()


@st.cache_data(show_spinner="Ranking with and without", max_entries=20)
def _effect(store: str, data_version: str, set_id: str, who: str) -> Effect:
    return withdrawal_effect(state.workbench(), set_id, who)


def _moves(effect: Effect) -> None:
    table = moves_table(effect)
    if table.is_empty():
        return
    st.dataframe(
        table, hide_index=True, key="moves", height="content" if table.height <= 8 else 300,
        alt=f"{table.height} models whose rank changes, before and after",
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True, width=220),
            "before": st.column_config.NumberColumn("Rank now", width=90),
            "after": st.column_config.NumberColumn("Rank then", width=90),
            "points_before": st.column_config.NumberColumn("Points now", width=100, format="%.0f"),
            "points_after": st.column_config.NumberColumn("Points then", width=100, format="%.0f"),
        },
    )  # fmt: skip
    st.caption(f"{effect.how} · n = {effect.before.votes:,} now, {effect.after.votes:,} then")


def told() -> None:
    """Say what was just done."""
    if words := st.session_state.pop(TOLD, None):
        st.success(words)
