"""Pools of human feedback: what they hold, adding votes, and somebody leaving."""

from __future__ import annotations

from datetime import UTC, datetime

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import show_error
from app.components.figure import Chart, Draw, figure
from app.components.frame import counted, number, plain
from app.components.pool_form import LEAVE_LABELS, TOLD
from app.theme import Tokens
from governance.catalogue.normalise import language_name
from governance.consent.feedback import (
    PoolState,
    Withdrawal,
    contributors,
    withdraw,
)
from governance.consent.feedback_votes import NEEDED, add_votes
from governance.errors import TouchstoneError
from governance.exports.tables import csv_of, jsonl_of, parquet_of
from governance.records.contributions import Coverage, remaining_votes

TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
WRITERS = {"csv": csv_of, "jsonl": jsonl_of, "parquet": parquet_of}


def pools_table(listed: tuple[PoolState, ...]) -> str | None:
    """List the pools; give the id of the one that was chosen."""
    rows = [
        {
            "pool": one.pool.title,
            "votes": one.coverage.votes,
            "people": one.coverage.contributors,
            "leave": LEAVE_LABELS[one.pool.leave],
            "left": one.withdrawn,
            "licence": one.pool.licence or "not stated",
            "terms": one.pool.terms,
        }
        for one in listed
    ]
    event = st.dataframe(
        pl.DataFrame(rows), hide_index=True, on_select="rerun", selection_mode="single-cell", key="pools",
        height="content",
        alt=f"{len(rows)} pools: votes, people, whether they can leave, how many left, licence, terms",
        column_config={
            "pool": st.column_config.TextColumn("Pool", pinned=True, width=200),
            "votes": st.column_config.NumberColumn("Votes", width=80),
            "people": st.column_config.NumberColumn("People", width=80),
            "leave": st.column_config.TextColumn("Can leave", width=150),
            "left": st.column_config.NumberColumn("Left", width=60),
            "licence": st.column_config.TextColumn("Licence", width=120),
            "terms": st.column_config.TextColumn("What they agreed to", width=300),
        },
    )  # fmt: skip
    cells = event["selection"]["cells"]
    return listed[cells[0][0]].id if cells else None


def add_form(pool: PoolState) -> None:
    """Offer to read a file of votes into a pool."""
    with st.popover("Add votes", icon=":material/upload:", help="A CSV of battles with a column of contributors"):
        file = st.file_uploader(
            "Votes (CSV)", ["csv"], key=f"votes-{pool.id}",
            help=f"Columns {', '.join(NEEDED)}, and perhaps language and day; write pseudonyms, not names",
        )  # fmt: skip
        if not st.button("Add", type="primary", key="votes-go", disabled=file is None) or file is None:
            return
        try:
            added = add_votes(state.workbench(), pool.id, file.getvalue().decode("utf-8"), datetime.now(UTC))
        except UnicodeDecodeError:
            st.error("**The file is not UTF-8.** Save it as UTF-8 and add it again.", icon=":material/error:")
        except TouchstoneError as error:
            show_error(error)
        else:
            left = f"; {number(added.withdrawn)} of people who left stayed out" if added.withdrawn else ""
            refused = f"; {number(len(added.refused))} rows refused" if added.refused else ""
            st.session_state[TOLD] = f"Added {counted(added.added, 'vote')}{left}{refused}."
            st.rerun()


def leave_form(pool: PoolState) -> None:
    """Offer to take somebody's votes out, and ask once more."""
    people = contributors(state.workbench(), pool.id)
    with st.popover("Withdraw", icon=":material/person_remove:", help="Take out the votes of somebody who leaves"):
        who = st.selectbox(
            "Contributor", people["contributor"].to_list(), index=None, key=f"leaver-{pool.id}",
            placeholder="Who leaves", help="As the votes name them",
        )  # fmt: skip
        st.markdown("Their votes are deleted, not hidden. Backups made before still hold them.")
        if st.button("Take their votes out", key="leave-go", type="primary", disabled=who is None) and who:
            try:
                st.session_state[TOLD] = withdrawal_words(
                    withdraw(state.workbench(), pool.id, str(who), datetime.now(UTC))
                )
            except TouchstoneError as error:
                show_error(error)
            else:
                st.rerun()


