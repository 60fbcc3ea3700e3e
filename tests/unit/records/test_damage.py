"""What happens to a process or a disk: nothing acknowledged is lost without a word, and there is a way back."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.errors import StoreDamaged
from governance.records.audit import audit_rows, head, verify
from governance.records.backups import backup, check_backup, restore
from governance.records.connecting import log_path, witness_path
from governance.records.documents import document_versions, documents, save_document
from governance.records.lists import lists
from governance.records.people import Actor
from governance.records.store import open_as_it_is, open_workbench, workbench_path
from governance.records.witness import known_head

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROJECT = Path(__file__).resolve().parents[3]


def run(code, *arguments, timeout=120):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, cwd=PROJECT, timeout=timeout, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


# One process that has imported everything makes a child a round, so that thirty rounds cost thirty openings only.
KILLER = """
import json, os, random, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from governance.catalogue.selection import Selection
from governance.records.documents import save_document, get_document
from governance.records.lists import save_list
from governance.records.store import open_workbench
folder, now, chance = Path(sys.argv[1]), datetime.now(UTC), random.Random(7)
with open_workbench(folder, now) as workbench:
    save_document(workbench, "answer", "shared", {"n": 1}, now)

def work(round_number, out):
    workbench = open_workbench(folder)
    revision = get_document(workbench, "answer", "shared").revision
    for number in range(100_000):
        saved = save_list(workbench, f"{round_number}-{number}", Selection(), ["a", "b", "c"], "0", now)
        os.write(out, f"list {saved.id}\\n".encode())
        revision = save_document(workbench, "answer", "shared", {"n": revision + 1}, now, revision).revision
        os.write(out, f"answer {revision}\\n".encode())

for round_number in range(int(sys.argv[2])):
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            work(round_number, sending)
        finally:
            os._exit(1)
    os.close(sending)
    said = os.read(receiving, 65536)
    time.sleep(chance.uniform(0, 0.15))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while more := os.read(receiving, 65536):
        said += more
    os.close(receiving)
    print(json.dumps([os.WTERMSIG(status), said.decode()]))
"""


def test_thirty_kills_lose_no_acknowledged_save_and_halve_none(tmp_path):
    rounds = [json.loads(line) for line in run(KILLER, tmp_path, 30).splitlines()]
    assert [signal for signal, _ in rounds] == [9] * 30, "each was killed at work, none had ended before"
    said = [line.split() for _, text in rounds for line in text.rpartition("\n")[0].splitlines()]
    acknowledged = {what: {value for kind, value in said if kind == what} for what in ("list", "answer")}
    assert len(acknowledged["list"]) >= 30
    with open_workbench(tmp_path) as workbench:
        sizes = {one.id: one.size for one in lists(workbench)}
        versions = document_versions(workbench, "answer", "shared")
        trail = audit_rows(workbench, limit=1_000_000)
        found = verify(workbench)
    assert found.ok, found
    assert acknowledged["list"] <= sizes.keys()
    assert set(sizes.values()) == {3}, "a list and its members are kept together"
    revisions = [one.revision for one in versions]
    assert revisions == list(range(1, len(revisions) + 1))
    assert {int(revision) for revision in acknowledged["answer"]} <= set(revisions)
    noted = Counter(json.loads(row.after)["revision"] for row in trail if row.kind == "answer")
    assert noted == Counter(revisions), "a revision and its row in the trail are both there or neither"
    assert Counter(row.id for row in trail if row.kind == "list") == Counter(sizes.keys())


LEFT = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from governance.records.documents import save_document
from governance.records.store import open_workbench
workbench = open_workbench(Path(sys.argv[1]), datetime(2026, 1, 2, tzinfo=UTC))
if len(sys.argv) > 2:  # so that a checkpoint and a log are there
    workbench.connection.execute("CHECKPOINT")
for number in range(30):
    save_document(workbench, "answer", f"a{number}", {"n": number, "text": "x" * 50}, datetime.now(UTC))
os._exit(0)
"""


@pytest.fixture(scope="module", params=["log-only", "checkpoint-and-log"])
def left(request, tmp_path_factory):
    """Give the folder of a process that died after 30 acknowledged saves."""
    folder = tmp_path_factory.mktemp("left")
    run(LEFT, folder, *(["checkpoint"] if request.param == "checkpoint-and-log" else []))
    assert log_path(workbench_path(folder)).exists()
    assert known_head(workbench_path(folder)).rows == 30
    return folder


