"""What-ifs side by side, whole questions as one document, and instruments as they stood on a day."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.history_files import as_data
from governance.compute.scenario_requests import MOST_DRAWS, MOST_WORK, read_day, read_request
from governance.compute.threshold_list import thresholds_on
from governance.compute.thresholds import status_then
from governance.compute.what_if_table import UNCHANGED, what_if_table
from governance.compute.whatif import apply_what_if, what_ifs
from governance.errors import BadInput
from tests.unit.compute.law import TODAY, histories, judge, law, worked

EU = "eu-aiact-51-2"
ALL = [one.id for one in what_ifs()]


@pytest.fixture(scope="module")
def table():
    return what_if_table(worked(revenue="600 million"), *law(), TODAY, 2048, 1)


def test_every_what_if_that_fits_is_judged(table):
    judged = {row.what_if for row in table.rows}
    assert judged | {one.what_if for one in table.not_applied} == set(ALL)
    assert table.not_applied == ()
    variants = sum(len(apply_what_if(worked(revenue="600 million"), one).variants) for one in ALL)
    assert len(table.rows) == variants * len(law()[0])


def test_rows_hold_what_judging_each_history_gives(table):
    before = judge(worked(revenue="600 million"), EU, draws=2048).of(EU)
    outcome = apply_what_if(worked(revenue="600 million"), "merging")
    after = judge(outcome.variants[0].history, EU, draws=2048).of(EU)
    (row,) = [row for row in table.rows if (row.what_if, row.instrument) == ("merging", EU)]
    assert (row.before.variant, row.before.probability, row.before.total) == (
        UNCHANGED,
        before.probability,
        before.total,
    )
    assert (row.after.probability, row.after.verdict) == (after.probability, after.verdict)
    assert row.moves == (before.verdict != after.verdict)


def test_what_a_history_lacks_is_said_and_what_is_unknown_refused():
    lacking = what_if_table(worked(), *law(), TODAY, 512, 1).not_applied
    assert [(one.what_if, one.fix) for one in lacking] == [("revenue", "give the revenue of a year in USD")]
    assert what_if_table(worked(), *law(), TODAY, 512, 1, {"revenue": {}}).not_applied == lacking
    with pytest.raises(BadInput, match="'magic'"):
        what_if_table(worked(), *law(), TODAY, 512, 1, {"magic": {}})


def test_only_what_is_asked_comes_with_its_settings():
    found = what_if_table(worked(), *law(), TODAY, 512, 1, {"split": {"entities": 9}})
    assert len(found.rows) == len(law()[0])
    assert {row.variant for row in found.rows} == {"split over 9 entities"}
    assert {row.what_if for row in found.rows} == {"split"}


@given(histories(), st.integers(1, 1000), st.integers(0, 2**63 - 1), st.lists(st.sampled_from(ALL), unique=True))
def test_a_question_is_read_as_written(history, draws, seed, names):
    text = json.dumps({**as_data(history), "as_of": "2026-08-02", "draws": draws, "seed": seed, "what_ifs": names})
    asked = read_request(text)
    assert (asked.history, asked.as_of) == (history, date(2026, 8, 2))
    assert (asked.draws, asked.seed, list(asked.what_ifs)) == (draws, seed, names)


def test_no_question_asks_for_more_than_its_share():
    runs = [{"id": f"r{number}", "flop": 1e24} for number in range(MOST_WORK // MOST_DRAWS)]
    body = {"runs": runs, "final": "r0", "draws": MOST_DRAWS}
    assert read_request(json.dumps(body)).draws == MOST_DRAWS
    with pytest.raises(BadInput, match="at most 250,000 draws"):
        read_request(json.dumps({**body, "what_ifs": ["split"]}))


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "20260202", "2026-W01-1", "0000-01-01", "٢٠٢٦-٠١-٠١", "x" * 10_000, None, 5]
)
def test_what_is_no_day(text):
    with pytest.raises(BadInput, match="is not a date"):
        read_day(text, "as_of")


@given(st.dates(date(2022, 1, 1), date(2030, 1, 1)))
def test_thresholds_on_a_day(day):
    found = thresholds_on(law()[0], day)
    assert {one.id for one in found} == {one.id for one in law()[0]}
    for one in found:
        assert one.status_then == status_then(next(each for each in law()[0] if each.id == one.id), day)
    flags = [one.in_force for one in found]
    assert flags == sorted(flags, reverse=True)


def test_thresholds_of_some_jurisdictions():
    assert {one.jurisdiction for one in thresholds_on(law()[0], TODAY, ["EU", "US-CA"])} == {"EU", "US-CA"}
    with pytest.raises(BadInput, match="Atlantis"):
        thresholds_on(law()[0], TODAY, ["EU", "Atlantis"])