def withdrawal_words(found: Withdrawal) -> str:
    """Say what went and what is left."""
    lost = [
        f"no vote is left on {', '.join(map(plain, found.models_lost))}" if found.models_lost else "",
        f"none in {', '.join(map(language_name, found.languages_lost))}" if found.languages_lost else "",
    ]
    gone = "; ".join(filter(None, lost))
    return (
        f"Gone: {counted(found.votes, 'vote')}. **{number(found.after.votes)} of {number(found.before.votes)}** are "
        f"left, of {counted(found.after.contributors, 'person', 'people')}{'; ' + gone if gone else ''}."
    )


def told() -> None:
    """Say what was just done."""
    if words := st.session_state.pop(TOLD, None):
        st.success(words)


def export_row(pool: PoolState) -> None:
    """Offer the votes of those who have not left, in each format."""
    votes = remaining_votes(state.workbench(), pool.id)
    with st.popover("Export", icon=":material/download:", help="The votes of those who have not left"):
        for kind, writer in WRITERS.items():
            st.download_button(
                kind.upper(), writer(votes), f"{pool.id}.{kind}", TYPES[kind], key=f"votes-{kind}", on_click="ignore"
            )


def coverage_part(pool: PoolState) -> None:
    """Draw what the votes cover, by model and by language."""
    rows = coverage_rows(pool.coverage)
    figure(
        _coverage(rows),
        title="Votes by language and by model",
        alt="; ".join(f"{row['part']} {row['name']}: {row['votes']}" for row in rows.to_dicts()),
        caption=f"a vote counts for both its models · n = {pool.coverage.votes:,} · "
        f"{counted(pool.withdrawn, 'person', 'people')} left, with {counted(pool.votes_withdrawn, 'vote')}",
        table=rows,
        key="coverage",
    )
    people = contributors(state.workbench(), pool.id)
    st.dataframe(
        people, hide_index=True, key="people", placeholder="not stated",
        height="content" if people.height <= 8 else 320,
        alt=f"{people.height} contributors with votes, languages, first and last day",
        column_config={
            "contributor": st.column_config.TextColumn("Contributor", pinned=True, width=160),
            "votes": st.column_config.NumberColumn("Votes", width=80),
            "languages": st.column_config.ListColumn("Languages", width=200),
            "first": st.column_config.DateColumn("First", width=110),
            "last": st.column_config.DateColumn("Last", width=110),
        },
    )  # fmt: skip


def coverage_rows(coverage: Coverage) -> pl.DataFrame:
    """Give votes by language, then by model, the most first."""
    parts = {"language": coverage.languages, "model": coverage.models}
    rows = [
        {"part": part, "name": (language_name(name) if name else "not stated") if part == "language" else name,
         "votes": votes}
        for part, counted in parts.items()
        for name, votes in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
    return pl.DataFrame(rows, schema={"part": pl.String, "name": pl.String, "votes": pl.Int64})


def _coverage(rows: pl.DataFrame) -> Draw:
    labelled = rows.with_columns(label=pl.concat_str("name", pl.lit(" ("), "part", pl.lit(")")))

    def draw(colours: Tokens) -> Chart:
        base = alt.Chart(alt.Data(values=labelled.to_dicts())).encode(
            x=alt.X("votes:Q", title="votes", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d")),
            y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=180)),
            color=alt.Color(
                "part:N", title=None, legend=alt.Legend(orient="top"),
                scale=alt.Scale(domain=["language", "model"], range=[colours.primary, colours.unknown]),
            ),
            tooltip=["part:N", "name:N", "votes:Q"],
        )  # fmt: skip
        return base.mark_bar(height=12).properties(height=22 * rows.height + 100)

    return draw
