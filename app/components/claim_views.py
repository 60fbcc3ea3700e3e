"""The ledger of claims as a picture by theme and a table; computing again shows its progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import altair as alt
import polars as pl
import streamlit as st

from app.components import state
from app.components.choices import draw_several, read_several
from app.components.claim_words import BASIS_WORDS, STATUS_HELP, STATUS_MEANING, STATUS_WORDS, quantity
from app.components.feedback import empty
from app.components.figure import Chart, Draw, figure
from app.components.frame import number
from app.components.paper_words import short_title
from app.components.url_state import from_url, to_url
from app.theme import Tokens, tokens
from governance.catalogue.selection import MAX_TEXT
from governance.research.claims import LedgerRow, basis_of, claims, computable, ledger, select_rows
from governance.research.papers import word_label
from governance.research.replications.run import Change, kept_replications, replicate
from governance.research.vocabulary import BASES, STATUSES, UNITS, Status

MOST = 10
"""Themes that are drawn; all are in the table behind the picture."""
ROW, AXIS = 16, 136
LABELS = 165
KINDS = {"numeric": "With a number", "qualitative": "Without a number", "all": "All"}
FILTERS = {
    "status": ("Status", "What stands beside a claim now"),
    "theme": ("Theme", "Of the paper; a paper may have several"),
    "paper": ("Paper", "Whose claims to show"),
    "basis": ("Rests on", "What a computed value is worked out from; counted rows check more than a stated figure"),
    "unit": ("Unit", "Of the published number. Units are never set against one another; x is a factor"),
}
Asked = tuple[dict[str, list[str]], str]
"""Chosen words by filter, and the words searched for."""


def ledger_rows() -> tuple[LedgerRow, ...]:
    """Give the ledger; what is not computed yet under these data is computed first, with its progress."""
    every = claims(state.cursor())
    if {one.id for one in computable(every)} - set(kept_replications(state.cursor())):
        _compute([one.id for one in computable(every)], anew=False)
    return ledger(state.cursor())


def compute_again(claim_ids: Sequence[str]) -> tuple[Change, ...]:
    """Compute claims anew with their progress, and give what came out otherwise."""
    return _compute(claim_ids, anew=True)


def compute_paper(paper_id: str) -> None:
    """Compute what waits to be computed of a paper, so that its card says what came of it."""
    own = [one.id for one in computable(claims(state.cursor())) if one.paper_id == paper_id]
    if set(own) - set(kept_replications(state.cursor())):
        _compute(own, anew=False)


def _compute(claim_ids: Sequence[str], *, anew: bool) -> tuple[Change, ...]:
    place = st.empty()
    bar = place.progress(0.0, "Computing published numbers again")

    def show(step: str, share: float) -> None:
        bar.progress(share, f"Computing again: {step}")

    wanted = [one for one in claims(state.cursor()) if one.id in set(claim_ids)]
    run = replicate(state.cursor(), wanted, anew=anew, progress=show)
    place.empty()
    return run.changes


def claim_filters(rows: Sequence[LedgerRow], every: Sequence[LedgerRow]) -> Asked:
    """Ask what to show.

    Args:
        rows: Of which each choice is counted.
        every: All, whose words may be chosen.
    """
    names = {"status": tuple(STATUSES), "theme": _words(every, "themes"), "paper": _words(every, "paper_id"),
             "basis": tuple(BASES), "unit": tuple(UNITS)}  # fmt: skip
    from_url("q", "")
    text = st.text_input(
        "Search", key="q", icon=":material/search:", placeholder="claim or title …", max_chars=MAX_TEXT,
        help="All words must occur in the claim, its context, its id or the title of the paper",
    )  # fmt: skip
    to_url("q", "")
    asked = {name: read_several(name, options) for name, options in names.items()}
    titles = {row.claim.paper_id: short_title(row.claim.paper) for row in every}
    labels: dict[str, Mapping[str, str]] = {
        "status": dict(STATUS_WORDS.items()),
        "paper": titles,
        "theme": {one: word_label("theme", one) for one in names["theme"]},
        "basis": dict(BASIS_WORDS.items()),
    }
    for name, (label, help) in FILTERS.items():
        counts = _counts(narrow(rows, {**asked, name: []}, text), name)
        shown = partial(_counted, labels=labels.get(name, {}), counts=counts)
        draw_several(name, label, names[name], (), help, shown)
    return asked, text


def narrow(rows: Sequence[LedgerRow], asked: Mapping[str, Sequence[str]], text: str) -> tuple[LedgerRow, ...]:
    """Give the rows that meet every filter."""
    return select_rows(
        rows,
        statuses=asked["status"],
        themes=asked["theme"],
        papers=asked["paper"],
        units=asked["unit"],
        bases=asked["basis"],
        text=text,
    )


def nothing_meets(rows: Sequence[LedgerRow], asked: Mapping[str, Sequence[str]], text: str) -> None:
    """Say which filter to drop where no claim meets every one."""
    gains = [
        (len(narrow(rows, {**asked, name: []}, text)), label) for name, (label, _) in FILTERS.items() if asked[name]
    ]
    gains += [(len(narrow(rows, asked, "")), "Search")] if text else []
    gain, label = max(gains, default=(0, ""))
    step = f"Drop the filter **{label}** to see {number(gain)}." if gain else "Drop two of the filters at the left."
    empty("No claim meets every filter.", step)


def _words(rows: Sequence[LedgerRow], field: str) -> tuple[str, ...]:
    found = (getattr(row.claim, field) for row in rows)
    return tuple(sorted({one for value in found for one in ([value] if isinstance(value, str) else value)}))


def _counts(rows: Sequence[LedgerRow], name: str) -> Counter[str]:
    if name == "theme":
        return Counter(theme for row in rows for theme in row.claim.themes)
    return Counter(
        {"status": row.status, "paper": row.claim.paper_id, "basis": basis_of(row) or "", "unit": row.claim.unit or ""}[
            name
        ]
        for row in rows
    )


def _counted(word: str, labels: Mapping[str, str], counts: Mapping[str, int]) -> str:
    return f"{labels.get(word, word)} {counts.get(word, 0)}"


def theme_table(rows: Sequence[LedgerRow]) -> pl.DataFrame:
    """Count claims by theme and status; a claim counts under each theme of its paper."""
    pairs = [(word_label("theme", theme), row.status) for row in rows for theme in row.claim.themes]
    themes = sorted({theme for theme, _ in pairs}, key=lambda one: (-sum(theme == one for theme, _ in pairs), one))
    return pl.DataFrame(
        [
            {"theme": theme, "status": STATUS_WORDS[status], "claims": pairs.count((theme, status))}
            for theme in themes
            for status in STATUSES
            if (theme, status) in pairs
        ],
        schema={"theme": pl.String, "status": pl.String, "claims": pl.Int64},
    )


def theme_chart(table: pl.DataFrame) -> Draw:
    """Draw bars of claims by theme, cut by status."""
    themes = table["theme"].unique(maintain_order=True).to_list()[:MOST]
    rows = [
        {**row, "order": list(STATUS_WORDS.values()).index(row["status"])}
        for row in table.to_dicts()
        if row["theme"] in themes
    ]
    words = list(STATUS_WORDS.values())

    def draw(colours: Tokens) -> Chart:
        fills = [status_fill(status, colours) for status in STATUSES]
        scale = alt.Scale(domain=words, range=fills)
        return (
            alt.Chart(alt.Data(values=rows))
            .mark_bar(stroke=colours.unknown, strokeWidth=0.5)
            .encode(
                y=alt.Y("theme:N", sort=themes, title=None,
                        axis=alt.Axis(labelLimit=LABELS, minExtent=LABELS, ticks=False, domain=False)),
                x=alt.X("claims:Q", title="claims", axis=alt.Axis(tickMinStep=1, tickCount=6)),
                color=alt.Color("status:N", scale=scale, title=None, sort=words,
                                legend=alt.Legend(columns=2, labelLimit=140, columnPadding=2, labelOffset=2,
                                                  symbolStrokeWidth=1, symbolStrokeColor=colours.unknown)),
                order=alt.Order("order:Q"),
                tooltip=["theme:N", "status:N", "claims:Q"],
            )
            .properties(height=ROW * len(themes) + AXIS, width="container")
        )  # fmt: skip

    return draw


def status_fill(status: Status, colours: Tokens) -> str:
    """Give the colour of a status; what was not attempted is empty, with a line around it."""
    return colours.background if status == "not_attempted" else colours.of(STATUS_MEANING[status])


def theme_figure(rows: Sequence[LedgerRow]) -> None:
    """Draw what stands beside the claims, by theme of the paper."""
    table = theme_table(rows)
    themes = table["theme"].n_unique()
    counts = ", ".join(
        f"{sum(row.status == status for row in rows)} {STATUS_WORDS[status]}"
        for status in STATUSES
        if any(row.status == status for row in rows)
    )
    figure(
        theme_chart(table),
        title="Claims by theme of their paper and what stands beside them now",
        alt=f"Bars of {min(themes, MOST)} themes, cut by status; over all {len(rows)} claims: {counts}",
        caption=f"A claim counts under each theme of its paper · n = {number(len(rows))}"
        + (f" · the largest {MOST} of {themes} themes; all are in the table" if themes > MOST else ""),
        table=table,
        key="themes",
    )


def claim_table(rows: Sequence[LedgerRow]) -> None:
    """List claims; a click opens a claim's card."""
    rows = sorted(rows, key=lambda row: (STATUSES.index(row.status), row.claim.id))
    colours = tokens()
    fills = ["gray" if status == "not_attempted" else colours.of(STATUS_MEANING[status]) for status in STATUSES]
    event = st.dataframe(
        [_cells(row) for row in rows],
        hide_index=True, height=min(38 + 35 * len(rows), 520), key="claims-table", on_select="rerun",
        selection_mode="single-cell", placeholder="",
        alt=f"{len(rows)} claims with what was published and what is computed now",
        column_config={
            "claim": st.column_config.TextColumn("Claim", pinned=True, width=260),
            "status": st.column_config.MultiselectColumn(
                "Status", options=list(STATUS_WORDS.values()), color=fills, width=140
            ),
            "published": st.column_config.TextColumn("Published", width=110),
            "computed": st.column_config.TextColumn("Computed now", width=120),
            "n": st.column_config.NumberColumn("n", format="localized", width=75),
            "paper": st.column_config.TextColumn("Paper", width=190),
            "reason": st.column_config.TextColumn("Why, or what to know", width=420),
        },
    )  # fmt: skip
    for place, _ in event["selection"]["cells"]:
        st.query_params.update(id=rows[place].claim.id)
        st.rerun()


def _cells(row: LedgerRow) -> dict[str, object]:
    found = row.replication
    return {
        "claim": row.claim.text,
        "status": [STATUS_WORDS[row.status]],
        "published": f"read as {quantity(found.expected, found.unit, found.comparator)}"
        if found and found.reading
        else quantity(row.claim.published, row.claim.unit, row.claim.comparator),
        "computed": quantity(found.computed, found.unit) if found else "",
        "n": found.n if found else None,
        "paper": row.claim.paper,
        "reason": row.reason,
    }


def status_help() -> str:
    """Explain the statuses, and where the whole rule stands."""
    told = "; ".join(f"{STATUS_WORDS[status]}: {said}" for status, said in STATUS_HELP.items())
    return f"{told}. The rule, and how to add a replication: docs/ledger.md"
