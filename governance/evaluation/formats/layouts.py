"""Layouts that are recognised by their columns, and a mapping for any other file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from governance.errors import BadInput
from governance.evaluation.formats.documents import LAYOUTS as DOCUMENTS
from governance.evaluation.formats.documents import rows_of
from governance.evaluation.formats.raw import RawTable
from governance.evaluation.formats.tables import NEEDED, TABLES
from governance.evaluation.vocabulary import FORMATS, Format

CONSTANT = "="
"""Begins a mapping to a text that is the same for all rows, e.g. ``model==e5-small``."""


def _from_preference(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn AlpacaEval's preference, 1 for the first to 2 for the second, into an outcome and a share for the first."""
    stated = pl.col("preference").cast(pl.Float64, strict=False)
    plain = stated.is_between(1, 2)
    outcome = (
        pl.when(plain & (stated < 1.5)).then(pl.lit("a")).when(plain & (stated > 1.5)).then(pl.lit("b"))
        .when(stated.is_in([0.0, 1.5])).then(pl.lit("tie")).otherwise("preference")
    )  # fmt: skip
    share = pl.when(plain).then(2 - stated).when(stated == 0).then(0.5)
    return frame.with_columns(outcome=outcome, preference=share.cast(pl.String))


@dataclass(frozen=True, slots=True)
class Layout:
    """A published way to lay out a table.

    Args:
        id: Its name on the command line.
        title: Its name for people.
        format: What its rows are.
        needs: Columns by which it is recognised.
        columns: Ours, each with the names theirs may have, the first that is there is taken.
        prepare: Turns its values into ours where a name is not enough.
    """

    id: str
    title: str
    format: Format
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    prepare: Callable[[pl.DataFrame], pl.DataFrame] | None = None


def _own(format: Format) -> Layout:
    return Layout(f"own-{format}", f"Touchstone's {format}", format, NEEDED[format],
                  {name: (name,) for name in TABLES[format]})  # fmt: skip


_ALPACA = {
    "outcome": ("outcome",), "preference": ("preference",), "judge": ("annotator",), "category": ("dataset",),
    "length_a": ("len_a",), "length_b": ("len_b",),
}  # fmt: skip
LAYOUTS: tuple[Layout, ...] = (
    *map(_own, FORMATS),
    Layout("chatbot-arena", "Chatbot Arena", "battles", ("model_a", "model_b", "winner"), {
        "model_a": ("model_a",), "model_b": ("model_b",), "outcome": ("winner",), "judge": ("judge", "judge_hash"),
        "prompt": ("question_id", "evaluation_session_id", "conversation_id"), "language": ("language",),
        "category": ("category",), "day": ("tstamp", "timestamp"),
    }),
    Layout("llmfao", "LLMFAO", "battles", ("prompt", "left", "right", "winner", "model_x", "model_y"), {
        "model_a": ("left",), "model_b": ("right",), "outcome": ("winner",), "judge": ("worker",),
        "prompt": ("prompt",),
    }),
    Layout("evalica", "Evalica", "battles", ("left", "right", "winner"), {
        "model_a": ("left",), "model_b": ("right",), "outcome": ("winner",), "weight": ("weight",),
    }),
    Layout("alpaca-eval", "AlpacaEval", "battles", ("generator_1", "generator_2", "preference"), {
        "model_a": ("generator_1",), "model_b": ("generator_2",), **_ALPACA,
    }, _from_preference),
    Layout("alpaca-eval-pairs", "AlpacaEval, gathered", "battles", ("model_a", "model_b", "preference", "annotator"), {
        "model_a": ("model_a",), "model_b": ("model_b",), "prompt": ("prompt_id",), **_ALPACA,
    }, _from_preference),
    Layout("mteb-table", "MTEB results (table)", "scores", ("main_score",), {
        "model": ("model", "model_name"), "task": ("task", "task_name"), "split": ("split",),
        "subset": ("hf_subset", "subset"), "language": ("language", "languages"), "score": ("main_score",),
        "seconds": ("evaluation_time_s", "evaluation_time"), "co2e_kg": ("kg_co2", "kg_co2_emissions"),
        "metric": (f"{CONSTANT}main_score",),
    }),
)  # fmt: skip
"""In the order in which they are tried."""

