"""Coverage: not assessed never counts as zero, 0 is a level, and every median prints its n."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.assessment.coverage import (
    PARTIES_SHOWN,
    Group,
    category_groups,
    coverage_of,
    dimension_groups,
    levels_of,
)
from governance.assessment.records import Answer
from governance.assessment.vocabulary import LEVELS, PARTIES, STATUSES

BIAS = Group(id="B1", title="Bias", items=("B1.1", "B1.2", "B1.3", "B1.4"))
COST = Group(id="B5", title="Costs", items=("B5.1",))


@st.composite
def answer_sets(draw, items=(*BIAS.items, *COST.items, "B9.9")):
    """Draw at most one answer an item."""
    return [
        Answer(
            item=item,
            status=draw(st.sampled_from(STATUSES)),
            party=draw(st.sampled_from((None, *PARTIES))),
            level=draw(st.sampled_from((None, *LEVELS))),
        )
        for item in draw(st.sets(st.sampled_from(items)))
    ]


def said(*answers):
    return coverage_of([Answer(**one) for one in answers], [BIAS, COST])


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([], (0, 0, 4, 0.0, 0, None), id="nothing-answered"),
        pytest.param([{"item": "B1.1"}], (0, 0, 4, 0.0, 0, None), id="opened-and-left"),
        pytest.param([{"item": "B1.1", "level": 3}], (0, 0, 4, 0.0, 0, None), id="a-level-without-a-finding-is-none"),
        pytest.param([{"item": "B1.1", "status": "found", "level": 0}], (1, 0, 3, 0.25, 1, 0.0), id="searched-nothing"),
        pytest.param([{"item": "B1.1", "status": "found"}], (1, 0, 3, 0.25, 0, None), id="no-level-is-not-zero"),
        pytest.param(
            [{"item": "B1.1", "status": "none_found", "level": 3}, {"item": "B1.2", "status": "not_applicable"}],
            (1, 1, 2, 1 / 3, 1, 3.0), id="what-does-not-apply-is-not-asked",
        ),
        pytest.param(
            [{"item": item, "status": "not_applicable"} for item in BIAS.items], (0, 4, 0, None, 0, None),
            id="nothing-applies",
        ),
    ],
)  # fmt: skip
def test_counts_of_a_category(answers, expected):
    bias = said(*answers).groups[0]
    counts = bias.all
    assert expected == (
        counts.assessed, bias.not_applicable, bias.not_assessed, counts.share, counts.levels.n, counts.levels.median,
    )  # fmt: skip


def test_parties_apart():
    bias = said(
        {"item": "B1.1", "status": "found", "party": "first", "level": 1},
        {"item": "B1.2", "status": "none_found", "party": "third", "level": 3},
        {"item": "B1.3", "status": "found"},
    ).groups[0]
    shares = {party: bias.of(party).share for party in ("all", *PARTIES_SHOWN)}
    assert shares == {"all": 0.75, "first": 0.25, "third": 0.25, "joint": 0.0, "not_stated": 0.25}
    assert (bias.of("first").levels.median, bias.of("third").levels.median) == (1.0, 3.0)
    assert bias.of("joint").levels.median is None
    assert (bias.all.levels.n, bias.all.levels.median, bias.all.levels.low, bias.all.levels.high) == (2, 2.0, 1, 3)


def test_an_answer_to_what_is_not_shown_counts_nowhere():
    found = said({"item": "B9.9", "status": "found", "level": 3})
    assert found.unlisted == ("B9.9",)
    assert found.total.all.assessed == 0


@given(answer_sets())
def test_the_parts_add_up_and_levels_never_come_from_silence(answers):
    found = coverage_of(answers, [BIAS, COST])
    for group in (*found.groups, found.total):
        assert group.items == group.not_applicable + group.not_assessed + group.all.assessed
        assert group.all.assessed == sum(one.assessed for one in group.parties.values())
        assert group.all.levels.n == sum(one.levels.n for one in group.parties.values()) <= group.all.assessed
    assert found.total.all.assessed == sum(one.all.assessed for one in found.groups)
    known = [
        one.level for one in answers
        if one.item != "B9.9" and one.status in ("found", "none_found") and one.level is not None
    ]  # fmt: skip
    assert found.total.all.levels.median == (statistics.median(known) if known else None)


@given(answer_sets(), st.sampled_from((None, *LEVELS)))
def test_a_level_on_what_was_not_assessed_changes_nothing(answers, level):
    changed = [one.model_copy(update={"level": level}) if one.status == "not_assessed" else one for one in answers]
    assert coverage_of(changed, [BIAS, COST]) == coverage_of(answers, [BIAS, COST])


def test_levels_have_a_range():
    assert levels_of([]).model_dump() == {"n": 0, "median": None, "low": None, "high": None}
    assert levels_of([3, 0, 1, 1]).model_dump() == {"n": 4, "median": 1.0, "low": 0, "high": 3}


def test_categories_and_dimensions_of_the_form(framework):
    every = category_groups(framework, ("text",))
    assert [group.id for group in every] == [f"B{n}" for n in range(1, 8)] + [f"S{n}" for n in range(1, 6)]
    assert sum(len(group.items) for group in every) == 39
    image = category_groups(framework, ("image",))
    assert {item for group in every for item in group.items} - {item for group in image for item in group.items} == {
        "B4.5"
    }
    dimensions = dimension_groups(framework, ("text",))
    assert [group.id for group in dimensions] == [f"E{n}" for n in range(1, 8)]
    by_id = {group.id: group.items for group in every}
    assert dimensions[3].items == by_id["B6"]
    assert sum(len(group.items) for group in dimensions) == 27
