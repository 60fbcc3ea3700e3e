"""The workbench: one process, nothing acknowledged lost, migrated with a backup first, damage told with a way out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from governance.catalogue.selection import Selection
from governance.errors import BadInput, Conflict, StoreDamaged, StoreInUse
from governance.records import copies, migrate, store
from governance.records.audit import audit_rows, head, verify
from governance.records.backups import backup, check_backup, restore
from governance.records.documents import document_versions, save_document
from governance.records.lists import get_list, lists, save_list
from governance.records.store import open_workbench, workbench_path, write

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def workbench(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        yield connection


def save(connection, name, ids=("a", "b")):
    return save_list(connection, name, Selection(), ids, "0123456789ab", NOW)


def python(code, *arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=PROJECT, **options,
    )  # fmt: skip


def open_elsewhere(folder):
    code = (
        "import sys; from pathlib import Path\n"
        "from governance.errors import TouchstoneError\n"
        "from governance.records.store import open_workbench\n"
        "try: open_workbench(Path(sys.argv[1])); print('opened')\n"
        "except TouchstoneError as error: print(error.code, '|', error.what, '|', error.fix)\n"
    )
    process = python(code, folder)
    out, err = process.communicate(timeout=60)
    assert not err, err
    return out


def test_what_is_saved_is_there_after_reopening(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        saved = save(connection, "one")
    with open_workbench(tmp_path, NOW) as connection:
        assert get_list(connection, saved.id) == saved


def test_first_process_keeps_the_second_out(tmp_path, workbench):
    answer = open_elsewhere(tmp_path)
    assert answer.startswith(f"store_in_use | process {os.getpid()} has the workbench open")
    save(workbench, "still works")
    assert open_elsewhere(tmp_path).startswith("store_in_use"), "failed opening must not free the lock"


def test_other_process_keeps_us_out_until_it_ends(tmp_path):
    code = (
        "import sys; from pathlib import Path; from governance.records.store import open_workbench\n"
        "held = open_workbench(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    process = python(code, tmp_path, stdin=subprocess.PIPE)
    assert process.stdout.readline() == "held\n"
    with pytest.raises(StoreInUse, match=f"process {process.pid} "):
        open_workbench(tmp_path)
    with pytest.raises(StoreInUse):
        restore(_backup_of(tmp_path / "other", "x"), tmp_path, NOW)
    process.communicate("", timeout=30)
    open_workbench(tmp_path).close()


def test_second_connection_of_this_process_shares_the_store(tmp_path, workbench):
    save(workbench, "one")
    with open_workbench(tmp_path) as again:
        assert [one.name for one in lists(again)] == ["one"]


def test_locked_down(tmp_path, workbench):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("a\n1\n")
    for query in (f"SELECT * FROM read_csv('{outside}')", f"COPY saved_list TO '{outside}'", "INSTALL httpfs",
                  f"ATTACH '{outside}.duckdb' AS x", "SET lock_configuration=false", "SET threads=1"):  # fmt: skip
        with pytest.raises(duckdb.Error):
            workbench.connection.execute(query)


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from governance.catalogue.selection import Selection
from governance.records.lists import save_list
from governance.records.store import open_workbench
connection = open_workbench(Path(sys.argv[1]))
for number in range(100_000):
    saved = save_list(connection, f"{sys.argv[2]}-{number}", Selection(), ["a", "b", "c"], "0", datetime.now(UTC))
    print(saved.id, flush=True)
"""


