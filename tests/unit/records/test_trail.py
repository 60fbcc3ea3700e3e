"""The trail: any change to it is found and named, and two transactions cannot both follow one row."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import BadInput, NotAllowed, StoreDamaged
from governance.records import chain
from governance.records.audit import (
    AuditRow,
    Head,
    audit_rows,
    export_trail,
    head,
    read_head,
    read_trail,
    verify,
    verify_rows,
)
from governance.records.chain import COLUMNS, START, canonical, chained
from governance.records.connecting import witness_path
from governance.records.documents import delete_document, save_document
from governance.records.people import Actor
from governance.records.store import Change, open_workbench, write
from governance.records.witness import Known, forget_head, keep_head, known_head

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = COLUMNS.split(", ")


def fill(workbench, changes=6):
    for number in range(changes):
        save_document(workbench, "answer", f"a{number}", {"n": number, "said": "ça 'va' \U0001f600"}, NOW)


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    with open_workbench(folder, NOW) as opened:
        fill(opened)
    return folder


@pytest.fixture
def workbench(filled, tmp_path):
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    with open_workbench(tmp_path, NOW) as opened:
        yield opened


def rewritten(rows):
    """Give rows chained anew, as somebody who knows how would write them."""
    prev, out = START, []
    for seq, row in enumerate(rows, start=1):
        out.append(chained(seq, *row[1:8], prev))
        prev = out[-1][-1]
    return out


def replace_trail(rows, *, with_head=False):
    def harm(connection):
        connection.execute("DELETE FROM audit")
        for row in rows:
            connection.execute(f"INSERT INTO audit VALUES ({', '.join('?' * 10)})", list(row))
        if with_head:
            connection.execute("UPDATE audit_head SET seq = ?, hash = ?", [len(rows), rows[-1][-1]])

    return harm


def trail_of(connection):
    return connection.execute(f"SELECT {COLUMNS} FROM audit ORDER BY seq").fetchall()


def changed_text(row, place):
    return (*row[:place], row[place] + " ", *row[place + 1 :])


def insert(rows):
    extra = chained(3, NOW.isoformat(), "local:eve", "create", "answer", "x", "null", "{}", rows[1][-1])
    return [*rows[:2], extra, *((row[0] + 1, *row[1:]) for row in rows[2:])]


TAMPERED = [
    *(pytest.param(lambda rows, at=at: [*rows[:2], changed_text(rows[2], at), *rows[3:]], 3, id=f"alter-{NAMES[at]}")
      for at in range(1, 10)),
    pytest.param(lambda rows: [*rows[:2], (30, *rows[2][1:]), *rows[3:]], 3, id="alter-seq"),
    pytest.param(lambda rows: rows[1:], 1, id="drop-first"),
    pytest.param(lambda rows: rows[:2] + rows[3:], 3, id="drop-middle"),
    pytest.param(lambda rows: rows[:-1], 6, id="cut-tail"),
    pytest.param(lambda rows: rows[:-4], 3, id="cut-long-tail"),
    pytest.param(lambda rows: [], 1, id="cut-all"),
    pytest.param(lambda rows: [*rows[:2], (3, *rows[3][1:]), (4, *rows[2][1:]), *rows[4:]], 3, id="swap"),
    pytest.param(insert, 4, id="insert"),
    pytest.param(lambda rows: [*rows, chained(7, *rows[5][1:8], rows[5][9])], 7, id="add-at-the-end"),
    pytest.param(lambda rows: [*rows[:5], chained(*changed_text(rows[5], 2)[:9])], 6, id="rewrite-last"),
]  # fmt: skip


@pytest.mark.parametrize(("harm", "bad"), TAMPERED)
def test_tampering_is_found_and_named(workbench, harm, bad):
    before = head(workbench)
    replace_trail(harm(trail_of(workbench.connection)))(workbench.connection)
    for against in (None, before):
        found = verify(workbench, against)
        assert (found.ok, found.first_bad) == (False, bad), found


@pytest.mark.parametrize(
    ("harm", "bad"),
    [
        pytest.param(lambda rows: rows[:4], 5, id="tail-cut"),
        pytest.param(lambda rows: rewritten([rows[0], changed_text(rows[1], 2), *rows[2:]]), 6, id="written-anew"),
        pytest.param(lambda rows: rewritten([*rows[:3], *rows[4:], *rows[4:]]), 6, id="anew-and-longer"),
    ],
)
def test_a_trail_that_fits_in_itself_is_found_by_a_head_kept_outside(tmp_path, workbench, harm, bad):
    kept = head(workbench)
    replace_trail(harm(trail_of(workbench.connection)), with_head=True)(workbench.connection)
    found = verify(workbench, kept)
    assert (found.ok, found.first_bad) == (False, bad), found
    assert verify(workbench) == found, "the head kept beside the store tells the same"
    forget_head(workbench.file)
    assert verify(workbench).ok, "without any head there is nothing to tell"


WRONG = "f" * 64


@pytest.mark.parametrize(
    ("given", "beside", "bad"),
    [
        pytest.param(None, None, None, id="both-right"),
        pytest.param((4, None), None, None, id="an-earlier-one"),
        pytest.param((4, WRONG), None, 4, id="the-given-wrong"),
        pytest.param((9, WRONG), None, 7, id="the-given-later"),
        pytest.param(None, (6, WRONG), 6, id="the-kept-wrong"),
        pytest.param(None, (8, WRONG), 7, id="the-kept-later"),
        pytest.param((4, None), (5, WRONG), 5, id="an-earlier-one-and-the-kept-wrong"),
        pytest.param((5, WRONG), (3, WRONG), 3, id="both-wrong"),
    ],
)
def test_the_head_that_is_given_and_the_one_beside_the_store_are_both_checked(workbench, given, beside, bad):
    def made(said):
        rows, digest = said or (6, None)
        return Head(rows=rows, hash=digest or hashes[rows - 1])

    hashes = [row[-1] for row in trail_of(workbench.connection)]
    if beside:
        keep_head(workbench.file, Known(rows=beside[0], hash=beside[1]))
    found = verify(workbench, made(given))
    assert (found.ok, found.first_bad) == (bad is None, bad), found
    kept_fails = beside is not None
    assert found.checked_against == (made(beside) if kept_fails else made(given))
    assert ("kept beside the store" in (found.what or "")) == kept_fails


def test_a_head_row_that_is_gone_is_found(workbench):
    workbench.connection.execute("DELETE FROM audit_head")
    assert not verify(workbench).ok
    with pytest.raises(StoreDamaged, match="heads"):
        fill_again(workbench)


ROWS = [
    tuple(row)
    for row in rewritten(
        [(0, NOW.isoformat(), "local:ana", "update", "answer", f"a{n}", "null", canonical({"n": n, "é": '"'}), "", "")
         for n in range(5)]
    )
]  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8"), max_size=70)


@given(st.integers(0, 4), st.integers(0, 9), TEXTS, st.integers(-2, 2**40))
def test_no_single_change_to_any_row_passes(place, column, text, number):
    value = number if column == 0 else text
    row = ROWS[place]
    harmed = [*ROWS[:place], (*row[:column], value, *row[column + 1 :]), *ROWS[place + 1 :]]
    found = verify_rows(harmed)
    assert found.ok == (value == row[column])
    if not found.ok:
        assert found.first_bad == place + 1


@given(st.lists(st.sampled_from(ROWS), max_size=7))
def test_only_a_beginning_in_its_order_passes(rows):
    whole = rows == ROWS[: len(rows)]
    assert verify_rows(rows).ok == whole
    assert verify_rows(rows, Head(rows=5, hash=ROWS[-1][-1])).ok == (rows == ROWS)


@pytest.mark.parametrize("rows", [0, 1, 3, 5])
def test_a_trail_passes_through_every_head_it_had(rows):
    kept = Head(rows=rows, hash=ROWS[rows - 1][-1] if rows else START)
    assert verify_rows(ROWS, kept).ok
    assert not verify_rows(ROWS, kept.model_copy(update={"hash": "f" * 64})).ok


SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "verify_trail.py"


def outside(folder, lines, kept=None):
    """Run the script of the docs, with nothing of this project at hand."""
    (folder / "trail.jsonl").write_text("".join(lines), encoding="utf-8")
    names = [folder / "trail.jsonl"]
    if kept:
        names.append(folder / "head.json")
        names[1].write_text(kept.model_dump_json(), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-I", SCRIPT, *names], capture_output=True, text=True, cwd=folder, check=False
    )
    return ran.returncode, (ran.stdout + ran.stderr).strip()


def exported(rows):
    return [canonical(dict(zip(NAMES, row, strict=True))) + "\n" for row in rows]


def test_the_script_of_the_docs_agrees(workbench, tmp_path):
    lines, kept = list(export_trail(workbench)), head(workbench)
    assert outside(tmp_path, lines) == outside(tmp_path, lines, kept) == (0, f"6 rows, head {kept.hash}: whole")
    rows = trail_of(workbench.connection)
    for harmed, words in (
        (rows[1:], "row 1 is missing"),
        ([*rows[:2], changed_text(rows[2], 2), *rows[3:]], "row 3 is not what was hashed"),
        ([*rows[:2], (3, *rows[3][1:]), *rows[3:]], "row 3 does not follow the one before"),
        (rows[:4], "the tail was cut at row 5"),
        (rewritten([changed_text(rows[0], 2), *rows[1:]]), "the trail was written anew"),
    ):
        assert outside(tmp_path, exported(harmed), kept) == (1, words)
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 40


def test_export_reads_back(workbench):
    lines = list(export_trail(workbench))
    rows = list(read_trail(lines, "trail.jsonl"))
    assert rows == trail_of(workbench.connection)
    assert verify_rows(rows, head(workbench)).ok


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda line: "", id="empty"),
        pytest.param(lambda line: "[]\n", id="no-object"),
        pytest.param(lambda line: line.replace('"seq":1', '"seq":"1"'), id="text-for-number"),
        pytest.param(lambda line: line.replace('"seq":1', '"seq":true'), id="true-for-number"),
        pytest.param(lambda line: line.replace('"actor":', '"actor":"local:eve","actor":'), id="a-key-twice"),
        pytest.param(lambda line: line[:-2] + ',"more":1}\n', id="another-key"),
        pytest.param(lambda line: line.replace('"kind":"answer",', ""), id="a-key-less"),
        pytest.param(lambda line: line.replace(":", ": ", 1), id="spaces"),
        pytest.param(lambda line: line.replace("local:", "\\ud800"), id="half-a-character"),
    ],
)
def test_a_line_that_was_not_exported_so_is_refused(workbench, spoil):
    lines = list(export_trail(workbench))
    with pytest.raises(BadInput, match="line 1"):
        list(read_trail([spoil(lines[0]), *lines[1:]], "trail.jsonl"))


@pytest.mark.parametrize("data", ["", "[]", '{"rows":-1,"hash":"' + "0" * 64 + '"}', '{"rows":1,"hash":"abc"}'])
def test_bad_heads(data):
    with pytest.raises(BadInput, match="no head"):
        read_head(data, "head.json")


def test_rows_are_found_by_kind_record_and_actor(workbench):
    save_document(workbench.acting(Actor(email="bo", name="Bo", role="admin")), "list", "x", {}, NOW)
    assert [row.seq for row in audit_rows(workbench, kind="answer", limit=2)] == [6, 5]
    assert [row.id for row in audit_rows(workbench, record="a2")] == ["a2"]
    assert [row.seq for row in audit_rows(workbench, actor="local:bo")] == [7]
    assert [row.seq for row in audit_rows(workbench, before=3)] == [2, 1]
    assert audit_rows(workbench, kind="x' OR 1=1 --") == ()


def test_what_a_change_took_away_stays_readable(workbench):
    save_document(workbench, "answer", "a1", {"n": 1, "more": True}, NOW, revision=1, reason="said so")
    delete_document(workbench, "answer", "a1", NOW)
    gone, changed, made = audit_rows(workbench, record="a1")
    assert (gone.action, json.loads(gone.before), gone.after) == ("delete", {"n": 1, "more": True}, "null")
    assert json.loads(changed.before) == {"said": "ça 'va' \U0001f600"}
    assert json.loads(changed.after) == {"fields": {"more": True}, "reason": "said so", "revision": 2}
    assert (made.action, made.before) == ("create", "null")


def test_two_open_transactions_cannot_fork_the_chain(workbench):
    one, two = workbench.connection.cursor(), workbench.connection.cursor()
    changes = [Change(cursor, workbench.actor, NOW.replace(tzinfo=None)) for cursor in (one, two)]
    for cursor in (one, two):
        cursor.execute("BEGIN")
        cursor.execute("SELECT * FROM audit_head").fetchall()
    changes[0].note("create", "list", "mine", None, {})
    with pytest.raises(duckdb.TransactionException, match="onflict"):
        changes[1].note("create", "list", "theirs", None, {})
    one.execute("COMMIT")
    two.execute("ROLLBACK")
    assert verify(workbench).ok
    assert [row.id for row in audit_rows(workbench, limit=1)] == ["mine"]


def test_a_transaction_that_read_before_another_committed_cannot_follow_the_same_row(workbench):
    late = workbench.connection.cursor()
    late.execute("BEGIN")
    late.execute("SELECT * FROM audit_head").fetchall()
    save_document(workbench, "answer", "between", {"n": 1}, NOW)
    with pytest.raises(duckdb.TransactionException, match="onflict"):
        Change(late, workbench.actor, NOW.replace(tzinfo=None)).note("create", "list", "late", None, {})
    late.execute("ROLLBACK")
    assert verify(workbench).ok


def test_a_change_that_is_not_noted_is_a_mistake_and_undone(workbench):
    with pytest.raises(RuntimeError, match="noted"):
        write(workbench, lambda change: change.fetch("DELETE FROM document"), NOW)
    assert workbench.read("SELECT count(*) FROM document") == [(6,)]


def test_verifying_while_others_save_sees_one_moment(workbench):
    told = []

    def save_more(rows):
        told.append(rows)
        save_document(workbench, "answer", f"more-{rows}", {}, NOW)

    batch = 20_000
    rows, prev = [], head(workbench)
    last = prev.hash
    for seq in range(prev.rows + 1, batch + 20):
        rows.append(chained(seq, NOW.isoformat(), "local:ana", "create", "answer", "x", "null", "{}", last))
        last = rows[-1][-1]
    columns = [list(column) for column in zip(*rows, strict=True)]
    parts = ", ".join(f"unnest(${number}::{'BIGINT' if number == 1 else 'VARCHAR'}[])" for number in range(1, 11))
    workbench.connection.execute(f"INSERT INTO audit SELECT {parts}", columns)
    workbench.connection.execute("UPDATE audit_head SET seq = ?, hash = ?", [rows[-1][0], last])
    found = verify(workbench, progress=save_more)
    assert (found.ok, found.rows, told) == (True, batch + 19, [batch])
    assert head(workbench).rows == batch + 20


def test_the_head_beside_the_store_follows_every_change(workbench):
    for change in (lambda: fill_again(workbench), lambda: denied(workbench)):
        change()
        kept, stored = known_head(workbench.file), head(workbench)
        assert (kept.rows, kept.hash) == (stored.rows, stored.hash)


def fill_again(workbench):
    save_document(workbench, "answer", "again", {}, NOW)


def denied(workbench):
    with pytest.raises(NotAllowed):
        save_document(workbench.acting(Actor(email="v", name="V", role="viewer")), "answer", "no", {}, NOW)


@pytest.mark.parametrize("content", [None, b"", b"\x00" * 512, b"{}"], ids=["gone", "empty", "zeros", "old"])
def test_a_head_that_cannot_be_read_is_made_anew(tmp_path, content):
    with open_workbench(tmp_path, NOW) as workbench:
        fill(workbench, 2)
        file = witness_path(workbench.file)
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with open_workbench(tmp_path, NOW) as workbench:
        assert head(workbench).rows == 2
        fill_again(workbench)
        assert known_head(workbench.file).rows == 3


def test_rows_carry_the_names_of_their_columns():
    assert list(AuditRow.model_fields) == NAMES
    assert len(chain.Chained.__args__) == len(NAMES)
