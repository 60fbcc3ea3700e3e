"""Two assessments side by side: which fields differ, and evidence that only one rests on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.assessment.compare import compare_answers, field_changes, points_at
from governance.assessment.records import Answer, Evidence, RiskAnswer
from governance.assessment.vocabulary import STATUSES

FOUND = {"item": "B1.1", "status": "found", "finding": "a gap", "n": 40}


def sides(first, second, **more):
    return compare_answers([Answer(**one) for one in first], [Answer(**one) for one in second], **more).items


@pytest.mark.parametrize(
    ("first", "second", "side", "fields"),
    [
        pytest.param([FOUND], [FOUND], "same", (), id="same"),
        pytest.param([FOUND], [{**FOUND, "n": 0}], "differs", ("n",), id="zero-is-a-value"),
        pytest.param([FOUND], [{**FOUND, "status": "none_found"}], "differs", ("status",), id="status"),
        pytest.param([FOUND], [], "only_first", ("status", "finding", "n"), id="only-first"),
        pytest.param([], [FOUND], "only_second", ("status", "finding", "n"), id="only-second"),
        pytest.param([FOUND], [{"item": "B1.1"}], "only_first", ("status", "finding", "n"), id="opened-and-left"),
        pytest.param([], [{"item": "B1.1"}], "same", (), id="silence-is-silence"),
        pytest.param([FOUND], [{**FOUND, "question": "Other words?"}], "same", (), id="text-of-the-form"),
    ],
)
def test_an_item(first, second, side, fields):
    (row,) = sides(first, second)
    assert (row.side, row.fields) == (side, fields)


def test_the_form_gives_the_order_and_what_neither_answers():
    rows = sides([FOUND], [], order=("B2.1", "B1.1"))
    assert [(row.item, row.side) for row in rows] == [("B2.1", "same"), ("B1.1", "only_first")]


def test_reworded_items_say_so():
    (row,) = sides([FOUND], [{**FOUND, "question": "Other words?"}])
    assert row.reworded


LINK, OTHER_LINK = ({"kind": "link", "url": f"https://{place}.example"} for place in "ab")
RECORD = {"kind": "record", "record_kind": "dataset", "record_id": "oig"}
FILE = {"kind": "file", "sha256": "ab"}


@pytest.mark.parametrize(
    ("one", "other", "only"),
    [
        pytest.param(LINK, LINK, ((), ()), id="same-link"),
        pytest.param(LINK, OTHER_LINK, (("ours",), ("theirs",)), id="another-link"),
        pytest.param(RECORD, {**RECORD, "record_kind": "model"}, (("ours",), ("theirs",)), id="id-of-another-kind"),
        pytest.param(FILE, FILE, ((), ()), id="same-file"),
        pytest.param({"kind": "figure"}, {"kind": "figure"}, (("ours",), ("theirs",)), id="figures-stand-alone"),
    ],
)
def test_evidence_is_the_same_where_it_points_at_the_same(one, other, only):
    known = {key: Evidence(id=key, title="t", **body) for key, body in (("ours", one), ("theirs", other))}
    (row,) = sides([{**FOUND, "evidence": ("ours",)}], [{**FOUND, "evidence": ("theirs",)}], evidence=known)
    assert (row.first_only, row.second_only) == only
    assert row.side == ("same" if only == ((), ()) else "differs")


def test_evidence_that_is_gone_is_compared_by_its_id():
    (row,) = sides([{**FOUND, "evidence": ("gone",)}], [FOUND])
    assert (row.side, row.first_only) == ("differs", ("gone",))
    assert points_at(Evidence(id="x", title="t", kind="link")) == ("id", "x")


def test_risk_sections_are_compared_field_by_field():
    first = RiskAnswer(item="R2", values={"severity": "serious", "hazards": ["cyber"]})
    second = RiskAnswer(item="R2", values={"severity": "minor", "hazards": ["cyber"], "uncertainty": "much"})
    (row,) = compare_answers([first], [second]).items
    assert [(one.field, one.before, one.after) for one in row.changes] == [
        ("severity", "serious", "minor"), ("uncertainty", None, "much"),
    ]  # fmt: skip


answers = st.builds(
    Answer, item=st.sampled_from(("B1.1", "B1.2")), status=st.sampled_from(STATUSES), n=st.none() | st.integers(0, 2),
    evidence=st.lists(st.sampled_from(("a", "b")), unique=True).map(tuple),
)  # fmt: skip
sets = st.lists(answers, unique_by=lambda one: one.item)


@given(sets, sets)
def test_turning_the_two_round_mirrors_the_comparison(first, second):
    mirror = {"same": "same", "differs": "differs", "only_first": "only_second", "only_second": "only_first"}
    one, other = compare_answers(first, second), compare_answers(second, first)
    assert sum(one.counts.values()) == len(one.items)
    for row, back in zip(one.items, other.items, strict=True):
        assert back.side == mirror[row.side]
        assert (back.first_only, back.second_only) == (row.second_only, row.first_only)
        assert {(c.field, str(c.before), str(c.after)) for c in row.changes} == {
            (c.field, str(c.after), str(c.before)) for c in back.changes
        }


def test_zero_says_something():
    (row,) = compare_answers([Answer(item="B1.1", n=0)], []).items
    assert row.side == "only_first"


@settings(max_examples=20)
@given(sets)
def test_nothing_differs_from_itself(first):
    assert compare_answers(first, first).counts["same"] == len(first)


def test_fields_that_came_and_went():
    changes = field_changes({"a": 1, "gone": 2, "values": {"x": 1}}, {"a": 1, "new": 0, "values": {"x": 2}})
    assert [(one.field, one.before, one.after) for one in changes] == [("gone", 2, None), ("x", 1, 2), ("new", None, 0)]
    assert field_changes(None, None) == ()
