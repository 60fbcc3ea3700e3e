"""Words, tables and cards of the evidence review."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from app.components import state
from app.components.feedback import empty, show_error
from app.components.figure import figure
from app.components.frame import number, plain
from app.components.review_charts import (
    DIRECTION_MEANING,
    SIGN_WORDS,
    map_chart,
    map_table,
    step_label,
    timeline_chart,
    timeline_table,
)
from app.components.url_state import from_url, hold, to_url
from app.theme import BADGE
from governance.assessment.studies import delete_study
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_review import RULES, Contradiction, StudyMap, contradictions, quality
from governance.assessment.study_vocabulary import (
    COMPARATOR_LABELS,
    DIRECTION_LABELS,
    LIMITATION_LABELS,
    METHOD_LABELS,
    NOT_STATED,
    WHOLE,
)
from governance.assessment.vocabulary import Direction
from governance.catalogue.selection import choice
from governance.errors import NotFound, TouchstoneError

ANY = "any"
MARKS = {"yes": "yes", "no": "no", "not_stated": "not stated"}
SHIPPED = "shipped studies: metadata from abstracts and publishers, a few and not complete"


def answer(laid: StudyMap) -> str:
    """Say in a line what the studies of a threat model come to, and how much nobody studied."""
    if not laid.n:
        return f"**No study of this threat model is kept here.** All {number(len(laid.cells))} cells are empty."
    told = [f"{laid.directions[one]} {word}" for one, word in _FOUND.items() if laid.directions[one]]
    many = "study" if laid.n == 1 else "studies"
    empty_cells = f"{number(laid.empty)} of {number(len(laid.cells))} cells are empty."
    return f"**{number(laid.n)} {many}: {', '.join(told)}.** {empty_cells}"


_FOUND: dict[Direction, str] = {
    "increase": "found an increase",
    "no_detectable_increase": "found none they could detect",
    "mixed": "mixed",
    "not_tested": "did not test it",
}


def map_view(laid: StudyMap, records: Sequence[StudyRecord]) -> None:
    """Draw the heat map, and beneath it the studies of the chosen cells."""
    told = ", ".join(f"{DIRECTION_LABELS[one]} {count}" for one, count in laid.directions.items())
    figure(
        map_chart(laid),
        title="Studies by step of the chain and by what they compared with",
        alt=f"Heat map of {len(laid.steps)} steps by {len(laid.comparators)} comparators: {laid.n} studies, "
        f"{laid.empty} empty cells. {told}. Counts in the table.",
        caption=f"n = {laid.n} · a study of two steps stands in two cells · {SIGN_WORDS}",
        table=map_table(laid),
        key="map",
    )
    here = [one for one in records if one.study.threat_model == laid.threat_model]
    steps, columns = (ANY, *laid.steps), (ANY, *laid.comparators)
    from_url("step", ANY, lambda value: choice(value, steps, "option step"))
    from_url("with", ANY, lambda value: choice(value, columns, "option with"))
    left, right = st.columns(2)
    left.selectbox(
        "Step", steps, key="step", format_func=lambda one: "Any step" if one == ANY else step_label(one),
        help="Show the studies of one row of the map",
    )  # fmt: skip
    right.selectbox(
        "Compared with", columns, key="with",
        format_func=lambda one: "Anything" if one == ANY else COMPARATOR_LABELS[one],
        help="Show the studies of one column of the map",
    )  # fmt: skip
    step, column = to_url("step", ANY), to_url("with", ANY)
    found = [
        one
        for one in here
        if step in (ANY, *(one.study.steps or (WHOLE,))) and column in (ANY, one.study.comparator or NOT_STATED)
    ]
    if not found:
        empty("Nobody studied this.", "An empty cell is a finding of its own. Choose another cell, or add a study.")
        return
    studies_table(found)
    study_chooser(found, [one.id for one in records])


def studies_table(found: Sequence[StudyRecord]) -> None:
    """List studies, the newest first."""
    rows = []
    for one in found:
        study, judged = one.study, quality(one)
        rows.append(
            {
                "study": study.title,
                "published": study.published or "not stated",
                "found": DIRECTION_LABELS[study.direction],
                "effect": effect(one),
                "n": study.n,
                "method": METHOD_LABELS[study.method],
                "criteria": f"{judged.met} of {judged.judged}",
                "from": origin(one),
            }
        )
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="studies", height="content",
        placeholder="not stated", alt=f"{len(found)} studies, the newest first",
        column_config={
            "study": st.column_config.TextColumn("Study", pinned=True, width=300),
            "published": st.column_config.TextColumn("Published", width=95),
            "found": st.column_config.TextColumn("Found", width=155),
            "effect": st.column_config.TextColumn("Effect", width=160, help="With its interval, where there is one"),
            "n": st.column_config.NumberColumn("n", width=70, help="Participants or items"),
            "method": st.column_config.TextColumn("Method", width=190),
            "criteria": st.column_config.TextColumn("Criteria met", width=105, help="Of those that can be judged"),
            "from": st.column_config.TextColumn("From", width=120),
        },
    )  # fmt: skip


def study_chooser(found: Sequence[StudyRecord], known: Collection[str]) -> None:
    """Choose one of the studies found and show its card; ``known`` are the ids of all."""
    ids = [one.id for one in found]
    by_id = {one.id: one for one in found}
    if (asked := st.query_params.get("id", ids[0])) not in ids:
        del st.query_params["id"]
        if asked not in known:
            show_error(NotFound(f"there is no study '{asked:.60}'", "address, id", "choose one below"))
    if st.session_state.get("id") not in ids:
        st.session_state.pop("id", None)
    from_url("id", ids[0])
    hold("id")
    st.selectbox(
        "Study", ids, key="id", help="Show all that is kept of one study",
        format_func=lambda key: f"{by_id[key].study.published or 'no date'} · {by_id[key].study.title}"[:110],
    )  # fmt: skip
    study_card(by_id[to_url("id", ids[0])])


def study_card(one: StudyRecord) -> None:
    """Show one study: its finding, what is stated, and what is not."""
    study, judged = one.study, quality(one)
    with st.container(border=True):
        colour = BADGE[DIRECTION_MEANING[study.direction]]
        st.markdown(f"**{plain(study.title)}**  \n{plain(study.authors or 'authors not stated')}")
        st.markdown(f":{colour}-badge[{DIRECTION_LABELS[study.direction]}] {plain(study.finding)}")
        facts = _facts(one)
        left, right = st.columns(2)
        for column, part in ((left, facts[::2]), (right, facts[1::2])):
            column.markdown("\n".join(f"- {label}: **{plain(value)}**" for label, value in part))
        said = " · ".join(f"{rule.label}: {MARKS[rule.judged]}" for rule in judged.criteria)
        st.caption(f"Meets {judged.met} of the {judged.judged} criteria that can be judged. {said}")
        row = st.container(horizontal=True, vertical_alignment="center")
        if study.url:
            row.link_button("Read it", study.url, icon=":material/open_in_new:", help="Opens where it is published")
        if one.origin == "own":
            row.button(
                "Edit", icon=":material/edit:", key="study-edit", help="Change what is kept; earlier versions stay",
                on_click=st.query_params.update, args=({"show": "add", "edit": one.id},),
            )  # fmt: skip
            with row.popover("Delete", icon=":material/delete:", help="Take this study out of the review"):
                st.markdown("Delete this study? The trail keeps that it was there.")
                st.button(
                    "Delete for good", icon=":material/delete_forever:", key="study-delete", on_click=_delete,
                    args=(one,),
                )  # fmt: skip


def timeline_view(records: Sequence[StudyRecord]) -> None:
    """Draw findings over time, and list which contradict which."""
    pairs = contradictions(records)
    undated = sum(not one.study.published for one in records)
    if len(records) == undated:
        empty("No study here has a date.", "Add one with the day, month or year in which it came out.")
        return
    figure(
        timeline_chart(records, pairs),
        title="Findings by direction and date of publication",
        alt=f"{len(records) - undated} studies over time in rows by direction; {len(pairs)} pairs point opposite ways",
        caption=" · ".join(
            [
                f"n = {len(records) - undated}",
                *([f"{undated} without a date left out"] if undated else []),
                "dashed: two studies of the same step point opposite ways",
            ]
        ),
        table=timeline_table(records),
        key="timeline",
    )
    if pairs:
        st.markdown(f"**{number(len(pairs))} pairs contradict each other.** Both stay; nothing is averaged.")
        _pairs_table(pairs, {one.id: one for one in records})
    else:
        empty("No two studies here contradict each other.", "Add one, or choose another threat model.")


def criteria_view(records: Sequence[StudyRecord], least_n: int) -> None:
    """Show each study against each criterion."""
    if not records:
        empty("There is no study to judge.", "Add one, or choose another threat model.")
        return
    rows = []
    for one in records:
        judged = quality(one, least_n)
        rows.append(
            {
                "study": f"{one.study.title} ({one.study.published or 'no date'})",
                "met": f"{judged.met} of {judged.judged}",
                **{rule.label: MARKS[rule.judged] for rule in judged.criteria},
            }
        )
    st.markdown("**Every criterion counts the same. What is not stated is not judged.**")
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None), hide_index=True, key="criteria", height="content",
        alt=f"{len(rows)} studies by {len(RULES)} criteria: yes, no or not stated",
        column_config={
            "study": st.column_config.TextColumn("Study", pinned=True, width=260),
            "met": st.column_config.TextColumn("Met", width=70, help="Of those that can be judged"),
            **{rule.label: st.column_config.TextColumn(rule.label, help=rule.why, width=125) for rule in RULES},
        },
    )  # fmt: skip
    st.markdown("\n".join(f"- **{rule.label}**: {rule.why[:1].lower()}{rule.why[1:]}." for rule in RULES))


def effect(one: StudyRecord) -> str:
    """Write an effect with its interval, as stated.

    >>> from governance.assessment.study_records import Study
    >>> made = Study(
    ...     title="A",
    ...     threat_model="TM1",
    ...     method="benchmark",
    ...     finding="B.",
    ...     direction="mixed",
    ...     value=4.16,
    ...     low=2.63,
    ...     high=6.87,
    ...     unit="times",
    ... )
    >>> effect(StudyRecord(id="a", study=made))
    '4.16 (2.63 to 6.87) times'
    """
    study = one.study
    if study.value is None:
        return "not stated"
    interval = "" if study.low is None else f" ({study.low:g} to {study.high:g})"
    return f"{study.value:g}{interval} {study.unit}".strip()


def origin(one: StudyRecord) -> str:
    """Say where a record comes from."""
    if one.origin == "own":
        return "yours"
    return f"{one.source}, read" if one.state == "verified" else "recalled"


def _facts(one: StudyRecord) -> list[tuple[str, str]]:
    study = one.study
    unknown = "not stated"

    def told(value: bool | None) -> str:
        return unknown if value is None else ("yes" if value else "no")

    return [
        ("Steps", ", ".join(map(step_label, study.steps)) or "no single one"),
        ("Compared with", COMPARATOR_LABELS[study.comparator or NOT_STATED]),
        ("Method", METHOD_LABELS[study.method]),
        (
            "Participants or items",
            f"{number(study.n) if study.n is not None else unknown}, {study.expertise or unknown}",
        ),
        ("Measured", study.measure or unknown),
        ("Effect", effect(one)),
        ("Models", ", ".join(study.models) or unknown),
        ("Safeguards", study.safeguards or unknown),
        ("Limits as we see them", ", ".join(LIMITATION_LABELS[limit] for limit in study.limitations) or "none noted"),
        ("States its own limits", told(study.limits_stated)),
        ("Can be repeated", study.transparency or unknown),
        ("Independent of the maker", told(study.independent)),
        ("Published", study.published or unknown),
        ("Reviewed", f"{study.reviewed or unknown}, {study.reviewer or one.author or 'reviewer not stated'}"),
        ("From", origin(one)),
        ("DOI or arXiv", study.doi or unknown),
    ]


def _pairs_table(pairs: Sequence[Contradiction], by_id: dict[str, StudyRecord]) -> None:
    def name(key: str) -> str:
        study = by_id[key].study
        return f"{study.published or 'no date'} · {study.title}"

    rows = [
        {
            "newer": name(pair.newer), "found": DIRECTION_LABELS[pair.newer_direction],
            "older": name(pair.older), "had found": DIRECTION_LABELS[pair.older_direction],
            "steps": ", ".join(map(step_label, pair.steps)) or "one speaks of the whole chain",
        }
        for pair in pairs
    ]  # fmt: skip
    st.dataframe(
        pl.DataFrame(rows), hide_index=True, key="pairs", height="content", alt=f"{len(pairs)} contradicting pairs",
        column_config={
            "newer": st.column_config.TextColumn("Newer", pinned=True, width=300),
            "found": st.column_config.TextColumn("Found", width=155),
            "older": st.column_config.TextColumn("Older", width=300),
            "had found": st.column_config.TextColumn("Had found", width=155),
            "steps": st.column_config.TextColumn("Steps", width=190),
        },
    )  # fmt: skip


def _delete(one: StudyRecord) -> None:
    try:
        delete_study(state.workbench(), one.id, datetime.now(UTC))
    except TouchstoneError as error:
        show_error(error)
        return
    st.query_params.pop("id", None)
    st.toast(f"Deleted **{plain(one.study.title)}**.", icon=":material/delete:")