# DuckDB could end the whole process on a damaged file, so each batch is opened in a process of its own.
OPENER = """
import json, shutil, sys
from pathlib import Path
from governance.errors import StoreDamaged
from governance.records.audit import verify
from governance.records.store import open_workbench, workbench_path
from governance.records.documents import documents
left, place = Path(sys.argv[1]), Path(sys.argv[2])
for name, at, value in json.loads(sys.argv[3]):
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(left, place)
    file = place / name
    data = bytearray(file.read_bytes())
    if value is None:
        del data[at:]
    else:
        data[at] ^= value
    file.write_bytes(data)
    before = {one.name: one.read_bytes() for one in place.iterdir()}
    try:
        with open_workbench(place) as workbench:
            found = verify(workbench)
            print(json.dumps(["opened", found.ok, found.rows, len(documents(workbench, "answer")), ""]), flush=True)
    except StoreDamaged as error:
        same = before == {one.name: one.read_bytes() for one in place.iterdir()}
        print(json.dumps(["refused", same, 0, 0, f"{error.what} | {error.fix}"]), flush=True)
"""


def opened_with(harms, left, place):
    answers = [json.loads(line) for line in run(OPENER, left, place, json.dumps(harms)).splitlines()]
    assert len(answers) == len(harms)
    return answers


def check_damage(harms, answers):
    for harm, (outcome, right, rows, kept, words) in zip(harms, answers, strict=True):
        if outcome == "opened":
            assert (right, rows, kept) == (True, 30, 30), f"{harm}: opened with less than was acknowledged"
        else:
            assert right, f"{harm}: refused, but a byte was changed"
            assert "to start anew" in words, harm


def test_a_torn_log_is_never_taken_for_a_whole_one(left, tmp_path):
    size = log_path(workbench_path(left)).stat().st_size
    chance = random.Random(5)
    cuts = [0, 1, 8, 37, size - 1, size - 8, *(chance.randrange(size) for _ in range(24))]
    harms = [("workbench.duckdb.wal", cut, None) for cut in cuts]
    answers = opened_with(harms, left, tmp_path / "place")
    check_damage(harms, answers)
    assert {outcome for outcome, *_ in answers} == {"refused"}, "every cut lost an acknowledged save"


@pytest.mark.parametrize("name", ["workbench.duckdb.wal", "workbench.duckdb"])
def test_a_flipped_bit_is_never_taken_for_fewer_saves(left, tmp_path, name):
    size = (left / name).stat().st_size
    chance = random.Random(3)
    places = [*range(0, min(size, 64), 4), *(chance.randrange(size) for _ in range(20))]
    if name == "workbench.duckdb":  # the two headers that say which checkpoint counts
        places += [4096, 4104, 4112, 4120, 4128, 8192, 8200, 8208, 8216, 8224]
    harms = [(name, place, 1 << chance.randrange(8)) for place in places]
    check_damage(harms, opened_with(harms, left, tmp_path / "place"))


def test_a_log_that_is_gone_is_told_and_what_is_left_can_be_looked_into_and_taken(left, tmp_path):
    shutil.copytree(left, tmp_path, dirs_exist_ok=True)
    path = workbench_path(tmp_path)
    with open_workbench(tmp_path) as workbench:
        save_document(workbench, "answer", "kept", {}, NOW)
    earlier = path.read_bytes()
    with open_workbench(tmp_path) as workbench:
        save_document(workbench, "answer", "lost", {}, NOW)
    path.write_bytes(earlier)
    with pytest.raises(StoreDamaged, match="ends at row 31, but row 32 was written") as caught:
        open_workbench(tmp_path)
    assert str(witness_path(path)) in caught.value.fix
    with open_as_it_is(tmp_path) as workbench:
        found = verify(workbench)
        assert (found.ok, found.first_bad, found.rows) == (False, 32, 31)
        assert len(documents(workbench, "answer")) == 31
        with pytest.raises(StoreDamaged, match="cannot be written"):
            save_document(workbench, "answer", "more", {}, NOW)
    assert path.read_bytes() == earlier
    witness_path(path).unlink()
    with open_workbench(tmp_path) as workbench:
        assert verify(workbench).ok
        assert len(documents(workbench, "answer")) == 31


def test_without_a_backup_what_was_saved_before_the_damaged_log_can_be_had(tmp_path):
    with open_workbench(tmp_path, NOW) as workbench:
        save_document(workbench, "answer", "before", {}, NOW)
    run(LEFT, tmp_path)
    path = workbench_path(tmp_path)
    data = bytearray(log_path(path).read_bytes())
    data[data.index(b"x" * 50)] ^= 1
    log_path(path).write_bytes(data)
    with pytest.raises(StoreDamaged, match="cannot be read") as caught:
        open_workbench(tmp_path)
    assert "move workbench.duckdb.wal and workbench.head away" in caught.value.fix
    for file in (log_path(path), witness_path(path)):
        file.rename(tmp_path / f"aside-{file.name}")
    with open_workbench(tmp_path) as workbench:
        assert [one.id for one in documents(workbench, "answer")] == ["before"]
        assert verify(workbench).ok


