"""Users and revenue as people keep them, and the triggers that are compared."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.compute.backtest import alternative_triggers
from governance.compute.triggers import MAX_BYTES, MAX_ROWS, read_trigger_facts, usual_triggers
from governance.errors import BadInput

DAY = date(2024, 5, 1)
HEAD = "model,date,users,revenue_usd\n"


@pytest.mark.parametrize(
    ("text", "row"),
    [
        pytest.param(HEAD + "A,2024-05-01,2e6,5e8\n", ("A", DAY, 2e6, 5e8), id="both"),
        pytest.param(HEAD + "A,2024-05-01,,\n", ("A", DAY, None, None), id="empty-is-unknown"),
        pytest.param(HEAD + "A,2024-05-01,0,\n", ("A", DAY, 0.0, None), id="zero-is-zero"),
        pytest.param(HEAD + "A,2024-05-01\n", ("A", DAY, None, None), id="short-row"),
        pytest.param("users,date,model\n3,2024-05-01,A\n", ("A", DAY, 3.0, None), id="one-number-any-order"),
        pytest.param("\ufeff" + HEAD + "A,2024-05-01,1,2\r\n", ("A", DAY, 1.0, 2.0), id="from-a-spreadsheet"),
        pytest.param(" model , date , users \nA, 2024-05-01, 7\n", ("A", DAY, 7.0, None), id="spaces"),
        pytest.param(HEAD + '"A, the first",2024-05-01,1,2\n', ("A, the first", DAY, 1.0, 2.0), id="quotes"),
    ],
)
def test_read(text, row):
    found = read_trigger_facts(text)
    assert found.columns == ["model", "date", "users", "revenue"]
    assert found.rows() == [row]


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        pytest.param("", "no column 'model'", "row 1", id="empty"),
        pytest.param("model,users\nA,1\n", "no column 'date'", "row 1", id="no-date"),
        pytest.param("model,date\nA,2024-05-01\n", "neither a column 'users'", "row 1", id="no-number"),
        pytest.param("model,date,users,colour\n", "'colour' is not known", "row 1", id="unknown-column"),
        pytest.param("model,date,users,users\n", "there twice", "row 1", id="column-twice"),
        pytest.param(HEAD, "no row below", "table of users and revenue", id="header-only"),
        pytest.param(HEAD + "A,2024-05-01,1,\n,2024-05-01,1,\n", "no name", "row 3, column model", id="no-name"),
        pytest.param(HEAD + "A,May 2024,1,\n", "'May 2024' is not a date", "row 2, column date", id="date"),
        pytest.param(HEAD + "A,2024-05-01,many,\n", "'many' is not a number", "row 2, column users", id="word"),
        pytest.param(HEAD + "A,2024-05-01,-1,\n", "'-1' is not a number", "row 2, column users", id="negative"),
        pytest.param(HEAD + "A,2024-05-01,1,inf\n", "'inf'", "row 2, column revenue_usd", id="infinite"),
        pytest.param(HEAD + "A,2024-05-01,1,nan\n", "'nan'", "row 2, column revenue_usd", id="nan"),
        pytest.param(HEAD + "A,2024-05-01,1,2,3\n", "more fields", "row 2", id="too-many-fields"),
        pytest.param(HEAD + "A,2024-05-01,1,\n" * 2, "same model and date as row 2", "row 3, column model", id="twice"),
        pytest.param(HEAD + '"A,2024-05-01,1,\n', "not CSV", "line", id="open-quote"),
        pytest.param(HEAD + "A" * 300 + ",2024-05-01,1,\n", "300 characters", "row 2, column model", id="long-name"),
        pytest.param("x" * (MAX_BYTES + 1), "too big", "table", id="too-big"),
    ],
)
def test_refused(text, what, where):
    with pytest.raises(BadInput, match=what) as refused:
        read_trigger_facts(text)
    assert where in refused.value.where


def test_rows_are_capped():
    lines = "".join(f"m{place},2024-05-01,1,\n" for place in range(MAX_ROWS + 1))
    with pytest.raises(BadInput, match="more than 20,000 rows"):
        read_trigger_facts(HEAD + lines)
    assert read_trigger_facts(HEAD + lines[: lines.rindex("m")]).height == MAX_ROWS


numbers = st.one_of(st.none(), st.floats(0, 1e15))


@given(
    st.lists(
        st.tuples(st.text("abc ,\"';é", min_size=1, max_size=9).filter(str.strip), st.dates(), numbers, numbers),
        min_size=1,
        max_size=12,
        unique_by=lambda row: (row[0].strip(), row[1]),
    )
)
def test_what_was_written_is_read(rows):
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([HEAD.strip().split(","), *rows])
    assert read_trigger_facts(out.getvalue()).rows() == [(name.strip(), *rest) for name, *rest in rows]


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_politely(text):
    with suppress(BadInput):
        assert read_trigger_facts(HEAD + text).height > 0


@pytest.mark.parametrize(
    ("users", "revenue", "number"), [(None, None, 4), (1e7, None, 7), (None, 5e8, 7), (1e7, 5e8, 10)]
)
def test_usual_triggers(users, revenue, number):
    triggers = usual_triggers(1e25, 120, users, revenue)
    assert len({trigger.words for trigger in triggers}) == len(triggers) == number
    assert triggers[0].tests == {"training_flop": 1e25}


def test_unknown_facts_are_counted_as_such():
    models = pl.DataFrame(
        {"model": ["A", "B"], "released": [DAY, DAY], "value": [130.0, 131.0], "training_flop": [2e25, 1e24]}
    )
    facts = read_trigger_facts(HEAD + "A,2024-05-01,5e7,\n")
    found = {
        row.trigger: row for row in alternative_triggers(models, facts, usual_triggers(1e25, 120, 1e6), 126, [DAY])
    }
    alone = found["users > 1e+06"]
    assert (alone.n, alone.undisclosed, alone.recall, alone.recall_low) == (1, 1, 1.0, 0.5)
    # B has too little compute, so "all" is settled without its users
    joint = found["training_flop > 1e+25 and users > 1e+06"]
    assert (joint.n, joint.undisclosed, joint.missed) == (2, 0, ("B",))
