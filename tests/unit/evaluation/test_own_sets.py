"""Own sets: kept and read back, versions, and that somebody who leaves is gone from rows, rankings and later files."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.consent.feedback import save_pool, withdraw
from governance.consent.feedback_votes import add_votes
from governance.errors import BadInput, NotAllowed, NotFound
from governance.evaluation.formats.check import check_bytes
from governance.evaluation.formats.opening import read_set
from governance.evaluation.formats.own_sets import (
    KIND,
    add_rows,
    add_set,
    is_spdx,
    open_own_set,
    own_set,
    own_sets,
    remove_set,
)
from governance.evaluation.formats.schemas import template
from governance.evaluation.formats.sets import evaluation_sets, exported_rows, open_set
from governance.evaluation.formats.tables import TABLES
from governance.evaluation.formats.withdrawal import (
    rank_moves,
    set_contributors,
    withdraw_from_set,
    withdrawal_effect,
)
from governance.evaluation.ratings.bradley_terry import fit, points
from governance.evaluation.ratings.cells import Cells
from governance.exports.tables import csv_of
from governance.records.audit import export_trail
from governance.records.documents import document_versions
from governance.records.people import Actor
from governance.records.store import open_workbench

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIELDS = {"title": "Our votes", "format": "battles", "source": "Our panel", "licence": "cc by 4.0", "terms": "asked"}
VOTES = """model_a,model_b,outcome,judge,language
m1,m2,a,ada,swh
m1,m2,a,ada,swh
m3,m1,a,ada,swh
m2,m1,a,bob,eng
m1,m2,b,bob,eng
m2,m1,a,eve,
"""


def frame_of(text, **options):
    return check_bytes(text.encode(), "votes.csv", **options).frame


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as opened:
        yield opened


@pytest.fixture
def filled(workbench):
    add_set(workbench, FIELDS, frame_of(VOTES), NOW)
    return workbench


@pytest.mark.parametrize("format", TABLES)
def test_rows_are_read_back_as_they_were_kept(workbench, format):
    frame = frame_of(template(format))
    added = add_set(workbench, {**FIELDS, "format": format}, frame, NOW)
    opened = open_own_set(workbench, added.set)
    assert opened.frame.equals(frame)
    card = opened.card
    assert (card.id, card.rows, card.format, card.origin) == ("own-our-votes", 3, format, "user")
    assert (card.licence, card.people, card.source) == ("CC-BY-4.0", "asked", "Our panel")


def test_a_set_is_listed_opened_and_exported_beside_the_shipped_ones(filled, connection):
    known = [card.id for card in evaluation_sets(connection, "battles", filled)]
    assert known == ["llmfao", "llmfao-gpt3", "llmfao-gpt4", "own-our-votes"]
    assert "own-our-votes" not in [card.id for card in evaluation_sets(connection)]
    opened = open_set(connection, "own-our-votes", filled)
    exported = exported_rows(opened)
    assert exported.columns == ["model_a", "model_b", "outcome", "judge", "language"]
    assert frame_of(csv_of(exported).decode()).equals(opened.frame)
    with pytest.raises(NotFound, match="own-nothing"):
        open_set(connection, "own-nothing", filled)


def test_more_rows_make_a_new_version(filled):
    before = own_set(filled, "own-our-votes").card.version
    assert add_rows(filled, "own-our-votes", frame_of(VOTES), NOW).added == 6
    after = own_set(filled, "own-our-votes")
    assert (after.set.rows, after.revision) == (12, 2)
    assert after.card.version != before
    assert open_own_set(filled, "own-our-votes").frame.height == 12
    assert add_set(filled, FIELDS, frame_of(VOTES), NOW).set == "own-our-votes-2"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        pytest.param({"title": ""}, "title", id="no-title"),
        pytest.param({"source": " "}, "source", id="no-source"),
        pytest.param({"format": "fights"}, "format", id="no-format"),
        pytest.param({"leave": "maybe"}, "leave", id="no-such-word"),
        pytest.param({"licence": "x" * 200}, "licence", id="long-licence"),
        pytest.param({"title": "a\u202eb"}, "control character", id="turned-title"),
        pytest.param({"colour": "red"}, "colour", id="unknown-field"),
        pytest.param({"format": "scores"}, "other columns", id="rows-of-another-format"),
    ],
)
def test_what_is_said_of_a_set_is_checked(workbench, fields, what):
    with pytest.raises(BadInput, match=what):
        add_set(workbench, {**FIELDS, **fields}, frame_of(VOTES), NOW)
    assert own_sets(workbench) == ()


def test_a_licence_is_spdx_or_a_name(workbench):
    add_set(workbench, {**FIELDS, "licence": "House rules"}, frame_of(VOTES), NOW)
    assert [is_spdx(text) for text in ("CC-BY-4.0", "House rules", "")] == [True, False, False]
    assert own_set(workbench, "own-our-votes").set.licence == "House rules"


def test_leaving_is_told_before_and_done_for_good(filled):
    assert set_contributors(filled, "own-our-votes")["contributor"].to_list() == ["ada", "bob", "eve"]
    told = withdrawal_effect(filled, "own-our-votes", "ada")
    assert open_own_set(filled, "own-our-votes").frame.height == 6
    done = withdraw_from_set(filled, "own-our-votes", "ada", NOW)
    assert done == told
    assert (done.rows, done.before.votes, done.after.votes, done.after.contributors) == (3, 6, 3, 2)
    assert (done.models_lost, done.languages_lost) == (("m3",), ("swh",))
    assert [(move.model, move.before, move.after) for move in done.moves] == [
        ("m3", 1, None), ("m2", 2, 1), ("m1", 3, 2),
    ]  # fmt: skip
    assert done.moved == 3
    state = own_set(filled, "own-our-votes")
    assert (state.set.rows, state.set.people_left, state.set.rows_left, state.revision) == (3, 1, 3, 2)
    assert "ada" not in open_own_set(filled, "own-our-votes").frame["judge"].to_list()


def test_ranks_are_those_of_bradley_terry(filled):
    frame = open_own_set(filled, "own-our-votes").frame
    moves = rank_moves(frame, frame)
    cells = Cells.of(frame)
    rated = dict(zip(cells.models, points(fit(cells.matrix("half")).skill).tolist(), strict=True))
    assert {move.model: move.points_before for move in moves} == pytest.approx(rated)
    assert all(move.before == move.after for move in moves)


def test_who_left_stays_out_of_later_files_even_of_the_set_made_anew(filled):
    withdraw_from_set(filled, "own-our-votes", "ada", NOW)
    added = add_rows(filled, "own-our-votes", frame_of(VOTES), NOW)
    assert (added.added, added.withdrawn) == (3, 3)
    with pytest.raises(NotFound, match="they left on 2026-05-01"):
        withdraw_from_set(filled, "own-our-votes", "ada", NOW)
    remove_set(filled, "own-our-votes", NOW)
    assert own_sets(filled) == ()
    again = add_set(filled, FIELDS, frame_of(VOTES), NOW)
    assert (again.added, again.withdrawn) == (3, 3)
    assert own_set(filled, "own-our-votes").set.rows == 3


def test_neither_trail_nor_revisions_name_who_left(filled):
    withdraw_from_set(filled, "own-our-votes", "ada", NOW)
    assert not any('"ada"' in line for line in export_trail(filled))
    assert not any("ada" in str(one.body) for one in document_versions(filled, KIND, "own-our-votes"))
    for table in ("own_battle", "own_set_withdrawal"):
        assert not [row for row in filled.read(f"SELECT * FROM {table}") if "ada" in row]


@pytest.mark.parametrize(
    "terms",
    [
        pytest.param({"leave": "no"}, id="not-at-all"),
        pytest.param({"leave": "until_published", "published": date(2026, 4, 1)}, id="published"),
    ],
)
def test_terms_that_let_nobody_leave_are_kept_to(workbench, terms):
    add_set(workbench, {**FIELDS, **terms}, frame_of(VOTES), NOW)
    with pytest.raises(NotAllowed, match="nobody leave"):
        withdraw_from_set(workbench, "own-our-votes", "ada", NOW)
    assert own_set(workbench, "own-our-votes").set.rows == 6


def test_raters_of_scores_can_leave_and_predictions_say_nothing_of_people(workbench):
    add_set(workbench, {**FIELDS, "format": "scores"}, frame_of(template("scores")), NOW)
    found = withdraw_from_set(workbench, "own-our-votes", "v1", NOW)
    assert (found.rows, found.moves, found.models_lost) == (3, (), ("aya-23-8b", "llama-3-8b"))
    add_set(workbench, {**FIELDS, "format": "predictions"}, frame_of(template("predictions")), NOW)
    with pytest.raises(BadInput, match="do not say who"):
        withdrawal_effect(workbench, "own-our-votes-2", "seed-1")


def test_a_viewer_reads_and_changes_nothing(filled):
    viewer = filled.acting(Actor(email="vi", name="Vi", role="viewer"))
    assert open_own_set(viewer, "own-our-votes").frame.height == 6
    for change in (
        lambda: add_set(viewer, FIELDS, frame_of(VOTES), NOW),
        lambda: withdraw_from_set(viewer, "own-our-votes", "ada", NOW),
        lambda: remove_set(viewer, "own-our-votes", NOW),
    ):
        with pytest.raises(NotAllowed):
            change()
    nobody = filled.acting(Actor(email="no", name="No", role=None))
    with pytest.raises(NotAllowed):
        open_own_set(nobody, "own-our-votes")


def test_a_pool_of_feedback_is_a_set_that_its_withdrawals_leave(workbench, connection):
    pool = save_pool(workbench, {"title": "Panel", "terms": "asked", "leave": "yes", "licence": "CC-BY-4.0"}, NOW)
    assert [card.id for card in evaluation_sets(connection, "battles", workbench)][-1] == "llmfao-gpt4"
    votes = VOTES.replace("judge", "contributor").replace("\nm2,m1,a,eve,\n", "\nm2,m1,a,eve,eng\n")
    add_votes(workbench, pool.id, votes, NOW)
    (card,) = (one for one in evaluation_sets(connection, "battles", workbench) if one.id == "pool-panel")
    assert (card.rows, card.people, card.licence) == (6, "asked", "CC-BY-4.0")
    before = open_set(connection, "pool-panel", workbench)
    assert (before.card, before.frame["judge"].n_unique()) == (card, 3)
    withdraw(workbench, pool.id, "ada", NOW)
    after = open_set(connection, "pool-panel", workbench)
    assert after.frame["judge"].unique().sort().to_list() == ["bob", "eve"]
    assert after.card.version != card.version
    assert after.frame.schema == pl.Schema(TABLES["battles"])


def test_a_file_or_an_id_names_a_set(filled, connection, tmp_path):
    file = tmp_path / "votes.csv"
    file.write_text(VOTES)
    assert read_set(file, "battles", connection).frame.height == 6
    assert read_set("own-our-votes", "battles", connection, filled).card.title == "Our votes"
    assert read_set("llmfao", "battles", connection).frame.height == 8_931
    with pytest.raises(BadInput, match="holds scores, not battles"):
        read_set("mteb-results", "battles", connection)
    file.write_text(VOTES + "m1,m1,a,x,\n")
    with pytest.raises(BadInput, match="1 of 7 rows are bad; 'm1' meets itself"):
        read_set(file, "battles", connection)
    with pytest.raises(NotFound, match=r"no set 'nowhere\.csv'"):
        read_set("nowhere.csv", "battles", connection)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["ada", "bob", "eve", ""]), min_size=1, max_size=12), st.sampled_from(["ada", "bob"]))
def test_only_the_leaver_leaves(workbench, judges, leaver):
    text = "model_a,model_b,outcome,judge\n" + "".join(f"x,y,a,{judge}\n" for judge in judges)
    set_id = add_set(workbench, FIELDS, frame_of(text), NOW).set
    kept = [judge or None for judge in judges if judge != leaver]
    if leaver in judges:
        withdraw_from_set(workbench, set_id, leaver, NOW)
    assert open_own_set(workbench, set_id).frame["judge"].to_list() == kept
    assert own_set(workbench, set_id).set.rows == len(kept)
    remove_set(workbench, set_id, NOW)
    for row in workbench.read("SELECT set_id FROM own_set_withdrawal"):
        assert row[0] == set_id
    workbench.connection.execute("DELETE FROM own_set_withdrawal")
