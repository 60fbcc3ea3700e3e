"""The board of votes as a second index."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from governance.catalogue.connect import PROJECT
from governance.compute.arena import FILE, import_arena, name_key
from governance.errors import BadInput

PUBLISHED = PROJECT.parent / "shared" / "data" / "raw" / "arena_catalog"
MODELS = pl.DataFrame(
    {
        "id": ["a-1", "b-2", "b-2-again"],
        "name": ["A 1", "B 2", "B-2 Chat"],
        "released": [date(2024, 5, 1), date(2024, 6, 1), None],
    }
)


def board(folder: Path, rows: list[tuple[str, str, str, str | None, float | None]]) -> Path:
    columns = ["board", "commit_date", "category", "model", "rating"]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(folder / FILE)
    return folder


def test_latest_text_board(tmp_path):
    rows = [
        ("text", "2025-01-01", "full", "a-1-instruct", 1_000.0),
        ("text", "2025-02-01", "full", "a-1-instruct", 1_100.0),
        ("text", "2025-02-01", "full", "b-2", 1_050.0),
        ("text", "2025-02-01", "full", "c-3", None),
        ("text", "2025-02-01", "math", "a-1-instruct", 900.0),
        ("vision", "2025-03-01", "full", "a-1-instruct", 800.0),
    ]
    report = import_arena(board(tmp_path, rows), tmp_path / "out", MODELS)
    found = {row["model"]: row for row in pl.read_csv(tmp_path / "out" / "capability.csv").iter_rows(named=True)}
    assert (report.read, report.kept, len(report.refused)) == (3, 2, 1)
    assert (found["a-1-instruct"]["value"], found["a-1-instruct"]["model_id"]) == (1_100.0, "a-1")
    # two models share the key of b-2, so it is joined to neither
    assert found["b-2"]["model_id"] is None
    assert report.notes[0].detail.startswith("1 of 2 names")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Llama 3.1-405B", "llama-3.1-405b-instruct-fp8", True),
        ("GPT-4o", "gpt-4o-2024-05-13", True),
        ("Gemma 2 9B", "gemma-2-9b-it", True),
        ("Qwen2.5-72B", "qwen2-72b", False),
        ("GPT-4o", "gpt-4o-mini", False),
    ],
)
def test_name_key(one, other, same):
    assert (name_key(one) == name_key(other)) is same


def test_published_board(tmp_path, catalogue):
    if not (PUBLISHED / FILE).is_file():
        pytest.skip("the board as published is not here")
    models = catalogue.execute("SELECT id, name, released FROM model").pl()
    report = import_arena(PUBLISHED, tmp_path, models)
    assert (report.read, report.kept) == (282, 282)
    assert int(report.notes[0].detail.split()[0]) >= 50


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param(b"no parquet", "not Parquet", id="damaged"),
    ],
)
def test_file_refused(tmp_path, content, what):
    if content:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(BadInput, match=what):
        import_arena(tmp_path, tmp_path / "out")


def test_other_tables_refused(tmp_path):
    pl.DataFrame({"board": ["text"]}).write_parquet(tmp_path / FILE)
    with pytest.raises(BadInput, match="no column 'commit_date'"):
        import_arena(tmp_path, tmp_path / "out")
    with pytest.raises(BadInput, match="no board 'text'"):
        import_arena(board(tmp_path, [("vision", "2025-01-01", "full", "a", 1.0)]), tmp_path / "out")
