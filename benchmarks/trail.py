"""Saving with a row in the trail, as the trail grows, beside saving without one and beside SQLite; and checking it."""

from __future__ import annotations

import gc
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl
from row import Row, row, timed

from governance.records import store
from governance.records.audit import verify
from governance.records.chain import COLUMNS, START, Chained, canonical, chained
from governance.records.documents import save_document
from governance.records.store import Workbench, open_workbench, workbench_path
from governance.records.witness import forget_head

TITLE = "Trail: a save as the trail grows to 1,000,000 rows"
ABOUT = (
    "One save makes one new document of about 300 bytes with its first version and its row in the trail, one "
    "transaction, on the disk when it returns. The stores take turns, so that whatever else the machine does meets "
    "all of them; ratios are per turn, beside the trail of 1,000 rows. Without a trail: the same save with the three "
    "statements of the trail and the kept head left out. SQLite: write-ahead log, synchronous full, the same chain "
    "and tables. Checking reads every row, its hash, its link and the end; ratios are beside the way Touchstone uses."
)
SIZES = (1_000, 100_000, 1_000_000)
SAVES, CHECKS, BATCH = 500, 3, 50_000
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
BODY = {"status": "found", "finding": "w" * 150, "method": "survey", "n": 120, "groups": ["a", "b"], "party": "first"}
KEYED = "ALTER TABLE audit ADD PRIMARY KEY (seq)"

Save = Callable[[int], object]


def run() -> list[Row]:
    """Fill each store, let all of them save in turn, then check the longest trail."""
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as place, ExitStack() as open_stores:
        folder = Path(place)
        ways: dict[str, Save] = {}
        benches = {}
        for size in SIZES:
            bench = benches[size] = open_stores.enter_context(filled(folder / str(size), size))
            ways[f"Touchstone, {size:,} rows"] = saver(bench)
        plain = open_stores.enter_context(filled(folder / "plain", SIZES[0]))
        ways["the same without a trail"] = untrailed(saver(plain))
        keyed = open_stores.enter_context(filled(folder / "keyed", SIZES[-1], KEYED))
        ways[f"with a primary key on the place, {SIZES[-1]:,} rows"] = saver(keyed)
        lite = open_stores.enter_context(closing(sqlite(folder / "peer.sqlite", SIZES[-1])))
        ways[f"SQLite, {SIZES[-1]:,} rows"] = sqlite_saver(lite)
        times = in_turn(ways)
        first = times[f"Touchstone, {SIZES[0]:,} rows"]
        rows = [row(way, taken, None if taken is first else first, tail(taken, first)) for way, taken in times.items()]
        return rows + checks(benches[SIZES[-1]])


def in_turn(ways: dict[str, Save]) -> dict[str, list[float]]:
    """Let every way save once, again and again; the first saves warm up and do not count."""
    times: dict[str, list[float]] = {way: [] for way in ways}
    gc.collect()
    for number in range(SAVES + 20):
        for way, save in ways.items():
            taken = timed(lambda save=save, number=number: save(number))
            if number >= 20:
                times[way].append(taken)
    return times


def tail(times: list[float], beside: list[float]) -> str:
    """Say the 99th percentile, and how it stands to the one beside it."""
    p99, other = (statistics.quantiles(taken, n=100, method="inclusive")[-1] for taken in (times, beside))
    return f"p99 {p99 * 1e3:.2f} ms" + ("" if times is beside else f", {p99 / other:.2f} of the first row's")


def trail(rows: int) -> Iterator[Chained]:
    """Give a whole trail of so many rows, each like that of a save."""
    prev = START
    after = canonical({"fields": BODY, "revision": 1})
    for seq in range(1, rows + 1):
        one = chained(seq, NOW.isoformat(), "local:ana", "create", "answer", f"a{seq}", "null", after, prev)
        prev = one[-1]
        yield one