def _backup_of(folder, *names):
    with open_workbench(folder, NOW) as connection:
        for name in names:
            save(connection, name)
        return Path(backup(connection, folder / "copy.duckdb").path)


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data[:5_000], id="truncated"),
        pytest.param(lambda data: b"SQLite format 3\x00" + data[16:], id="wrong-magic"),
        pytest.param(lambda data: bytes(4096) + data[4096:], id="zeroed-header"),
        pytest.param(lambda data: data[:12_288] + b"\xff" * (len(data) - 12_288), id="overwritten"),
    ],
)
def test_damage_names_the_way_out(tmp_path, harm):
    copy = _backup_of(tmp_path, "kept")
    (tmp_path / "backups").mkdir(exist_ok=True)
    kept = copy.rename(tmp_path / "backups" / "mine.duckdb")
    target = workbench_path(tmp_path)
    target.write_bytes(harm(target.read_bytes()))
    with pytest.raises(StoreDamaged) as caught, open_workbench(tmp_path) as connection:
        lists(connection)
    assert str(kept) in caught.value.fix
    harmed = target.read_bytes()
    restore(kept, tmp_path, NOW)
    with open_workbench(tmp_path) as connection:
        assert [one.name for one in lists(connection)] == ["kept"]
    set_aside = tmp_path / "backups" / "before-restore-20260102T030405000000Z.duckdb"
    assert set_aside.read_bytes() == harmed


def test_damaged_log_names_the_way_out(tmp_path):
    process = python(KILLED, tmp_path, 0)
    for _ in range(20):
        process.stdout.readline()
    process.kill()
    process.communicate(timeout=30)
    log = tmp_path / "workbench.duckdb.wal"
    data = bytearray(log.read_bytes())
    # A byte of a saved name: a damaged length would look to DuckDB like the end of a log that was being written.
    data[data.index(b"0-10")] ^= 0xFF
    log.write_bytes(bytes(data))
    with pytest.raises(StoreDamaged, match="cannot be read"):
        open_workbench(tmp_path)
    restore(_backup_of(tmp_path / "other", "kept"), tmp_path, NOW)
    assert not log.exists(), "an old log must not be replayed into the restored file"
    with open_workbench(tmp_path) as connection:
        assert [one.name for one in lists(connection)] == ["kept"]


AS_ANOTHER_USER = """
import os, sys, tempfile
from pathlib import Path
from governance.errors import TouchstoneError
from governance.records.store import open_workbench
open_workbench(Path(tempfile.mkdtemp())).close()
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    open_workbench(Path(sys.argv[1]))
except TouchstoneError as error:
    print(error.code, "|", error.what, "|", error.fix)
"""


def test_read_only_file_is_told():
    folder = Path(tempfile.mkdtemp())
    try:
        open_workbench(folder, NOW).close()
        workbench_path(folder).chmod(0o444)
        folder.chmod(0o555)
        out, err = python(AS_ANOTHER_USER, folder).communicate(timeout=60)
        assert out.startswith("store_damaged | the workbench cannot be written | mend the permissions"), out + err
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


LATER_MIGRATION = "INSERT INTO migration VALUES (99, 'later', now()::TIMESTAMP)"


def test_newer_schema_is_refused_and_untouched(tmp_path):
    with open_workbench(tmp_path, NOW) as connection:
        connection.connection.execute(LATER_MIGRATION)
    before = workbench_path(tmp_path).read_bytes()
    with pytest.raises(StoreDamaged, match=r"schema 99.*upgrade"):
        open_workbench(tmp_path)
    with pytest.raises(StoreDamaged, match="upgrade"):
        check_backup(workbench_path(tmp_path))
    assert workbench_path(tmp_path).read_bytes() == before


def test_another_database_is_refused(tmp_path):
    with duckdb.connect(str(workbench_path(tmp_path))) as connection:
        connection.execute("CREATE TABLE dataset (id VARCHAR)")
    with pytest.raises(StoreDamaged, match="not a workbench"):
        open_workbench(tmp_path)


@pytest.fixture
def migrations(tmp_path, monkeypatch):
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    return folder