def test_another_trail_in_the_same_place_is_told(tmp_path):
    for name, said in (("one", "a"), ("two", "b")):
        with open_workbench(tmp_path / name, NOW) as workbench:
            save_document(workbench, "answer", "x", {"said": said}, NOW)
    shutil.copyfile(workbench_path(tmp_path / "two"), workbench_path(tmp_path / "one"))
    with pytest.raises(StoreDamaged, match="not the one that had 1 rows"):
        open_workbench(tmp_path / "one")


def test_a_file_taken_away_starts_anew(tmp_path):
    with open_workbench(tmp_path, NOW) as workbench:
        save_document(workbench, "answer", "x", {}, NOW)
    workbench_path(tmp_path).unlink()
    with open_workbench(tmp_path, NOW) as workbench:
        assert head(workbench).rows == 0
        save_document(workbench, "answer", "x", {}, NOW)
        assert verify(workbench).ok


def test_restore_gives_the_head_of_the_backup_and_is_noted_before_the_next_change(tmp_path):
    with open_workbench(tmp_path, NOW) as workbench:
        save_document(workbench, "answer", "kept", {}, NOW)
        info = backup(workbench, tmp_path / "copy.duckdb")
        kept = head(workbench)
        save_document(workbench, "answer", "after", {}, NOW)
        replaced = head(workbench)
    assert (info.head, info.rows["audit"]) == (kept.hash, kept.rows)
    later = NOW.replace(hour=9)
    bo = Actor(email="bo", name="Bo", role="admin")
    assert restore(Path(info.path), tmp_path, later, bo).head == kept.hash
    for _ in range(2):  # opening and reading add nothing
        with open_workbench(tmp_path, NOW) as workbench:
            assert head(workbench) == kept
            assert verify(workbench, kept).ok
    with open_workbench(tmp_path, NOW) as workbench:
        save_document(workbench, "answer", "anew", {}, later)
        save_document(workbench, "answer", "more", {}, later)
        rows = audit_rows(workbench)
        assert verify(workbench, kept).ok
        assert not verify(workbench, replaced).ok, "the trail that was replaced is another one"
    assert [(row.seq, row.action, row.id) for row in rows] == [
        (4, "create", "more"), (3, "create", "anew"), (2, "restore", "copy.duckdb"), (1, "create", "kept")]  # fmt: skip
    told = rows[2]
    assert (told.actor, told.utc) == ("local:bo", later.isoformat())
    assert json.loads(told.before) == replaced.model_dump()
    assert json.loads(told.after) == kept.model_dump()


def test_a_store_set_aside_with_its_log_comes_back_whole(left, tmp_path):
    shutil.copytree(left, tmp_path, dirs_exist_ok=True)
    with open_workbench(tmp_path / "other", NOW) as workbench:
        empty = Path(backup(workbench, tmp_path / "empty.duckdb").path)
    restore(empty, tmp_path, NOW)
    (aside,) = (tmp_path / "backups").glob("before-restore-*.duckdb")
    assert log_path(aside).exists()
    assert check_backup(aside).rows["audit"] == 30
    restore(aside, tmp_path, NOW.replace(hour=5))
    with open_workbench(tmp_path) as workbench:
        assert (len(documents(workbench, "answer")), verify(workbench).rows) == (30, 30)


# The file may grow no further than a limit (any user can set one), or the whole disk is small (root can mount one).
FULL = """
import os, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from governance.errors import StoreDamaged
from governance.records.audit import verify
from governance.records.documents import documents, save_document
from governance.records.store import open_workbench
folder, now = Path(sys.argv[1]), datetime.now(UTC)
workbench = open_workbench(folder)
ballast = folder / "ballast"
if sys.argv[2] == "limit":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, most))
    free = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
else:
    free = ballast.unlink
saved = 0
try:
    for number in range(2_000):
        save_document(workbench, "answer", f"a{number}", {"text": os.urandom(10_000).hex()}, now)
        saved += 1
except StoreDamaged as error:
    print(error.what, "|", error.fix)
print(saved, len(documents(workbench, "answer")), verify(workbench).ok, verify(workbench).rows)
free()
save_document(workbench, "answer", "after", {}, now)
workbench.close()
with open_workbench(folder) as workbench:
    print(saved, len(documents(workbench, "answer")), verify(workbench).ok, verify(workbench).rows)
"""


def check_full(out):
    words, full, freed = out.splitlines()
    assert words == "the disk is full | free some space; what was saved before is safe"
    saved = int(full.split()[0])
    assert saved > 5
    assert full.split() == [str(saved), str(saved), "True", str(saved)]
    assert freed.split() == [str(saved), str(saved + 1), "True", str(saved + 1)]


def test_a_file_that_cannot_grow_is_told_and_keeps_what_was_saved(tmp_path):
    check_full(run(FULL, tmp_path, "limit"))


def test_a_full_disk_is_told_and_keeps_what_was_saved(tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", tmp_path]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        (tmp_path / "ballast").write_bytes(bytes(4_000_000))
        check_full(run(FULL, tmp_path, "disk"))
    finally:
        subprocess.run(["umount", tmp_path], check=True)
