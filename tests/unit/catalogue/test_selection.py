"""A selection is the same thing in the URL, the manifest and the widgets."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.selection import (
    MAX_TEXT,
    MAX_VALUES,
    SORTS,
    Selection,
    choice,
    read_bounds,
    selection_from_mapping,
    write_bounds,
)
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.errors import BadInput

WORDS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(
        [
            "a&b=c",
            "a;b",
            "a+b c",
            "%41%",
            "#x?",
            "\u202eabc",
            "\x00",
            "unknown",
            "..",
            "=HYPERLINK(1)",
            "<script>",
            "\N{GRINNING FACE}",
            "x" * 10_000,
        ]
    ),
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def bounds(draw):
    low, high = sorted((draw(NUMBERS), draw(NUMBERS)))
    return draw(st.sampled_from([(low, high), (low, None), (None, high), (low, low)]))


COUNTED = [facet.field for facet in DATASET_FACETS if facet.kind != "range"]
RANGED = [facet.field for facet in DATASET_FACETS if facet.kind == "range"]
SELECTIONS = st.fixed_dictionaries(
    {},
    optional={
        "snapshot": st.sampled_from(SNAPSHOTS),
        "policy": WORDS,
        "text": st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        "values": st.dictionaries(st.sampled_from(COUNTED), st.lists(WORDS, max_size=4).map(tuple), max_size=4),
        "ranges": st.dictionaries(st.sampled_from(RANGED), bounds(), max_size=3),
        "ids": st.one_of(st.none(), st.lists(WORDS, max_size=4).map(tuple)),
        "sort": st.sampled_from(SORTS),
        "descending": st.booleans(),
    },
)


@given(SELECTIONS)
def test_url_and_back_is_the_identity(fields):
    selection = Selection.build(**fields)
    query = selection.to_query()
    assert query.isascii()
    assert Selection.from_query(query) == selection
    assert Selection.from_query(selection.to_pairs()) == selection
    assert Selection.from_query(query).to_query() == query


@given(SELECTIONS)
def test_manifest_and_back_is_the_identity(fields):
    selection = Selection.build(**fields)
    assert selection_from_mapping(json.loads(json.dumps(selection.model_dump(mode="json")))) == selection


@given(bounds())
def test_bounds_and_back(pair):
    assert read_bounds(write_bounds(pair), "year") == pair


@given(st.text(max_size=200))
def test_any_query_is_read_or_refused(query):
    try:
        selection = Selection.from_query(query)
    except BadInput:
        return
    assert Selection.from_query(selection.to_query()) == selection


def test_the_same_choice_is_the_same_selection_however_it_came():
    one = Selection.from_query("task=b&language=swh&task=a&task=b")
    other = Selection(values={"language": ("swh",), "task": ("a", "b"), "creator": ()})
    assert one == other
    assert one.to_query() == "language=swh&task=a&task=b"


def test_defaults_are_left_out_of_the_url():
    assert Selection().to_query() == ""
    assert Selection.from_query("") == Selection()
    assert Selection.from_query("snapshot=current&policy=audit&q=&sort=name&year=") == Selection()


def test_no_ids_and_all_ids_differ():
    assert Selection(ids=()) != Selection()
    assert Selection.from_query(Selection(ids=()).to_query()).ids == ()
    assert Selection.from_query(Selection(ids=("", "a", "a")).to_query()).ids == ("a",)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("2019..2023", (2019, 2023)),
        ("2019..", (2019, None)),
        ("..2023", (None, 2023)),
        ("2019", (2019, 2019)),
        ("..", (None, None)),
        ("1e3..2e3", (1000, 2000)),
        ("-5..-1", (-5, -1)),
    ],
)
def test_ranges(text, pair):
    assert read_bounds(text, "year") == pair


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "year=abc",
        "year=2019..&year=..2023",
        "q=a&q=b",
        "snapshot=current&snapshot=2023-10-25",
        "sort=name&sort=-name",
        "year=2023..2019",
        "year=1..2..3",
        "year=nan",
        "year=inf..",
        "year=..1e999",
        "snapshot=2022",
        "sort=colour",
        "sort=",
        "sort=--name",
        "language[]=x",
        "values=x",
        "q=" + "x" * (MAX_TEXT + 1),
        "&".join(f"task={n}" for n in range(MAX_VALUES + 1)),
    ],
)
def test_queries_that_are_refused(query):
    with pytest.raises(BadInput) as caught:
        Selection.from_query(query)
    assert caught.value.fix


@pytest.mark.parametrize(
    "fields",
    [
        {"colour": "red"},
        {"values": {"year": ("2019",)}},
        {"values": {"colour": ("red",)}},
        {"values": {"language": "swh"}},
        {"values": ["swh"]},
        {"ranges": {"language": (1, 2)}},
        {"ranges": {"year": (1, 2, 3)}},
        {"ranges": {"year": (math.nan, None)}},
        {"ranges": {"year": (None, math.inf)}},
        {"ranges": {"year": (2, 1)}},
        {"text": 3},
        {"text": None},
        {"ids": "a"},
        {"ids": [1]},
        {"snapshot": None},
        {"snapshot": ["current"]},
        {"sort": None},
        {"sort": "name; DROP"},
        {"policy": None},
        {"descending": "maybe"},
    ],
    ids=str,
)
def test_fields_that_are_refused(fields):
    with pytest.raises(BadInput):
        Selection.build(**fields)


def test_text_is_tidied():
    assert Selection(text="  a\x00b \t c\n").text == "a b c"


def test_a_selection_cannot_be_changed():
    with pytest.raises(ValueError):
        Selection().text = "x"


def test_choice():
    assert choice("text", ("text", "video"), "modality") == "text"
    with pytest.raises(BadInput, match="text, video"):
        choice("audio", ("text", "video"), "modality")