def test_migration_leaves_a_backup_and_runs_once(tmp_path, migrations):
    place, present = tmp_path / "store", migrate.newest_schema()
    place.mkdir()
    with open_workbench(place, NOW) as connection:
        saved = save(connection, "kept")
    assert not (place / "backups").exists(), "a new store has nothing to back up"
    (migrations / "0099_more.sql").write_text(
        "ALTER TABLE saved_list ADD COLUMN colour VARCHAR; CREATE TABLE more (a INT);"
    )
    for _ in range(2):
        with open_workbench(place, NOW) as connection:
            assert connection.read("SELECT number, name FROM migration ORDER BY number")[-1] == (99, "0099_more")
            assert get_list(connection, saved.id) == saved
    copies_made = list((place / "backups").iterdir())
    assert [copy.name for copy in copies_made] == [f"before-migration-20260102T030405000000Z-schema-{present}.duckdb"]
    info = check_backup(copies_made[0])
    assert (info.schema_version, info.rows["saved_list"], info.rows["saved_list_member"]) == (present, 1, 2)
    restore(copies_made[0], place, NOW)
    with open_workbench(place, NOW.replace(hour=4)) as connection:
        assert get_list(connection, saved.id) == saved
        assert connection.read("SELECT max(number) FROM migration") == [(99,)]


def test_failing_migration_changes_nothing(tmp_path, migrations):
    place = tmp_path / "store"
    place.mkdir()
    with open_workbench(place, NOW) as connection:
        save(connection, "kept")
    (migrations / "0099_bad.sql").write_text("CREATE TABLE half (a INT); SELECT nonsense FROM nowhere;")
    with pytest.raises(StoreDamaged, match="0099_bad failed"):
        open_workbench(place, NOW)
    (migrations / "0099_bad.sql").unlink()
    with open_workbench(place, NOW) as connection:
        assert [one.name for one in lists(connection)] == ["kept"]
        assert connection.read("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'half'") == [(0,)]


def test_only_the_newest_copies_stay(tmp_path):
    for number in range(8):
        (tmp_path / f"before-migration-{number}.duckdb").write_bytes(b"")
    (tmp_path / "mine.duckdb").write_bytes(b"")
    copies.keep_newest(tmp_path, "before-migration-")
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == [*(f"before-migration-{number}.duckdb" for number in range(3, 8)), "mine.duckdb"]


BEFORE_THE_TRAIL = """
INSERT INTO saved_list VALUES ('0123456789ab', 'Swahili', 'swahili', 'mine', '{}', 'current', 'audit', 'c', 2,
                               '2026-01-01', '2026-01-02');
INSERT INTO saved_list_member VALUES ('0123456789ab', 1, 'b', 'commercial', 'unspecified'),
                                     ('0123456789ab', 2, 'a', 'commercial', 'commercial');
INSERT INTO document VALUES ('policy', 'ours', '{"n":2}', 2, '2026-01-01', '2026-01-02');
INSERT INTO document_version VALUES ('policy', 'ours', 1, '{"n":1}', '2026-01-01'),
                                    ('policy', 'ours', 2, '{"n":2}', '2026-01-02');
"""


def test_a_workbench_from_before_the_trail_keeps_everything(tmp_path):
    with duckdb.connect(str(workbench_path(tmp_path))) as old:
        old.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name VARCHAR, applied TIMESTAMP)")
        for script in sorted(migrate.MIGRATIONS.glob("000[123]_*.sql")):
            old.execute(script.read_text(encoding="utf-8"))
            old.execute("INSERT INTO migration VALUES (?, ?, '2026-01-01')", [int(script.name[:4]), script.stem])
        old.execute(BEFORE_THE_TRAIL)
    with open_workbench(tmp_path, NOW) as workbench:
        kept = get_list(workbench, "SWAHILI")
        assert (kept.dataset_ids, kept.note, kept.revision) == (("b", "a"), "mine", 2)
        assert kept.uses == (("commercial", "unspecified"), ("commercial", "commercial"))
        versions = document_versions(workbench, "policy", "ours")
        assert [(one.revision, one.body, one.author, one.editor) for one in versions] == [
            (1, {"n": 1}, None, None), (2, {"n": 2}, None, None)]  # fmt: skip
        assert (head(workbench).rows, verify(workbench).ok) == (0, True)
        assert save_document(workbench, "policy", "ours", {"n": 3}, NOW, 2).author is None
        assert audit_rows(workbench)[0].before == '{"n":2}'
    (copy,) = (tmp_path / "backups").iterdir()
    info = check_backup(copy)
    assert (info.schema_version, info.head, info.rows["document_version"]) == (3, None, 2)
    restore(copy, tmp_path, NOW)
    with open_workbench(tmp_path, NOW.replace(hour=5)) as workbench:
        assert (head(workbench).rows, len(document_versions(workbench, "policy", "ours"))) == (0, 2)