@contextmanager
def filled(folder: Path, rows: int, script: str = "") -> Iterator[Workbench]:
    """Open a workbench whose trail already has so many rows."""
    open_workbench(folder, NOW).close()
    path, source, last = workbench_path(folder), trail(rows), START
    with duckdb.connect(str(path)) as connection:
        for start in range(0, rows, BATCH):
            batch = list(islice(source, min(BATCH, rows - start)))
            frame = pl.DataFrame(batch, schema=COLUMNS.split(", "), orient="row")
            connection.register("frame", frame.to_arrow())
            connection.execute("INSERT INTO audit SELECT * FROM frame")
            last = batch[-1][-1]
        connection.execute("UPDATE audit_head SET seq = ?, hash = ?", [rows, last])
        if script:
            connection.execute(script)
    forget_head(path)
    with open_workbench(folder, NOW) as workbench:
        yield workbench


def saver(workbench: Workbench) -> Save:
    """Save a new document each time."""
    return lambda number: save_document(workbench, "answer", f"b{number}", BODY, NOW)


def untrailed(save: Save) -> Save:
    """Leave out what the trail adds."""

    def work(number: int) -> object:
        kept = store.Change.note, store.keep_head, store.known_head
        store.Change.note = lambda self, *_: self.noted.append((0,) + ("",) * 9)
        store.keep_head, store.known_head = lambda *_: None, lambda *_: None
        try:
            return save(number)
        finally:
            store.Change.note, store.keep_head, store.known_head = kept

    return work


def sqlite(path: Path, rows: int) -> sqlite3.Connection:
    """Make the same tables in SQLite and fill the trail."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL")
    connection.execute(f"CREATE TABLE audit ({COLUMNS}, PRIMARY KEY (seq)) WITHOUT ROWID")
    connection.execute("CREATE TABLE document (kind, id, body, revision, created, author, PRIMARY KEY (kind, id))")
    connection.execute("CREATE TABLE document_version (kind, id, revision, body, PRIMARY KEY (kind, id, revision))")
    connection.execute("BEGIN")
    connection.executemany(f"INSERT INTO audit VALUES ({', '.join('?' * 10)})", trail(rows))
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return connection


def sqlite_saver(connection: sqlite3.Connection) -> Save:
    """Save as `save_document` does, in SQLite."""

    def save(number: int) -> None:
        text, name = canonical(BODY), f"b{number}"
        connection.execute("BEGIN IMMEDIATE")
        found = connection.execute("SELECT 1 FROM document WHERE kind = 'answer' AND id = ?", [name]).fetchall()
        if found:
            raise ValueError(name)
        connection.execute("INSERT INTO document VALUES ('answer', ?, ?, 1, ?, 'ana')", [name, text, NOW.isoformat()])
        connection.execute("INSERT INTO document_version VALUES ('answer', ?, 1, ?)", [name, text])
        seq, prev = connection.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
        after = canonical({"fields": BODY, "revision": 1})
        line = chained(seq + 1, NOW.isoformat(), "local:ana", "create", "answer", name, "null", after, prev)
        connection.execute(f"INSERT INTO audit VALUES ({', '.join('?' * 10)})", line)
        connection.execute("COMMIT")

    return save


SAID = ", ".join(f"to_json({name})" for name in COLUMNS.split(", ")[1:9])
SQL_CHECK = f"""
WITH said AS (
    SELECT seq, prev, hash, lag(hash, 1, '{START}') OVER (ORDER BY seq) AS before,
           lag(seq, 1, 0) OVER (ORDER BY seq) AS due, sha256('[' || concat_ws(',', seq, {SAID}) || ']') AS found
    FROM audit
)
SELECT min(seq) FILTER (found <> hash OR prev <> before OR seq <> due + 1), count(*) FROM said
"""


def checks(workbench: Workbench) -> list[Row]:
    """Check one trail row by row, and in SQL."""

    def by_row() -> None:
        found = verify(workbench)
        if not found.ok:
            raise ValueError(found.what)

    def by_sql() -> None:
        bad, _ = workbench.read(SQL_CHECK)[0]
        if bad is not None:
            raise ValueError(bad)

    count = workbench.read("SELECT count(*) FROM audit")[0][0]
    ways = {"check every row (Touchstone)": by_row, "check every row in SQL": by_sql}
    times = {way: [timed(check) for _ in range(CHECKS)] for way, check in ways.items()}
    first = next(iter(times.values()))
    return [
        row(way, taken, None if taken is first else first, f"{count / statistics.median(taken):,.0f} rows a second")
        for way, taken in times.items()
    ]