ALIASES: dict[str, tuple[str, ...]] = {
    "model_a": ("left", "modelone", "model1", "modelx", "generator1", "first", "playera", "systema", "itemx"),
    "model_b": ("right", "modeltwo", "model2", "modely", "generator2", "second", "playerb", "systemb", "itemy"),
    "outcome": ("winner", "result", "vote", "label", "verdict", "choice"),
    "judge": ("annotator", "worker", "user", "userid", "rater", "judgeid", "evaluator", "contributor"),
    "prompt": ("question", "questionid", "promptid", "instructionid", "itemid"),
    "language": ("lang", "languages", "locale"), "category": ("type", "topic", "domain"),
    "day": ("date", "timestamp", "tstamp", "time", "createdat"), "weight": ("count",),
    "length_a": ("lena",), "length_b": ("lenb",),
    "model": ("modelname", "system", "name", "generator"),
    "task": ("benchmark", "dataset", "taskname", "evaluation"), "subset": ("split", "hfsubset", "category"),
    "metric": ("metricname", "measure"), "score": ("value", "mainscore", "result", "accuracy"),
    "n": ("samples", "size", "support", "numsamples"), "rater": ("scorer", "judge", "annotator"),
    "scored_at": ("date", "timestamp", "scoredon"), "seconds": ("evaluationtime",),
    "co2e_kg": ("kgco2", "co2"), "item": ("id", "itemid", "example", "exampleid", "sampleid", "index"),
    "group": ("subgroup", "class", "slice"), "run": ("seed", "model", "modelname"), "device": ("chip", "gpu"),
    "method": ("compression", "technique"), "label": ("target", "gold", "truth", "answer"),
    "prediction": ("pred", "predicted", "output", "response"),
}  # fmt: skip
"""Names that other files give to our columns, without marks and capitals."""


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A table under our names, still as texts.

    Args:
        frame: One column a column of the format that the file has; rows as in the file.
        format: What its rows are.
        layout: Id of the layout that was recognised; ``None``: mapped by hand or by guess.
        mapping: Ours to theirs.
        unused: Columns of the file that nothing was taken from.
    """

    frame: pl.DataFrame
    format: Format
    layout: str | None
    mapping: dict[str, str]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What a table seems to be.

    Args:
        format: What its rows are.
        layout: Id of the layout that was recognised; ``None``: guessed.
        mapping: Ours to theirs; a column that is needed may be missing.
        frame: The table with its values as ours where the layout is known.
    """

    format: Format
    layout: str | None
    mapping: dict[str, str]
    frame: pl.DataFrame


def recognise(names: Sequence[str], format: Format | None = None) -> Layout | None:
    """Find the layout of a table by its columns.

    >>> recognise(["model_a", "model_b", "winner", "judge", "tstamp"]).id
    'chatbot-arena'
    """
    here = {name.casefold() for name in names}
    fits = (one for one in LAYOUTS if format in (None, one.format) and here.issuperset(one.needs))
    return next(fits, None)


def layout_title(layout: str | None) -> str:
    """Name a layout for people."""
    titles = {**{one.id: one.title for one in LAYOUTS}, **DOCUMENTS}
    return titles.get(layout or "", "columns mapped")


