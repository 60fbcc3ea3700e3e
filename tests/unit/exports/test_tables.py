import csv
import io
import json
from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell

from governance.errors import BadInput
from governance.exports import tables
from governance.exports.columns import COLUMN_NAMES, COLUMNS
from governance.exports.tables import about_rows, csv_of, is_risky, jsonl_of, parquet_of, table_of, xlsx_of
from tests.unit.exports.samples import HOSTILE

texts = st.text(st.characters(codec="utf-8"), max_size=40)
frames = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.none() | texts,
            "tags": st.lists(texts, max_size=3),
            "examples": st.none() | st.integers(-(2**63), 2**63 - 1),
            "hours": st.none() | st.floats(allow_nan=False, allow_infinity=False),
            "synthetic": st.none() | st.booleans(),
            "released": st.none() | st.dates(),
        }
    ),
    max_size=5,
).map(
    lambda rows: pl.DataFrame(
        rows,
        schema={
            "name": pl.String,
            "tags": pl.List(pl.String),
            "examples": pl.Int64,
            "hours": pl.Float64,
            "synthetic": pl.Boolean,
            "released": pl.Date,
        },
    )
)


def cells_of(content: bytes, sheet: str) -> list[list[Cell]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows()]


def test_columns_are_unique_explained_and_human_first():
    assert len(set(COLUMN_NAMES)) == len(COLUMN_NAMES)
    assert COLUMN_NAMES[:5] == ("id", "name", "collection", "licence_use", "effective_use")
    assert all(column.help for column in COLUMNS)


@given(frames)
def test_jsonl_is_lossless(frame):
    rows = [json.loads(line) for line in jsonl_of(frame).decode().split("\n") if line]
    wanted = [
        row | {"released": row["released"].isoformat() if row["released"] else None}
        for row in frame.iter_rows(named=True)
    ]
    assert rows == wanted


@given(frames)
def test_parquet_is_lossless_and_repeatable(frame):
    content = parquet_of(frame)
    assert pl.read_parquet(content).equals(frame)
    assert parquet_of(frame) == content


@given(frames)
def test_csv_has_no_formula_and_keeps_numbers(frame):
    header, *rows = csv.reader(io.StringIO(csv_of(frame).decode(), newline=""))
    assert header == frame.columns
    assert len(rows) == frame.height
    for cells, row in zip(rows, frame.iter_rows(named=True), strict=True):
        assert not any(is_risky(cell) for cell in cells[:2])
        assert cells[2] == ("" if row["examples"] is None else str(row["examples"]))
        assert (float(cells[3]) if cells[3] else None) == row["hours"]


def test_csv_neutralises_text_only():
    frame = pl.DataFrame(
        {"name": ["=1", "-1", "safe", None], "n": [-1, 2, None, 4], "tags": [["a", "=b"], ["@c"], [], None]}
    )
    assert csv_of(frame).decode().splitlines() == ["name,n,tags", "'=1,-1,a; =b", "'-1,2,'@c", "safe,,", ",4,"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A1", "\tx", "\rx", "\nx", "  =1", "＝1", "＠SUM"])
def test_risky_starts(text):
    assert is_risky(text)


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "a@b.c", "'=1", "x\t=1"])
def test_safe_starts(text):
    assert not is_risky(text)


def test_xlsx_has_no_formula_and_no_link(hostile):
    content = xlsx_of(table_of(hostile.frame), about_rows(hostile))
    for sheet in ("Datasets", "About"):
        cells = [cell for row in cells_of(content, sheet) for cell in row]
        assert all(cell.data_type != "f" for cell in cells)
        assert all(cell.hyperlink is None for cell in cells)
    risky = [
        cell
        for row in cells_of(content, "Datasets")
        for cell in row
        if isinstance(cell.value, str) and is_risky(cell.value)
    ]
    assert risky
    assert all(cell.quotePrefix for cell in risky)


def test_xlsx_keeps_types_and_values(bundle):
    head, *rows = cells_of(xlsx_of(table_of(bundle.frame), []), "Datasets")
    assert tuple(cell.value for cell in head) == COLUMN_NAMES
    first = {name: cell.value for name, cell in zip(COLUMN_NAMES, rows[0], strict=True)}
    assert (first["examples"], first["synthetic"], first["released"].date()) == (1200, True, date(2023, 4, 5))
    assert first["language"] == "swh; eng"
    assert first["citations"] is None
    assert rows[3][COLUMN_NAMES.index("name")].value == bundle.frame["name"][3]


def test_xlsx_says_what_it_is(bundle):
    about = [
        [cell.value for cell in row] for row in cells_of(xlsx_of(table_of(bundle.frame), about_rows(bundle)), "About")
    ]
    assert ["Catalogue version", "0123456789ab"] in about
    assert ["Search", "swahili"] in about
    assert ["Number of datasets", "4"] in about
    text = str(about)
    assert all(word in text for word in ("Audit rule", "Apache-2.0", "arXiv 2310.16787", "not legal advice"))


def test_xlsx_holds_cells_too_long_and_numbers_too_large():
    frame = pl.DataFrame({"name": ["x" * 40_000], "examples": [2**60], "hours": [float("inf")]})
    row = cells_of(xlsx_of(frame, []), "Datasets")[1]
    assert len(row[0].value) == tables.MAX_CELL
    assert row[0].value.endswith("(cut)")
    assert [cell.value for cell in row[1:]] == [str(2**60), "inf"]


def test_xlsx_refuses_too_many_rows(monkeypatch):
    monkeypatch.setattr(tables, "MAX_SHEET_ROWS", 2)
    with pytest.raises(BadInput, match="3 rows are more than a sheet holds"):
        xlsx_of(pl.DataFrame({"n": [1, 2, 3]}), [])


def test_hostile_text_survives_jsonl_and_parquet(hostile):
    table = table_of(hostile.frame)
    assert [json.loads(line)["name"] for line in jsonl_of(table).decode().split("\n") if line] == list(HOSTILE)
    assert pl.read_parquet(parquet_of(table))["name"].to_list() == list(HOSTILE)
