"""Two assessments in pictures, tables and words."""

from __future__ import annotations

from typing import Any

import altair as alt
import polars as pl
import streamlit as st

from app.components.feedback import empty
from app.components.figure import Chart, Draw
from app.components.frame import page_header, plain, source_line
from app.theme import Tokens
from governance.assessment.changes import SinceSigned
from governance.assessment.compare import Comparison, FieldChange, ItemComparison, Side
from governance.assessment.vocabulary import STATUSES

BAR = 126
"""Pixels: the bar with its axis and a legend of two lines."""
LEFT, RIGHT = "Left", "Right"
SIDE_LABELS: dict[Side, str] = {
    "differs": "both, and they differ",
    "only_first": f"only {LEFT.lower()}",
    "only_second": f"only {RIGHT.lower()}",
    "same": "the same, or neither",
}
SYMBOLS: dict[Side, str] = {"differs": "≠", "only_first": "◀", "only_second": "▶", "same": "="}


def answer(found: Comparison, left: str, right: str) -> str:
    """Answer the page's question in one line."""
    differing = found.counts["differs"]
    alone = found.counts["only_first"] + found.counts["only_second"]
    if not differing and not alone:
        return f"**Nothing.** {plain(left)} and {plain(right)} say the same."
    return (
        f"**{differing} of {len(found.items)} items differ**, and {alone} are answered by only one "
        f"({found.counts['only_first']} left, {found.counts['only_second']} right)."
    )


def comparison_chart(found: Comparison) -> Draw:
    """Give the function that draws one bar of all items, by what the two say."""
    order = list(SIDE_LABELS)
    rows = [
        {"side": SIDE_LABELS[side], "n": found.counts[side], "order": place, "row": "items"}
        for place, side in enumerate(order)
        if found.counts[side]
    ]

    def draw(colours: Tokens) -> Chart:
        scale = alt.Scale(
            domain=[SIDE_LABELS[side] for side in order],
            range=[colours.stop, colours.primary, colours.strict, colours.border],
        )
        base = alt.Chart(alt.Data(values=rows)).encode(
            x=alt.X("n:Q", stack="zero", title="items", axis=alt.Axis(tickMinStep=1, grid=False)),
            y=alt.Y("row:N", title=None, axis=None),
            order=alt.Order("order:Q"),
            tooltip=[alt.Tooltip("side:N", title="Answered by"), alt.Tooltip("n:Q", title="Items")],
        )
        bars = base.mark_bar(height=26).encode(
            color=alt.Color("side:N", scale=scale, title=None, legend=alt.Legend(columns=2))
        )
        return bars.properties(height=BAR)

    return draw


def comparison_table(found: Comparison) -> pl.DataFrame:
    """Give one row an item: what both say, and what differs."""
    return pl.DataFrame([_row(one) for one in found.items], infer_schema_length=None)


def side_table(found: Comparison, *, all_items: bool) -> str | None:
    """Show the items; give the one that the reader chose, or the first."""
    listed = [one for one in found.items if all_items or one.side != "same"]
    if not listed:
        empty("No item differs.", "Show every item at the left to see what both say.")
        return None
    event = st.dataframe(
        pl.DataFrame([_row(one) for one in listed], infer_schema_length=None),
        hide_index=True, key="sides-table", on_select="rerun", selection_mode="single-row", placeholder="",
        height="content" if len(listed) <= 9 else 360, alt="Items: what both assessments say",
        column_config={
            "item": st.column_config.TextColumn("Item", pinned=True, width=70),
            "which": st.column_config.TextColumn("", width=40),
            "left": st.column_config.TextColumn(LEFT, width=240),
            "right": st.column_config.TextColumn(RIGHT, width=240),
            "fields": st.column_config.TextColumn("What differs", width=260),
            "evidence": st.column_config.TextColumn("Evidence only one has", width=180),
        },
    )  # fmt: skip
    chosen = event["selection"]["rows"]
    options = [one.item for one in listed]
    if chosen and chosen != st.session_state.get("beside-row"):
        st.session_state["beside-item"] = options[chosen[0]]
    elif st.session_state.get("beside-item") not in options:
        st.session_state["beside-item"] = options[0]
    st.session_state["beside-row"] = chosen
    return str(
        st.selectbox(
            "Item in full", options, key="beside-item", help="Both answers, field by field; or choose a row above"
        )
    )


