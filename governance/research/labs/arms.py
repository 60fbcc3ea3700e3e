"""Predictions of dense and compressed runs as one relation in DuckDB: held rows and large files alike, bounded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from governance.errors import BadInput
from governance.evaluation.formats.layouts import CONSTANT
from governance.evaluation.formats.tables import NEEDED, PREDICTIONS
from governance.evaluation.groups.chosen import language_code, unit_script
from governance.mapping import processors

MEMORY = "1GB"
"""Held by DuckDB at most; what is more goes to a temporary folder."""
THREADS = 4
"""Of DuckDB over a file, at most: each holds buffers of its own."""
BUFFER = 8_000_000
"""Bytes of a CSV that are read at a time."""
UNCOMPRESSED = ("", "none", "dense", "baseline", "full", "fp32", "fp16", "bf16", "float32", "float16", "bfloat16")
"""Methods that are read as not compressed, where no sparsity says so."""
SLICES = ("class", "group", "language", "script", "all")
_COLUMN = {"class": "label", "group": '"group"', "language": "language", "script": "language", "all": "NULL"}


@dataclass(frozen=True, slots=True)
class Arm:
    """Runs that were compressed alike.

    Args:
        name: For people, e.g. ``magnitude, 90% sparse``.
        method, sparsity: As stated.
        runs: A count.
        rows: A count.
        dense: Whether these are the uncompressed runs.
    """

    name: str
    method: str | None
    sparsity: float | None
    runs: int
    rows: int
    dense: bool


@contextmanager
def held(frame: pl.DataFrame) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection in which ``told`` are these predictions."""
    with tempfile.TemporaryDirectory() as folder, _connection(folder) as connection:
        connection.execute("SET threads = 1")  # sums then have one order: the same digits each time
        connection.register("frame", frame.to_arrow())
        connection.execute("CREATE VIEW told AS SELECT * FROM frame")
        yield connection


