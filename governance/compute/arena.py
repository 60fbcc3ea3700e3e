"""Import a leaderboard of people's votes as a second capability index; no licence is stated, so never shipped."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from governance.catalogue.facts import ImportReport, Note, Problem, write_facts
from governance.errors import BadInput

SOURCE = "arena-catalog"
INDEX = "arena"
FILE = "leaderboard_snapshots.parquet"
COLUMNS = ("board", "commit_date", "category", "model", "rating")
BOARD, CATEGORY = "text", "full"
MAX_BYTES = 200_000_000

_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*")
_DATE = re.compile(r"[-_ (]*20\d{2}-?\d{2}-?\d{2}\)?$")
TUNING = frozenset({"instruct", "chat", "it", "hf", "preview", "bf", "fp", "exp"})
"""Words that tell a served variant from the model that was trained; numbers after bf and fp go with them."""


def import_arena(path: Path, out: Path, models: pl.DataFrame | None = None) -> ImportReport:
    """Read the latest text board into rows of ``capability``.

    Args:
        path: Folder with ``leaderboard_snapshots.parquet``: board, commit_date, category, model, rating.
        out: Folder for the facts; the catalogue expects the name ``arena-catalog``.
        models: Table ``model`` (id, name, released); without it no row is linked or dated.

    Returns:
        What was read and kept; a note says how many names were joined.

    Raises:
        BadInput: The file is missing, too big, no Parquet, lacks a column or has no such board.
    """
    board = _latest(path / FILE)
    known = {} if models is None else _by_key(models)
    rows, refused = [], []
    for name, rating in board.iter_rows():
        if not name or rating is None:
            refused.append(Problem(kind="missing_field", subject=f"{FILE}, {name}", detail="no name or no rating"))
            continue
        model_id, released = known.get(name_key(name), (None, None))
        rows.append(
            {
                "index_id": INDEX,
                "model": name,
                "model_id": model_id,
                "released": released,
                "value": rating,
                "source_id": SOURCE,
            }
        )
    joined = sum(row["model_id"] is not None for row in rows)
    dated = sum(row["released"] is not None for row in rows)
    told = f"{joined} of {len(rows)} names meet exactly one model; {dated} of them have a date of release"
    files = write_facts(out, {"capability": rows})
    return ImportReport(
        source=SOURCE,
        read=board.height,
        kept=len(rows),
        refused=tuple(refused),
        notes=(Note(kind="joined_by_name", subject=FILE, detail=told),),
        files=files,
        rows={"capability": len(rows)},
    )


def name_key(name: str) -> str:
    """Give a model's name without case, marks, a date at its end and words for a tuned or served variant.

    >>> name_key("Qwen2.5-72B-Instruct"), name_key("llama-3.1-405b-instruct-bf16"), name_key("Llama 3.1-405B")
    ('qwen2.572b', 'llama3.1405b', 'llama3.1405b')
    """
    words = _WORD.findall(_DATE.sub("", name.lower()))
    kept = [
        word
        for place, word in enumerate(words)
        if word not in TUNING and not (word.isdigit() and place and words[place - 1] in ("bf", "fp"))
    ]
    return "".join(kept)


def _by_key(models: pl.DataFrame) -> dict[str, tuple[str, object]]:
    found: dict[str, tuple[str, object]] = {}
    shared = set()
    for model_id, name, released in models.select("id", "name", "released").iter_rows():
        key = name_key(name)
        if key in found:
            shared.add(key)
        found[key] = (model_id, released)
    return {key: one for key, one in found.items() if key not in shared}


def _latest(file: Path) -> pl.DataFrame:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput("the file is too big", str(file), f"up to {MAX_BYTES // 1_000_000} MB are read")
        table = pl.read_parquet(file)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror or error}", str(file), "check the path") from error
    except pl.exceptions.PolarsError as error:
        raise BadInput("the file is not Parquet", str(file), "fetch it again") from error
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", str(file), f"give {', '.join(COLUMNS)}")
    board = table.filter((pl.col("board") == BOARD) & (pl.col("category") == CATEGORY))
    if board.is_empty():
        raise BadInput(f"there is no board '{BOARD}' of category '{CATEGORY}'", str(file), "fetch the published file")
    last = board.filter(pl.col("commit_date") == pl.col("commit_date").max())
    return last.select("model", pl.col("rating").cast(pl.Float64)).unique("model", keep="first").sort("model")