def item_beside(found: Comparison, item: str, left: str, right: str) -> None:
    """Show one item's two answers, field by field."""
    one = next(row for row in found.items if row.item == item)
    question = next(
        (part.question for part in (one.second, one.first) if part is not None and hasattr(part, "question")), ""
    )
    st.markdown(f"**{plain(one.item)}** {plain(question)}")
    if one.reworded:
        st.caption("They were answered under different texts of the form; each keeps its own.")
    changes_table(one.changes, left, right, key=f"beside-{item}")
    for words, ids in ((left, one.first_only), (right, one.second_only)):
        if ids:
            st.markdown(f"Only {plain(words)} rests on: {', '.join(plain(key) for key in ids)}")


def changes_table(changes: tuple[FieldChange, ...], before: str, after: str, *, key: str) -> None:
    """Show fields with both values."""
    if not changes:
        st.caption("No field differs.")
        return
    rows = [
        {"field": one.field.replace("_", " "), "before": _text(one.before), "after": _text(one.after)}
        for one in changes
    ]
    st.dataframe(
        pl.DataFrame(rows), hide_index=True, key=key, height="content", placeholder="not filled in",
        alt="Fields that differ, with both values",
        column_config={
            "field": st.column_config.TextColumn("Field", pinned=True, width=140),
            "before": st.column_config.TextColumn(before[:60], width=380),
            "after": st.column_config.TextColumn(after[:60], width=380),
        },
    )  # fmt: skip


def since_signed_view(found: SinceSigned, name: str) -> None:
    """Show what is different from what was last signed.

    Args:
        found: What is.
        name: Of the assessment.
    """
    question = "What changed since it was signed?"
    if found.signature is None:
        page_header(question, f"**It was never signed**: {plain(name)}.")
        empty("There is no signature to compare with.", "Send it to review, and have somebody else sign it.")
        return
    by, at = plain(found.signature.name), f"{found.signature.at:%Y-%m-%d}"
    counted = {
        "answers": len(found.answers), "pieces of evidence": len(found.evidence),
        "fields of the system": len(found.system),
        "newer versions": len(found.versions), "fields of its header": len(found.header),
    }  # fmt: skip
    told = ", ".join(f"{n} {what}" for what, n in counted.items() if n) or "only the form's version"
    line = f"**{told[:1].upper() + told[1:]}**" if found.anything else "**Nothing**"
    page_header(question, f"{line} since {by} signed {plain(found.signed)} on {at}.")
    if not found.anything:
        st.success("Answers, evidence, the system and the form are as they were signed.", icon=":material/verified:")
    if found.versions:
        st.markdown(f"Versions out since: **{plain(', '.join(found.versions))}**")
    if found.framework:
        st.markdown(f"The form was **{plain(found.framework.before)}**; it is now **{plain(found.framework.after)}**.")
    for title, ids in (
        ("Evidence added to the system", found.evidence_added), ("Evidence edited", found.evidence_changed),
        ("Evidence no longer there", found.evidence_gone),
    ):  # fmt: skip
        if ids:
            st.markdown(f"{title}: {', '.join(plain(key) for key in ids[:40])}")
    if found.header or found.system:
        changes_table((*found.header, *found.system), "When signed", "Now", key="since-fields")
    for one in found.answers:
        st.markdown(f"**{plain(one.item)}**")
        changes_table(one.changes, "When signed", "Now", key=f"since-{one.item}")
    source_line("Your workbench", f"{plain(name)}", n=len(found.answers))


def _row(one: ItemComparison) -> dict[str, Any]:
    only = [f"left: {key}" for key in one.first_only] + [f"right: {key}" for key in one.second_only]
    return {
        "item": one.item, "which": SYMBOLS[one.side], "left": _said(one.first), "right": _said(one.second),
        "fields": ", ".join(field.replace("_", " ") for field in one.fields), "evidence": "; ".join(only),
    }  # fmt: skip


def _said(part: Any) -> str:  # noqa: ANN401 - an answer of either form
    if part is None:
        return "not assessed" if not hasattr(part, "values") else ""
    if hasattr(part, "values"):
        return f"{len(part.values)} fields filled in"
    words = part.status.replace("_", " ")
    return f"{words}: {part.finding[:160]}" if part.finding else words


def _text(value: object) -> str | None:
    if value is None:
        return None
    if value in STATUSES:
        return str(value).replace("_", " ")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