@contextmanager
def streamed(path: Path, mapping: Mapping[str, str] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection in which ``told`` are the predictions of a file; it is never held as a whole.

    A CSV is turned into Parquet in a temporary folder, in one pass: it would be read again by every query, and its
    buffers are large.

    Args:
        path: CSV or Parquet.
        mapping: Our columns to those of the file; ``=text`` sets all rows. What is not named is taken by our name.

    Raises:
        BadInput: It cannot be read, a column that is needed or named is missing, or a row lacks item, run or
            prediction.
    """
    with tempfile.TemporaryDirectory() as folder, _connection(folder) as connection:
        connection.execute(f"SET threads = {min(THREADS, processors())}")
        parquet = path.open("rb").read(4) == b"PAR1"
        read = "read_parquet(?)" if parquet else f"read_csv(?, all_varchar = true, buffer_size = {BUFFER})"
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM {read}", [str(path)]).fetchall()  # noqa: S608 - a constant
            chosen = ", ".join(_columns([str(row[0]) for row in described], mapping or {}, path.name))
            rows = f"SELECT {chosen} FROM {read.replace('?', _quoted(str(path)))}"  # noqa: S608 - names and texts quoted
            if not parquet:
                copy = _quoted(str(Path(folder) / "told.parquet"))
                connection.execute(f"COPY ({rows}) TO {copy} (FORMAT parquet, COMPRESSION lz4)")
                rows = f"SELECT * FROM read_parquet({copy})"  # noqa: S608 - our own file
            connection.execute(f"CREATE VIEW told AS {rows}")
            lacking = connection.execute(
                "SELECT count(*) FROM told WHERE item IS NULL OR run IS NULL OR prediction IS NULL"
            ).fetchall()[0][0]
        except duckdb.Error as error:
            raise BadInput(f"the file cannot be read: {str(error)[:120]}", path.name, "give CSV or Parquet") from error
        if lacking:
            fix = "fill them in, or leave the rows out"
            raise BadInput(f"{lacking:,} rows lack item, run or prediction", path.name, fix)
        yield connection


def find_arms(connection: duckdb.DuckDBPyConnection, dense: str = "") -> tuple[Arm, ...]:
    """Find which runs are dense and which compressed alike; the dense ones first, then by method and sparsity.

    Args:
        connection: With ``told``.
        dense: Method that is not compressed; empty: sparsity 0 where any is stated, else by its name.

    Raises:
        BadInput: There are no dense runs, or no compressed ones.
    """
    rows = connection.execute(
        """
        SELECT method, sparsity, count(DISTINCT run) AS runs, count(*) AS n FROM told
        GROUP BY method, sparsity ORDER BY method NULLS FIRST, sparsity NULLS FIRST
        """
    ).fetchall()
    sparse = any(sparsity for _, sparsity, _, _ in rows)

    def is_dense(method: str | None, sparsity: float | None) -> bool:
        if dense:
            return method == dense
        return not sparsity if sparse else (method or "").strip().casefold() in UNCOMPRESSED

    arms = [Arm(_name(one[0], one[1]), one[0], one[1], one[2], one[3], is_dense(one[0], one[1])) for one in rows]
    if not any(one.dense for one in arms):
        fix = "give predictions of uncompressed runs too (sparsity 0, or method 'none'), or name their method"
        raise BadInput("there are no dense runs", "predictions, columns method and sparsity", fix)
    if all(one.dense for one in arms):
        fix = "give predictions of compressed runs too, with their method and sparsity"
        raise BadInput("there are no compressed runs", "predictions, columns method and sparsity", fix)
    return tuple(sorted(arms, key=lambda one: not one.dense))


def strongest(arms: tuple[Arm, ...], asked: str = "") -> Arm:
    """Give the arm that is asked for, or the most compressed one.

    Raises:
        BadInput: There is none of that name.
    """
    sparse = [one for one in arms if not one.dense]
    if asked:
        named = [one for one in sparse if asked in (one.name, one.method)]
        if not named:
            fix = f"use one of {'; '.join(one.name for one in sparse)}"
            raise BadInput(f"there is no compressed arm '{asked:.60}'", "setting arm", fix)
        sparse = named
    return max(sparse, key=lambda one: one.sparsity or 0)


def make_cells(connection: duckdb.DuckDBPyConnection, arms: tuple[Arm, ...], by: str, value: str = "right") -> None:
    """Make the view ``cells``: unit, slice, arm, run, prediction, label, value; a unit is an item in a language.

    Args:
        connection: With ``told``.
        arms: Of `find_arms`.
        by: What a slice is, one of `SLICES`.
        value: ``right``: whether the prediction is the label; ``score``: the score as stated.

    Raises:
        BadInput: A unit has two predictions of one run.
    """
    table = pl.DataFrame(
        [(one.method, one.sparsity, "dense" if one.dense else one.name) for one in arms],
        schema={"of_method": pl.String, "of_sparsity": pl.Float64, "arm": pl.String}, orient="row",
    )  # fmt: skip
    connection.register("arms", table.to_arrow())
    codes = connection.execute("SELECT DISTINCT language FROM told WHERE language IS NOT NULL").fetchall()
    named = [(one, (unit_script(one) or "unknown") if by == "script" else language_code(one)) for (one,) in codes]
    languages = pl.DataFrame(named, schema={"spoken": pl.String, "slice": pl.String}, orient="row")
    connection.register("languages", languages.to_arrow())
    chosen = "languages.slice" if by in ("language", "script") else _COLUMN[by]
    score = "CAST(prediction = label AS DOUBLE)" if value == "right" else "score"
    connection.execute(
        f"""
        CREATE OR REPLACE VIEW cells AS
        SELECT hash(item, language) AS unit, coalesce({chosen}, 'all') AS slice, arm, run, prediction, label,
               {score} AS value
        FROM told
        JOIN arms ON told.method IS NOT DISTINCT FROM of_method AND told.sparsity IS NOT DISTINCT FROM of_sparsity
        LEFT JOIN languages ON told.language = spoken
        """  # noqa: S608 - constants
    )
    rows, apart = connection.execute("SELECT count(*), count(DISTINCT hash(unit, arm, run)) FROM cells").fetchall()[0]
    if rows != apart:
        fix = "name runs apart, e.g. by their seed, and keep one prediction of a run for an item and language"
        raise BadInput(f"{rows - apart:,} predictions repeat an item of the same run", "predictions, column run", fix)


def _columns(names: list[str], mapping: Mapping[str, str], where: str) -> list[str]:
    """Give our columns as SQL over a file's; a text after ``=`` holds in all rows, an empty one leaves a column out."""
    for ours in mapping:
        if ours not in PREDICTIONS:
            fix = f"use one of {', '.join(PREDICTIONS)}"
            raise BadInput(f"'{ours:.60}' is no column of predictions", f"{where}, mapping", fix)
    found = []
    for ours in PREDICTIONS:
        theirs = mapping.get(ours, ours if ours in names else "")
        if theirs and not theirs.startswith(CONSTANT) and theirs not in names:
            fix = f"it has {', '.join(names[:20])}"
            raise BadInput(f"there is no column '{theirs:.60}'", f"{where}, mapping", fix)
        if not theirs and ours in NEEDED["predictions"]:
            fix = f"map it, e.g. --map {ours}=THEIRS; the file has {', '.join(names[:20])}"
            raise BadInput(f"there is no column '{ours}'", f"{where}, line 1", fix)
        kind = "DOUBLE" if ours in ("sparsity", "score") else "VARCHAR"
        value = _quoted(theirs[1:]) if theirs.startswith(CONSTANT) else _name_of(theirs) if theirs else "NULL"
        found.append(f"CAST({value} AS {kind}) AS {_name_of(ours)}")
    return found


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _name_of(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _name(method: str | None, sparsity: float | None) -> str:
    share = "" if sparsity is None else f"{100 * sparsity:.4g}% sparse"
    return ", ".join(one for one in (method or "", share) if one) or "dense"


@contextmanager
def _connection(folder: str) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    try:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = {_quoted(folder)}")
        yield connection
    finally:
        connection.close()
