"""The views of languages that compare parts of the items, and kinds of raters; each with a SYNTHETIC example."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import streamlit as st

from app.components.bump_chart import Path, bump_chart
from app.components.feedback import empty
from app.components.figure import figure
from app.components.frame import headings, source_line
from app.components.language_charts import null_chart, rater_chart, short, short_names
from app.components.language_views import NAMED, Head
from app.components.language_words import (
    PUBLISHED_DROP,
    culture_answer,
    culture_report,
    rater_answer,
    rater_report,
    rater_table,
    source_words,
)
from app.components.score_inputs import Asked, chosen, pick, score_inputs
from app.components.url_state import from_url, to_url
from governance.errors import BadInput
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.groups.chosen import unit_name
from governance.evaluation.groups.culture import RESAMPLES, Culture, culture, guess_parts
from governance.evaluation.groups.examples import culture_example, raters_example, template_csv
from governance.evaluation.groups.ranks import TIE_RULES, TieRule
from governance.evaluation.groups.raters import RESAMPLES as DRAWS
from governance.evaluation.groups.raters import RaterGap, human_raters, rater_gaps

EVERY = "all languages"
TIE_LABELS: dict[str, str] = {
    "min": "Best place for all", "first": "Order of the rows", "average": "Mean place for all"
}  # fmt: skip
SYNTHETIC = "These scores are SYNTHETIC: made here with a planted answer, to show what the page does."


def culture_view(opened: EvaluationSet) -> None:
    """Draw rankings on all, sensitive and agnostic items, beside random parts."""
    opened, synthetic = _or_example(opened, bool(guess_parts(_subsets(opened))[0]), culture_example)
    card = opened.card
    with st.sidebar:
        asked = score_inputs(opened, task=False)
        figures = chosen(opened.frame, card.id, card.version, asked)
        subsets = sorted(figures.rows["subset"].drop_nulls().unique())
        guessed = guess_parts(subsets)
        sensitive = _several("sensitive", "Culturally sensitive", subsets, guessed[0])
        agnostic = _several("agnostic", "Culturally agnostic", subsets, guessed[1])
        codes = sorted(figures.rows["language"].unique())
        language = pick("lang", "Language", [EVERY, *codes], EVERY, "All, or one",
                        lambda one: one if one == EVERY else unit_name(one))  # fmt: skip
        ties = _ties("average")
        seed = _seed()
    if not sensitive:
        Head("**No subset is chosen as culturally sensitive.**").draw()
        empty("Nothing to compare.", "Choose values of the column subset at the left, or the synthetic example.")
        return
    rows = figures.of_languages([] if language == EVERY else [language])
    found = _culture(rows, card.id, card.version, language, asked, tuple(sensitive), tuple(agnostic), ties, seed)
    Head(culture_answer(found, synthetic), lambda: culture_report(card, figures, found, synthetic)).draw()
    _said(opened, synthetic)
    setting = (
        f"ranks of ties: {ties} · a unit counts: {found.weights} · {found.resamples} random parts, seed {found.seed}"
    )
    parts = pl.DataFrame([one.model_dump() for one in found.parts], infer_schema_length=None)
    figure(
        null_chart(found), title="How far a part of the items moves the ranking", key="null",
        alt=culture_answer(found, synthetic).replace("**", ""), table=parts,
        caption=f"Band: 95% of random parts as large · n = {found.units} units, {len(found.models)} models · {setting}",
    )  # fmt: skip
    for one in found.parts:
        if one.reason:
            st.info(f"The {one.name} part cannot be tested: {one.reason}.")
    _culture_ranks(found)
    shown = pl.DataFrame([one.model_dump() for one in found.models]).select(
        "model", "full", "sensitive", "agnostic", rank="rank_full", on_sensitive="rank_sensitive",
        on_agnostic="rank_agnostic",
    )  # fmt: skip
    st.dataframe(
        shown.rename({**headings(shown), "on_sensitive": "Rank on sensitive", "on_agnostic": "Rank on agnostic"}),
        hide_index=True, key="culture-models",
        column_config=dict.fromkeys(("Full", "Sensitive", "Agnostic"), st.column_config.NumberColumn(format="%.3f")),
    )  # fmt: skip
    source_line(source_words(card), setting, n=found.units)


def _culture_ranks(found: Culture) -> None:
    rows = [(one.model, one.rank_agnostic, one.rank_full, one.rank_sensitive) for one in found.models]
    whole = all(row[1] is not None for row in rows)
    rankings = ["agnostic", "all", "sensitive"] if whole else ["all", "sensitive"]
    names = short_names([one.model for one in found.models])
    paths = [(names[row[0]], tuple(float(place) for place in row[1:] if place is not None)) for row in rows]
    far = sorted(paths, key=lambda path: -(max(path[1]) - min(path[1])))[: NAMED + 4]
    figure(
        bump_chart([Path(name, ranks, (name, ranks) in far) for name, ranks in paths], rankings),
        title=f"Ranks on {', '.join(rankings)} items", key="culture-ranks",
        alt="Lines of each model's rank on the parts; most moved: " + ", ".join(name for name, _ in far[:3]),
        caption=f"Named: the {len(far)} that move most · colour: first column against the last",
        table=pl.DataFrame([{"model": name, **dict(zip(rankings, ranks, strict=True))} for name, ranks in paths]),
    )  # fmt: skip


def people_view(opened: EvaluationSet) -> None:
    """Draw the drop that people see beside the one that metrics see."""
    raters = opened.frame["rater"].drop_nulls().unique().to_list()
    opened, synthetic = _or_example(opened, bool(human_raters(raters)), raters_example)
    card, frame = opened.card, opened.frame
    raters = sorted(frame["rater"].drop_nulls().unique())
    models = sorted(frame["model"].unique())
    if len(models) < 2 or len(raters) < 2:
        Head("**Two models and two raters are needed.**").draw()
        empty("This set has too few of either.", "Choose the synthetic example at the left, or another set.")
        return
    with st.sidebar:
        base = pick("base", "Base", models, models[0], "The model before, e.g. at full precision")
        new = pick("new", "Set against it", models, models[1], "The model after")
        human = _several("human", "Raters who are people", raters, human_raters(raters))
        seed = _seed()
    found = _gaps(frame, card.id, card.version, base, new, tuple(human), seed)
    Head(rater_answer(found, synthetic), lambda: rater_report(card, found, synthetic, seed, DRAWS)).draw()
    _said(opened, synthetic)
    setting = f"95%: shares drawn again with their n, {DRAWS} times, seed {seed}"
    figure(
        rater_chart(found), title=f"{short(new)} against {short(base)}, relative change", key="raters",
        alt=rater_answer(found, synthetic).replace("**", ""), table=rater_table(found),
        caption=f"Whiskers: {setting} · n in the table",
    )  # fmt: skip
    for one in found:
        if one.reason:
            st.caption(f"{one.name}: {one.reason}.")
    shown = rater_table(found)
    decimals = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        shown.rename(headings(shown)), hide_index=True, key="rater-table",
        column_config={headings(shown)[name]: decimals for name in shown.columns if shown[name].dtype == pl.Float64},
    )  # fmt: skip
    st.markdown(PUBLISHED_DROP)
    source_line(source_words(card), setting, n=frame.height)


@st.cache_resource(show_spinner="Drawing random parts", max_entries=16)
def _culture(
    _rows: pl.DataFrame, set_id: str, version: str, language: str, asked: Asked, sensitive: tuple[str, ...],
    agnostic: tuple[str, ...], ties: TieRule, seed: int,
) -> Culture:  # fmt: skip
    return culture(
        _rows, sensitive, agnostic, better=asked.better or "higher", ties=ties, resamples=RESAMPLES, seed=seed
    )


@st.cache_resource(show_spinner="Drawing the shares again", max_entries=16)
def _gaps(
    _frame: pl.DataFrame, set_id: str, version: str, base: str, new: str, human: tuple[str, ...], seed: int
) -> tuple[RaterGap, ...]:  # fmt: skip
    return rater_gaps(_frame, base, new, human, seed=seed)


@st.cache_resource(show_spinner=False)
def _example(make: str) -> EvaluationSet:
    return culture_example() if make == "culture_example" else raters_example()


def _or_example(
    opened: EvaluationSet, usable: bool, make: Callable[[], EvaluationSet]
) -> tuple[EvaluationSet, bool]:  # fmt: skip
    usual = "0" if usable else "1"
    from_url("example", usual, _zero_or_one, read=lambda text: text == "1")
    with st.sidebar:
        st.toggle(
            "Synthetic example", key="example", help="Made here with a planted answer; on where the set lacks them"
        )
    synthetic = to_url("example", usual, write=lambda on: "1" if on else "0") == "1"
    return (_example(make.__name__), True) if synthetic else (opened, False)


def _said(opened: EvaluationSet, synthetic: bool) -> None:
    if synthetic:
        row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
        row.warning(SYNTHETIC, icon=":material/science:", width="stretch")
        row.download_button(
            "Template", lambda: template_csv(opened), f"{opened.card.id}.csv", "text/csv", key="template",
            on_click="ignore", icon=":material/download:", help="Its first rows as CSV: overwrite them with your own",
        )  # fmt: skip


def _several(key: str, label: str, options: list[str], usual: list[str]) -> list[str]:
    from_url(key, "|".join(usual), read=lambda text: [one for one in text.split("|") if one in options])
    if any(one not in options for one in st.session_state[key]):  # chosen for another set
        st.session_state[key] = usual
    st.multiselect(label, options, key=key, help="Values of the set", placeholder="None")
    to_url(key, "|".join(usual), write=lambda kept: "|".join(kept) or " ")
    return list(st.session_state[key])


def _ties(usual: TieRule) -> TieRule:
    words = pick("ties", "Ties", list(TIE_RULES), usual, "Ranks of models of the same score", TIE_LABELS.__getitem__)
    return next(rule for rule in TIE_RULES if rule == words)


def _seed() -> int:
    from_url("seed", "0", _whole, read=int)
    st.number_input("Seed", 0, 2**31 - 1, key="seed", step=1, help="Of the random draws")
    return int(to_url("seed", "0"))


def _whole(text: str) -> None:
    if not text.isascii() or not text.isdigit() or int(text) >= 2**31:
        raise BadInput(f"'{text:.40}' is no seed", "address, seed", "give a whole number from 0")


def _zero_or_one(text: str) -> None:
    if text not in ("0", "1"):
        raise BadInput(f"'{text:.40}' is neither 0 nor 1", "address, example", "give 0 or 1")


def _subsets(opened: EvaluationSet) -> list[str]:
    return opened.frame["subset"].drop_nulls().unique().to_list()