def guess(names: Sequence[str], format: Format) -> dict[str, str]:
    """Guess which columns are ours, by names without marks and capitals; each is taken once.

    >>> guess(["Model A", "ModelB", "Winner", "notes"], "battles")
    {'model_a': 'Model A', 'model_b': 'ModelB', 'outcome': 'Winner'}
    """
    left = {_plain(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    alike: Mapping[str, tuple[str, ...]] = {ours: (_plain(ours),) for ours in TABLES[format]}
    for names_of in (alike, ALIASES):
        for ours in TABLES[format]:
            theirs = next((name for name in names_of.get(ours, ()) if name in left), None)
            if ours not in found and theirs is not None:
                found[ours] = left.pop(theirs)
    return {ours: found[ours] for ours in TABLES[format] if ours in found}


def propose(raw: RawTable, format: Format | None = None, given: Mapping[str, str] | None = None) -> Proposal:
    """Find what a table is and how its columns map; what is needed may still be missing.

    Args:
        raw: As it was read.
        format: What its rows are; ``None``: found from its columns.
        given: Ours to theirs, over what is recognised or guessed; ``=text`` sets all rows, an empty text leaves out.

    Raises:
        BadInput: It fits no format, or is of another than was asked.
    """
    asked = dict(given or {})
    if raw.documents:
        layout, frame = rows_of(raw.documents, raw.where)
        if format not in (None, "scores"):
            raise BadInput(f"it holds scores, not {format}", raw.where, "choose the format scores")
        known: dict[str, str] = {name: name for name in frame.columns if not frame[name].is_null().all()}
        return Proposal("scores", layout, {**known, **asked}, frame)
    found = recognise(raw.frame.columns, format)
    if found is None:
        kind = format or _format_of(raw, asked)
        return Proposal(kind, None, {**guess(raw.frame.columns, kind), **asked}, raw.frame)
    there = {name.casefold(): name for name in raw.frame.columns}
    frame = raw.frame.rename({name: key for key, name in there.items()})
    frame = frame if found.prepare is None else found.prepare(frame)
    there.update({name: name for name in frame.columns if name not in there})
    known = {}
    for ours, names in found.columns.items():
        theirs = next((name for name in names if name in there or name.startswith(CONSTANT)), None)
        if theirs is not None:
            known[ours] = there.get(theirs, theirs)
    return Proposal(
        found.format, found.id, {**known, **asked}, frame.rename({name: there[name] for name in frame.columns})
    )


def map_table(raw: RawTable, format: Format | None = None, given: Mapping[str, str] | None = None) -> Mapped:
    """Put a table under our names.

    Args:
        raw: As it was read.
        format: What its rows are; ``None``: found from its columns.
        given: Ours to theirs, over what is recognised or guessed; ``=text`` sets all rows, an empty text leaves out.

    Raises:
        BadInput: It is of no format, a column named is not there, or one that is needed is missing.
    """
    plan = propose(raw, format, given)
    kept = {ours: theirs for ours, theirs in plan.mapping.items() if theirs}
    has = ", ".join(plan.frame.columns[:20])
    for ours, theirs in kept.items():
        if ours not in TABLES[plan.format]:
            fix = f"use one of {', '.join(TABLES[plan.format])}"
            raise BadInput(f"'{ours:.60}' is no column of {plan.format}", f"{raw.where}, mapping", fix)
        if theirs in raw.nested:
            what = f"the column '{theirs:.60}' holds lists or objects"
            raise BadInput(what, raw.where, "map a column of plain values")
        if not theirs.startswith(CONSTANT) and theirs not in plan.frame.columns:
            raise BadInput(f"there is no column '{theirs:.60}'", f"{raw.where}, mapping", f"it has {has}")
    missing = [name for name in NEEDED[plan.format] if name not in kept]
    if missing:
        fix = f"map it, e.g. {missing[0]}=THEIRS, or {missing[0]}==TEXT for all rows; the file has {has}"
        raise BadInput(f"nothing is mapped to '{missing[0]}'", f"{raw.where}, line 1", fix)
    ordered = {name: kept[name] for name in TABLES[plan.format] if name in kept}
    columns = [
        pl.lit(theirs[1:], pl.String).alias(ours) if theirs.startswith(CONSTANT) else pl.col(theirs).alias(ours)
        for ours, theirs in ordered.items()
    ]
    height = pl.int_range(pl.len()).alias("row")  # so that a text for all rows has their number
    unused = tuple(name for name in (*raw.frame.columns, *raw.nested) if name not in set(kept.values()))
    frame = plan.frame.select(height, *columns).drop("row")
    return Mapped(frame, plan.format, plan.layout, ordered, unused)


def _format_of(raw: RawTable, asked: Mapping[str, str]) -> Format:
    for format in FORMATS:
        if {*guess(raw.frame.columns, format), *asked}.issuperset(NEEDED[format]):
            return format
    needs = "; ".join(f"{format}: {', '.join(NEEDED[format])}" for format in FORMATS)
    raise BadInput("the columns fit no format", f"{raw.where}, line 1", f"name the format and map columns ({needs})")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
