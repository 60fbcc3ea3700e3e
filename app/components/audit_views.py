"""The trail in words and pictures: whether it is whole, changes by day, one change field by field."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from app.components.figure import Draw
from app.components.frame import number, plain
from app.theme import Tokens
from governance.records.audit import AuditRow, DayCount, Head, Verification, changed_fields

QUICK = 20_000
"""A trail of so many rows is checked when the page opens; a longer one when asked."""
LIMITS = """
**It shows** a row that was changed, removed, added, moved or put in by hand, and the first place where that happened.

**It cannot show alone** that the end was cut off, or that somebody with the file wrote all of it anew: whoever holds
the file can do both. A *head*, the number of rows and the last hash, kept where they cannot reach it, shows both.
Keep one after every signature. It does not show who sat at the machine: on a machine of one's own a name is only
what somebody said.

To check a trail without Touchstone, download it and run `python3 docs/verify_trail.py trail.jsonl head.json`.
"""


def answer(found: Verification | None, rows: int, kept: Head | None) -> str:
    """Say in one line whether the trail is whole, and whether it passes through a head that the reader kept."""
    if found is None:
        return f"**{number(rows)} changes, not checked yet.** Check the trail to see whether it is whole."
    if not found.ok:
        return f":red[**The trail is not whole: row {number(found.first_bad)}.**] {plain(found.what)}."
    against = f" It passes through the head you kept, at row {number(kept.rows)}." if kept else ""
    return f"**The trail is whole:** {number(found.rows)} changes, each tied to the one before.{against}"


def days_table(days: tuple[DayCount, ...]) -> pl.DataFrame:
    """Give the rows behind the chart."""
    schema = {"day": pl.String, "action": pl.String, "changes": pl.Int64}
    return pl.DataFrame([(one.day, one.action, one.rows) for one in days], schema=schema, orient="row")


def days_chart(table: pl.DataFrame) -> Draw:
    """Draw changes by day: those refused stand out, the rest is one series."""
    shown = (
        table.with_columns(
            pl.when(pl.col("action") == "refused").then(pl.lit("refused")).otherwise(pl.lit("made")).alias("what")
        )
        .group_by("day", "what", maintain_order=True)
        .agg(pl.col("changes").sum())
    )

    def draw(colours: Tokens) -> alt.Chart:
        scale = alt.Scale(domain=["made", "refused"], range=[colours.primary, colours.stop])
        return (
            alt.Chart(alt.Data(values=shown.to_dicts()))
            .mark_bar(size=10)
            .encode(
                x=alt.X("day:O", title="Day, UTC", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
                y=alt.Y("changes:Q", title="Changes", axis=alt.Axis(tickMinStep=1)),
                color=alt.Color("what:N", scale=scale, title=None, legend=alt.Legend(orient="top")),
                tooltip=["day:O", "what:N", "changes:Q"],
            )
            .properties(height=190, width="container")
        )

    return draw


def rows_table(rows: tuple[AuditRow, ...]) -> pl.DataFrame:
    """Give the newest changes as they are listed."""
    names = {
        "seq": pl.Int64,
        "when": pl.String,
        "who": pl.String,
        "action": pl.String,
        "kind": pl.String,
        "record": pl.String,
    }
    listed = [(row.seq, row.utc[:19].replace("T", " "), row.actor, row.action, row.kind, row.id) for row in rows]
    return pl.DataFrame(listed, schema=names, orient="row")


def one_change(row: AuditRow) -> None:
    """Show one change field by field, and the hashes that tie it."""
    st.subheader(f"Change {row.seq}: {plain(row.action)} {plain(row.kind)} {plain(row.id)}", anchor=False)
    fields = [(path, was or "", now or "") for path, (was, now) in changed_fields(row).items()]
    if fields:
        table = pl.DataFrame(fields, schema={"field": pl.String, "before": pl.String, "after": pl.String}, orient="row")
        st.dataframe(
            table, hide_index=True, height="content", key=f"fields-{row.seq}", alt=f"Fields of change {row.seq}"
        )
    else:
        st.markdown("Nothing changed.")
    st.caption(f"{row.utc} · {plain(row.actor)}  \nhash `{row.hash}`  \nafter `{row.prev}`")


def head_file(head: Head) -> str:
    """Write a head as `touchstone audit head --json` does."""
    return head.model_dump_json()
