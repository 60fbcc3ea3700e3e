"""One claim: what was published, what is computed now, the picture of both, and the ways on."""

from __future__ import annotations

import altair as alt
import polars as pl
import streamlit as st

from app.components.claim_views import compute_again
from app.components.claim_words import (
    BASIS_WORDS,
    STATUS_HELP,
    STATUS_MEANING,
    change_words,
    heading_words,
    quantity,
    row_answer,
)
from app.components.figure import Chart, Draw, figure
from app.components.frame import number, page_header, plain, source_line
from app.components.paper_words import short_title
from app.navigation import entry_of, page_link
from app.theme import Tokens
from governance.assessment.records import Figure
from governance.research.claim_types import Replication
from governance.research.claims import LedgerRow
from governance.research.papers import word_label

WIDE = 100.0
"""Beyond this ratio of the values the axis is logarithmic."""
MANY, HEIGHT = 1e5, 120
"""From here on an axis writes thousands, millions and billions by a letter; pixels of the picture."""
BILLIONS = "replace(datum.label, 'G', 'B')"
"""A thousand million is B for people, G for the format."""
CHANGED = "claim-changes"


def claim_card(row: LedgerRow) -> None:
    """Draw the card of a claim."""
    found = row.replication
    actions = page_header(f"Does this hold: {plain(row.claim.text.rstrip('.'))}?", row_answer(row),
                          help=STATUS_HELP[row.status])  # fmt: skip
    with actions:
        all_claims()
        if found is not None:
            again = st.button("Recompute", icon=":material/refresh:", key="claim-again", type="primary",
                              help="Compute it again from the data here, and say what came out otherwise")  # fmt: skip
            if again:
                st.session_state[CHANGED] = (row.claim.id, compute_again([row.claim.id]))
                st.rerun()
    _changes(row)
    left, right = st.columns(2, gap="large")
    with left, st.container(gap="xsmall"):
        st.header("Published", anchor=False)
        _published(row)
    with right, st.container(gap="xsmall"):
        st.header("Computed now", anchor=False)
        _computed(row)
    _ways_on(row)
    if found is not None and found.computed is not None:
        _picture(row, found)
    sources = ", ".join(found.sources) if found else ""
    source_line(
        f"Claim {plain(row.claim.id)}, worded by this project",
        *([f"sources {plain(sources)}"] if sources else []),
        *([f"data version {found.data_version}"] if found else []),
        n=found.n if found else None,
    )


def all_claims() -> None:
    """Offer the way back to the ledger."""
    st.button("All claims", icon=":material/arrow_back:", key="claims-back", on_click=_back,
              help="Back to the ledger, with its filters")  # fmt: skip


def _published(row: LedgerRow) -> None:
    claim = row.claim
    page_link("paper", f"**{plain(short_title(claim.paper))}**", icon=":material/article:", id=claim.paper_id)
    page_link("trace", "Trace", icon=":material/conversion_path:", id=f"claim:{claim.id}")
    if claim.published is not None:
        st.markdown(f"Value: **{plain(quantity(claim.published, claim.unit, claim.comparator))}**")
        st.markdown(
            f"Unit: **{plain(claim.unit)}**", help="Per cent, points and factors are never set against one another"
        )
    if claim.context:
        st.markdown(f"Context: {plain(claim.context)}")
    themes = ", ".join(word_label("theme", one) for one in claim.themes)
    st.markdown(f"Year: **{claim.year or 'not stated'}** · themes: {plain(themes)}")


def _computed(row: LedgerRow) -> None:
    found = row.replication
    if found is None or found.computed is None:
        st.markdown(f"**Nothing.** {plain(row.reason)}")
        return
    if found.reading:
        st.markdown(f"Our reading of it: {plain(found.reading)}")
    st.markdown(f"Value: **{plain(quantity(found.computed, found.unit))}**")
    if found.low is not None and found.high is not None:
        ends = f"{quantity(found.low, found.unit)} to {quantity(found.high, found.unit)}"
        what = "The truth lies between" if found.bounds else "95% interval"
        st.markdown(f"{what}: **{plain(ends)}**")
    if found.median is not None:
        st.markdown(f"Median over the same settings: **{plain(quantity(found.median, found.unit))}**",
                    help="The value is the greatest over some settings")  # fmt: skip
    counted = [f"n: **{number(found.n)}**"] if found.n is not None else []
    allowed = [f"tolerance: {plain(quantity(found.tolerance, found.unit))} either way"] if found.tolerance else []
    if counted or allowed:
        st.markdown(" · ".join([*counted, *allowed]))
    st.markdown(
        f"Rests on: {BASIS_WORDS[found.basis]}", help="Counted rows check more than a figure that a record states"
    )
    st.markdown(f"Method: {plain(found.method)}")
    if row.reason:
        st.markdown(f"To know: {plain(row.reason)}")
    st.markdown(f"Code: `{found.code}`")


