"""Facts: the same bytes every time, nothing lost, and damaged input named by file and line."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.catalogue import facts
from governance.catalogue.facts import read_facts, read_jsonl, write_facts
from governance.errors import BadInput, StoreDamaged

READERS = {
    ".csv": "read_csv(?, header = true, all_varchar = true, nullstr = '', strict_mode = true)",
    ".jsonl": "read_json(?, format = 'newline_delimited')",
    ".parquet": "read_parquet(?)",
}
HOSTILE = [
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "اسم",
    "nul\x00here",
    "a\"b'c,d",
    "x" * 10_000,
    "",
    " lead",
    "a\r\nb",
]


def alias(name, node_id="work:a", reason=None):
    return {
        "snapshot": "current",
        "name": name,
        "node_id": node_id,
        "basis": "name",
        "same": True,
        "reason": reason,
        "source_id": "example",
    }


def load(file, table):
    with duckdb.connect() as connection:
        for script in sorted(Path(facts.__file__).parent.glob("schema/*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM {READERS[file.suffix]}", [str(file)])
        result = connection.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_same_facts_give_same_bytes_in_any_order(tmp_path):
    rows = [alias(f"name {number}") for number in range(50)]
    first, second = tmp_path / "a", tmp_path / "b"
    write_facts(first, {"alias": rows, "node": []})
    write_facts(second, {"alias": [dict(reversed(row.items())) for row in reversed(rows)]})
    assert read_facts(first).keys() == {"alias"}
    assert (first / "alias.csv").read_bytes() == (second / "alias.csv").read_bytes()
    assert b"\r" not in (first / "alias.csv").read_bytes()


def test_format_follows_content_and_size(tmp_path):
    entry = {"snapshot": "current", "dataset_id": "a", "entry_type": "misc", "title": "T", "authors": ["B", "A"]}
    many = [alias(f"name {number}", reason="r" * 100) for number in range(9_000)]
    files = write_facts(tmp_path, {"bibliography": [entry], "alias": many, "node": []})
    assert files == ("alias.parquet", "bibliography.jsonl")
    assert load(tmp_path / "bibliography.jsonl", "bibliography")[0]["authors"] == ["B", "A"]
    assert load(tmp_path / "alias.parquet", "alias") == sorted(many, key=lambda row: row["name"])
    assert write_facts(tmp_path, {"alias": many[:3]}) == ("alias.csv",)
    assert [file.name for file in tmp_path.iterdir()] == ["alias.csv"]


def test_big_table_is_byte_identical(tmp_path):
    many = [alias(f"name {number}", reason="r" * 100) for number in range(9_000)]
    for place in ("a", "b"):
        write_facts(tmp_path / place, {"alias": many})
    assert (tmp_path / "a" / "alias.parquet").read_bytes() == (tmp_path / "b" / "alias.parquet").read_bytes()


def test_typed_values_survive(tmp_path):
    row = {
        "snapshot": "current",
        "dataset_id": "a",
        "metric": "downloads",
        "month": "2023-10",
        "value": 9_007_199_254_740_993,
    }
    write_facts(tmp_path, {"dataset_metric": [row]})
    assert load(tmp_path / "dataset_metric.csv", "dataset_metric") == [row]
    source = {
        "id": "x", "title": "X", "publisher": "P", "version": "1", "licence": None, "url": "https://example.org",
        "retrieved": date(2026, 1, 2), "checksum": None, "redistributable": False, "basis": "b", "citation": "c",
        "origin": "import",
    }  # fmt: skip
    write_facts(tmp_path, {"source": [source]})
    assert load(tmp_path / "source.csv", "source") == [source]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_survives(tmp_path, name):
    rows = [alias(name, reason=None), alias("plain", reason="because")]
    write_facts(tmp_path, {"alias": rows})
    found = load(read_facts(tmp_path)["alias"], "alias")
    assert sorted(row["name"] for row in found) == sorted([name, "plain"])
    assert {row["name"]: row["reason"] for row in found} == {name: None, "plain": "because"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.text(), st.none() | st.text()), min_size=1, max_size=20))
def test_any_text_survives(tmp_path, pairs):
    rows = [alias(name, reason=reason) for name, reason in pairs]
    write_facts(tmp_path, {"alias": rows})
    found = load(read_facts(tmp_path)["alias"], "alias")
    assert sorted(map(repr, found)) == sorted(map(repr, rows))


@pytest.mark.parametrize(
    ("tables", "what"),
    [
        pytest.param({"nonsense": [{"a": 1}]}, "no table", id="table"),
        pytest.param({"alias": [{**alias("a"), "colour": "red"}]}, "no column", id="column"),
        pytest.param({"alias": [{**alias("a"), "same": "yes"}]}, "not a Boolean", id="type"),
        pytest.param({"alias": [alias(7)]}, "not a String", id="number-for-text"),
        pytest.param({"alias": [alias("\ud800")]}, "does not fit", id="surrogate"),
        pytest.param({"dataset": [{"year": 70_000}]}, "16 bits", id="too-large"),
        pytest.param({"dataset": [{"released": "2023-13-45"}]}, "does not fit", id="date"),
    ],
)
def test_wrong_facts_leave_the_folder_alone(tmp_path, tables, what):
    write_facts(tmp_path, {"alias": [alias("kept")]})
    before = (tmp_path / "alias.csv").read_bytes()
    with pytest.raises(BadInput, match=what):
        write_facts(tmp_path, {"alias": [alias("new")], **tables})
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("alias.csv", before)]


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreDamaged, match="cannot be written"):
        write_facts(tmp_path / "file", {"alias": [alias("a")]})


def packed(text):
    return gzip.compress(text.encode(), mtime=0)


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz"])
def test_reads_plain_and_packed(tmp_path, name):
    text = '\ufeff{"a": 1}\n\n{"a": "é\\ud83d\\ude00"}\n{"a": null}'
    file = tmp_path / name
    file.write_bytes(packed(text) if name.endswith("gz") else text.encode())
    assert list(read_jsonl(file)) == [(1, {"a": 1}), (3, {"a": "é😀"}), (4, {"a": None})]


def test_packed_without_the_suffix_is_told_by_content(tmp_path):
    file = tmp_path / "rows.jsonl"
    file.write_bytes(packed('{"a": 1}\n'))
    assert list(read_jsonl(file)) == [(1, {"a": 1})]


NOISE = json.dumps({"noise": [hash((n, 7)) for n in range(5_000)]}) + "\n"
DAMAGED = packed('{"a": 1}\n' + NOISE * 20)


@pytest.mark.parametrize(
    ("name", "content", "what", "where"),
    [
        pytest.param("r.jsonl.gz", DAMAGED[: len(DAMAGED) // 2], "ends too early", "after line", id="truncated-gzip"),
        pytest.param("r.jsonl.gz", DAMAGED[:-12] + b"\0" * 12, "damaged", "r.jsonl.gz", id="wrong-checksum"),
        pytest.param("r.jsonl.gz", b'{"a": 1}\n', "not gzip", "r.jsonl.gz", id="not-gzip"),
        pytest.param("r.jsonl", b'{"a": 1}\n{"a":', "not JSON", "line 2", id="wrong-json"),
        pytest.param("r.jsonl", b"[1, 2]\n", "holds a list", "line 1", id="not-an-object"),
        pytest.param("r.jsonl", b'{"a": "\xff"}\n', "not UTF-8", "line 1", id="not-utf8"),
        pytest.param("r.jsonl", b'{"a": "\\ud800"}\n', "not UTF-8", "line 1", id="lone-surrogate"),
        pytest.param("r.jsonl", b'{"a": NaN}\n', "NaN is not allowed", "line 1", id="nan"),
        pytest.param("r.jsonl", b'{"a": ' + b"[" * 200_000 + b"\n", "nested too deeply", "line 1", id="deep"),
        pytest.param("r.jsonl", b'{"a": ' + b"9" * 5_000 + b"}\n", "not JSON", "line 1", id="endless-number"),
        pytest.param("r.jsonl.gz", b"", "not gzip", "r.jsonl.gz", id="empty-gzip"),
    ],
)
def test_bad_input_is_named(tmp_path, name, content, what, where):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        list(read_jsonl(tmp_path / name))
    assert what in caught.value.what
    assert where in caught.value.where


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            list(read_jsonl(path))


def test_size_caps_hold_against_a_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "MAX_LINE", 1_000)
    monkeypatch.setattr(facts, "MAX_BYTES", 3_000)
    (tmp_path / "line.jsonl.gz").write_bytes(gzip.compress(b'{"a": "' + b"x" * 50_000_000))
    with pytest.raises(BadInput, match="line 1"):
        list(read_jsonl(tmp_path / "line.jsonl.gz"))
    (tmp_path / "all.jsonl").write_bytes(b'{"a": 1}\n' * 1_000)
    with pytest.raises(BadInput, match="line 334"):
        list(read_jsonl(tmp_path / "all.jsonl"))