def test_migrations_are_numbered_without_gaps():
    numbers = [int(script.name[:4]) for script in sorted(migrate.MIGRATIONS.glob("*.sql"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_backup_round_trip(tmp_path, workbench):
    saved = save(workbench, "kept", [f"d{number}" for number in range(5_000)])
    info = backup(workbench, tmp_path / "elsewhere" / "copy.duckdb")
    assert info.rows["saved_list_member"] == 5_000
    assert sorted(file.name for file in (tmp_path / "backups").iterdir()) == []
    with pytest.raises(Conflict, match="exists"):
        backup(workbench, Path(info.path))
    with pytest.raises(StoreInUse, match="this process"):
        restore(Path(info.path), tmp_path, NOW)
    save(workbench, "later")
    assert open_elsewhere(tmp_path).startswith("store_in_use"), "a backup must not free the lock"
    workbench.close()
    restore(Path(info.path), tmp_path, NOW)
    with open_workbench(tmp_path) as connection:
        assert [one.id for one in lists(connection)] == [saved.id]
        assert get_list(connection, "kept") == saved
        with pytest.raises(Conflict):
            write(connection, lambda change: change.fetch(
                "INSERT INTO saved_list SELECT * REPLACE ('x' AS name) FROM saved_list"), NOW)  # fmt: skip


def test_backup_to_another_disk(tmp_path, workbench):
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no other disk")
    other = Path(tempfile.mkdtemp(dir=memory))
    try:
        save(workbench, "kept")
        assert backup(workbench, other / "copy.duckdb").rows["saved_list"] == 1
        assert check_backup(other / "copy.duckdb").schema_version == migrate.newest_schema()
        assert [file.name for file in other.iterdir()] == ["copy.duckdb"]
    finally:
        shutil.rmtree(other)


@pytest.mark.parametrize("content", [None, b"", b"nonsense" * 10_000])
def test_bad_backup_leaves_the_workbench(tmp_path, content):
    with open_workbench(tmp_path, NOW) as connection:
        save(connection, "kept")
    before = workbench_path(tmp_path).read_bytes()
    if content is not None:
        (tmp_path / "bad.duckdb").write_bytes(content)
    with pytest.raises((BadInput, StoreDamaged)):
        restore(tmp_path / "bad.duckdb", tmp_path, NOW)
    with pytest.raises(BadInput, match="the workbench itself"):
        restore(workbench_path(tmp_path), tmp_path, NOW)
    assert workbench_path(tmp_path).read_bytes() == before


def test_failed_work_leaves_nothing(workbench):
    def half(change):
        change.fetch("INSERT INTO person VALUES ('local', 'ana', 'Ana', 'admin', now()::TIMESTAMP)")
        change.note("create", "person", "local:ana", None, {})
        raise BadInput("no", "here", "stop")

    with pytest.raises(BadInput):
        write(workbench, half, NOW)
    assert workbench.read("SELECT count(*) FROM person") == [(0,)]
    assert (head(workbench).rows, verify(workbench).ok) == (0, True)


def test_a_lasting_collision_is_a_conflict(workbench):
    tries = []

    def collide(change):
        tries.append(1)
        raise duckdb.TransactionException("Conflict on update!")

    with pytest.raises(Conflict, match="keep changing"):
        write(workbench, collide, NOW)
    assert len(tries) == store.ATTEMPTS