def _ways_on(row: LedgerRow) -> None:
    with st.container(horizontal=True, gap="medium"):
        if row.page and (entry := entry_of(row.page)):
            on = "What was released:" if row.page == "paper" else "Turn the knobs:"
            label = on if row.replication else "What comes nearest:"
            page_link(row.page, f"{label} {entry.title}", icon=":material/tune:", **row.query)
        if row.lab and entry_of("labs"):
            page_link("labs", f"Your own file in the lab {row.lab}", icon=":material/experiment:", lab=row.lab)


def _picture(row: LedgerRow, found: Replication) -> None:
    computed = found.computed
    assert computed is not None
    stated = "published" if found.published is not None else "our reading"
    table = pl.DataFrame(
        {
            "what": [stated, "computed now"], "value": [found.expected, computed], "unit": [found.unit] * 2,
            "low": [None, found.low], "high": [None, found.high],
        },
        schema_overrides={"low": pl.Float64, "high": pl.Float64},
    )  # fmt: skip
    figure(
        _beside(table, row),
        title=f"{heading_words(row.claim.text)}, {found.unit}",
        alt=f"{stated} {quantity(found.expected, found.unit, found.comparator)}, computed now "
        f"{quantity(computed, found.unit)}",
        caption=" · ".join([f"data version {found.data_version}", *([f"n = {number(found.n)}"] if found.n else [])]),
        table=table,
        key="beside",
        headline=lambda: _kept(row, found),
    )


def _kept(row: LedgerRow, found: Replication) -> Figure:
    return Figure(
        name=row.claim.text[:200], value=found.computed, unit=found.unit, low=found.low, high=found.high, n=found.n,
        method=found.method, catalogue=found.data_version, source=", ".join(found.sources),
        inputs={"claim": row.claim.id, "published": found.published, "comparator": found.comparator,
                "status": row.status, "reason": row.reason},
    )  # fmt: skip


def _beside(table: pl.DataFrame, row: LedgerRow) -> Draw:
    rows = table.to_dicts()
    ends = [one[name] for one in rows for name in ("value", "low", "high") if one[name] is not None]
    wide = min(ends) > 0 and max(ends) / min(ends) > WIDE
    names = [one["what"] for one in rows]

    def draw(colours: Tokens) -> Chart:
        fill = alt.Scale(domain=names, range=[colours.unknown, colours.of(STATUS_MEANING[row.status])])
        shape = alt.Scale(domain=names, range=["diamond", "circle"])
        scale = alt.Scale(type="log") if wide else alt.Scale(zero=True)
        usual = alt.Axis(tickCount=6)
        axis = alt.Axis(tickCount=6, format="~s", labelExpr=BILLIONS) if wide or max(ends) >= MANY else usual
        x = alt.X("value:Q", title=table["unit"][0], scale=scale, axis=axis)
        y = alt.Y("what:N", sort=names, title=None, axis=alt.Axis(ticks=False, domain=False))
        base = alt.Chart(alt.Data(values=rows))
        whiskers = base.transform_filter("isValid(datum.low) && isValid(datum.high)").mark_rule(
            strokeWidth=2, color=colours.of(STATUS_MEANING[row.status])
        ).encode(y=y, x=alt.X("low:Q", scale=scale, title=table["unit"][0]), x2="high:Q")  # fmt: skip
        dots = base.mark_point(size=110, filled=True, opacity=1).encode(
            y=y, x=x, color=alt.Color("what:N", scale=fill, legend=None),
            shape=alt.Shape("what:N", scale=shape, legend=None),
        )  # fmt: skip
        return alt.layer(whiskers, dots).properties(height=HEIGHT, width="container")

    return draw


def _changes(row: LedgerRow) -> None:
    """Say what came out otherwise: under the data before these, and when it was computed again just now."""
    if earlier := [one for one in row.changes if not one.same_data]:
        said = "; ".join(change_words(one, row) for one in earlier)
        st.info(f"Under the data before these ({earlier[0].data_version}): {said}.", icon=":material/history:")
    whose, changes = st.session_state.get(CHANGED, ("", ()))
    if whose != row.claim.id:
        return
    if now := [one for one in changes if one.same_data]:
        said = "; ".join(change_words(one, row) for one in now)
        st.warning(f"Computed again from the same data, by a changed program: {said}.", icon=":material/change_circle:")
    else:
        st.success("Computed again: the same as before.", icon=":material/check:")


def _back() -> None:
    st.query_params.pop("id", None)
