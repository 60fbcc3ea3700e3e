"""Pools of human feedback: who voted, what leaves with them, and that it leaves every export."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.consent.feedback import (
    contributors,
    pool_state,
    pools,
    remove_pool,
    save_pool,
    withdraw,
)
from governance.consent.feedback_votes import add_votes
from governance.errors import BadInput, NotAllowed, NotFound
from governance.exports.tables import csv_of, jsonl_of, parquet_of
from governance.records.audit import export_trail
from governance.records.contributions import remaining_votes
from governance.records.store import open_workbench
from tests.unit.consent.small_web import NOW

POOL = {"title": "Our votes", "terms": "https://example.org/terms", "licence": "CC-BY-4.0", "leave": "yes"}
VOTES = """contributor,model_a,model_b,outcome,language,day
ada-7,m1,m2,a,Swahili,2026-01-01
bob-3,m1,m2,tie,eng,2026-01-01
ada-7,m3,m1,model_b,swh,2026-01-02
bob-3,m2,m1,b,Elvish,
"""


@pytest.fixture
def filled(workbench):
    pool = save_pool(workbench, POOL, NOW)
    add_votes(workbench, pool.id, VOTES, NOW)
    return workbench


def test_what_a_pool_holds(filled):
    (state,) = pools(filled)
    assert (state.id, state.pool.leave, state.withdrawn) == ("our-votes", "yes", 0)
    assert (state.coverage.votes, state.coverage.contributors) == (4, 2)
    assert state.coverage.models == {"m1": 4, "m2": 3, "m3": 1}
    assert state.coverage.languages == {"": 1, "eng": 1, "swh": 2}
    assert contributors(filled, "our-votes").select("contributor", "votes", "languages").rows() == [
        ("ada-7", 2, ["swh"]),
        ("bob-3", 2, ["eng"]),
    ]


def test_withdrawing_says_what_is_left(filled):
    found = withdraw(filled, "our-votes", "ada-7", NOW)
    assert (found.votes, found.before.votes, found.after.votes) == (2, 4, 2)
    assert (found.models_lost, found.languages_lost) == (("m3",), ("swh",))
    state = pool_state(filled, "our-votes")
    assert (state.withdrawn, state.votes_withdrawn, state.coverage.contributors) == (1, 2, 1)


def everything(workbench, pool):
    """Give all that leaves the workbench of a pool: three exports, the trail, and every row of every table."""
    votes = remaining_votes(workbench, pool)
    tables = workbench.read("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
    rows = [workbench.read(f"SELECT * FROM {name}") for (name,) in tables]
    trail = list(export_trail(workbench))
    return [csv_of(votes), jsonl_of(votes), pl.read_parquet(parquet_of(votes)).write_json().encode(),
            "".join(trail).encode(), str(rows).encode()]  # fmt: skip


def test_withdrawn_votes_leave_every_export(filled):
    assert [b"ada-7" in one for one in everything(filled, "our-votes")] == [True, True, True, False, True]
    withdraw(filled, "our-votes", "ada-7", NOW)
    assert not any(b"ada-7" in one or b"m3" in one for one in everything(filled, "our-votes"))
    assert all(b"bob-3" in one for one in everything(filled, "our-votes")[:3])


def test_the_same_file_does_not_bring_them_back(filled):
    withdraw(filled, "our-votes", "ada-7", NOW)
    again = add_votes(filled, "our-votes", VOTES, NOW)
    assert (again.added, again.withdrawn, again.unknown_languages) == (2, 2, {"Elvish": 1})
    assert set(remaining_votes(filled, "our-votes")["contributor"]) == {"bob-3"}
    with pytest.raises(NotFound, match="they left on 2026-01-02"):
        withdraw(filled, "our-votes", "ada-7", NOW)


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        pytest.param({"leave": "yes", "published": "2025-01-01"}, True, id="always"),
        pytest.param({"leave": "until_published"}, True, id="not-yet-published"),
        pytest.param({"leave": "until_published", "published": "2026-02-01"}, True, id="to-be-published"),
        pytest.param({"leave": "until_published", "published": "2025-01-01"}, False, id="published"),
        pytest.param({"leave": "until_published", "published": "2026-01-02"}, False, id="published-today"),
        pytest.param({"leave": "no"}, False, id="never"),
    ],
)
def test_the_terms_say_whether_one_can_leave(workbench, terms, allowed):
    pool = save_pool(workbench, {**POOL, **terms}, NOW).id
    add_votes(workbench, pool, VOTES, NOW)
    if allowed:
        assert withdraw(workbench, pool, "bob-3", NOW).votes == 2
    else:
        with pytest.raises(NotAllowed, match="let nobody leave"):
            withdraw(workbench, pool, "bob-3", NOW)
        assert remaining_votes(workbench, pool).height == 4


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ada,m1,m1,a,,", "meets itself"),
        ("ada,m1,m2,maybe,,", "no outcome"),
        (",m1,m2,a,,", "contributor"),
        ("ada,m1,m2,a,,soon", "no day"),
    ],
)
def test_rows_that_are_refused(filled, row, reason):
    added = add_votes(filled, "our-votes", VOTES + row, NOW)
    assert added.added == 4
    (problem,) = added.refused
    assert reason in problem.detail


def test_no_pool(workbench):
    with pytest.raises(NotFound):
        add_votes(workbench, "none", VOTES, NOW)
    with pytest.raises(NotFound):
        withdraw(workbench, "none", "ada-7", NOW)
    with pytest.raises(BadInput, match="terms are empty"):
        save_pool(workbench, {**POOL, "terms": " "}, NOW)
    with pytest.raises(BadInput):
        save_pool(workbench, {**POOL, "leave": "perhaps"}, NOW)


def test_a_pool_goes_with_its_votes(filled):
    remove_pool(filled, "our-votes")
    assert pools(filled) == ()
    assert filled.read("SELECT count(*) FROM feedback_vote") == [(0,)]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    votes=st.lists(st.sampled_from(["p1", "p2", "p3"]), min_size=1, max_size=12), leaver=st.sampled_from(["p1", "p2"])
)
def test_only_the_leaver_leaves(tmp_path_factory, votes, leaver):
    rows = "".join(f"{one},m{place % 3},m{place % 3 + 1},a\n" for place, one in enumerate(votes))
    with open_workbench(tmp_path_factory.mktemp("pool"), NOW) as workbench:
        pool = save_pool(workbench, POOL, NOW).id
        add_votes(workbench, pool, f"contributor,model_a,model_b,outcome\n{rows}", NOW)
        before = remaining_votes(workbench, pool)
        if leaver in votes:
            withdraw(workbench, pool, leaver, NOW)
        assert remaining_votes(workbench, pool).equals(before.filter(pl.col("contributor") != leaver))
