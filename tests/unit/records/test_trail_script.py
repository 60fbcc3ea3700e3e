"""The stand-alone check of an exported trail says what the library says, on whole and on damaged trails."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from governance.catalogue.connect import PROJECT
from governance.errors import BadInput
from governance.records.audit import (
    AuditRow,
    changed_fields,
    export_trail,
    head,
    head_of,
    read_head,
    read_trail,
    verify_rows,
)
from governance.records.chain import canonical, chained
from governance.records.documents import save_document
from governance.records.people import Actor
from governance.records.store import open_workbench

SCRIPT = PROJECT / "docs" / "verify_trail.py"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = list(AuditRow.model_fields)


@pytest.fixture(scope="module")
def trail(tmp_path_factory):
    """Give the lines of a trail of seven changes and its head."""
    folder = tmp_path_factory.mktemp("trail")
    with open_workbench(folder, NOW, Actor(email="ana", name="Ana", role="admin")) as workbench:
        for revision in range(7):
            body = {"title": 'Ünïcode 孫 \u2028 " \\ <b>', "n": revision, "share": 0.1}
            save_document(workbench, "policy", "a", body, NOW, revision or None)
        return list(export_trail(workbench)), head(workbench).model_dump_json()


def edited(line, **changes):
    return canonical({**json.loads(line), **changes}) + "\n"


def rehashed(lines):
    """Write a trail anew from its fields, as somebody with the file could."""
    last, out = "0" * 64, []
    for seq, line in enumerate(lines, 1):
        fields = json.loads(line)
        row = chained(seq, *(fields[name] for name in NAMES[1:8]), last)
        last = row[-1]
        out.append(canonical(dict(zip(NAMES, row, strict=True))) + "\n")
    return out


DAMAGE = {
    "whole": (lambda lines: lines, None),
    "altered": (lambda lines: [*lines[:2], edited(lines[2], actor="local:bo"), *lines[3:]], 3),
    "altered-hash": (lambda lines: [*lines[:2], edited(lines[2], hash="0" * 64), *lines[3:]], 3),
    "deleted": (lambda lines: [*lines[:3], *lines[4:]], 4),
    "first-deleted": (lambda lines: lines[1:], 1),
    "swapped": (lambda lines: [*lines[:1], lines[2], lines[1], *lines[3:]], 2),
    "inserted": (lambda lines: [*lines[:4], lines[3], *lines[4:]], 5),
    "cut": (lambda lines: lines[:5], 6),
    "empty": (lambda lines: [], 1),
    "written-anew": (lambda lines: rehashed([*lines[:2], edited(lines[2], actor="local:bo"), *lines[3:]]), 7),
    "grown": (lambda lines: rehashed([*lines, lines[-1]]), None),
}

WORDS = {
    "whole": "7 rows, head ",
    "altered": "row 3 is not what was hashed",
    "altered-hash": "row 3 is not what was hashed",
    "deleted": "row 4 is missing",
    "first-deleted": "row 1 is missing",
    "swapped": "row 2 is missing",
    "inserted": "row 5 is missing",
    "cut": "the tail was cut at row 6",
    "empty": "the tail was cut at row 1",
    "written-anew": "the trail was written anew",
    "grown": "8 rows, head ",
}


def run(*files):
    ran = subprocess.run(
        [sys.executable, "-S", str(SCRIPT), *map(str, files)], capture_output=True, text=True, check=False, timeout=30
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("name", DAMAGE)
def test_the_script_and_the_library_agree(trail, tmp_path, name):
    damage, bad = DAMAGE[name]
    lines, kept = damage(trail[0]), trail[1]
    (tmp_path / "trail.jsonl").write_text("".join(lines), encoding="utf-8", newline="")
    (tmp_path / "head.json").write_text(kept, encoding="utf-8")
    found = verify_rows(read_trail(lines, "trail.jsonl"), read_head(kept, "head.json"))
    assert (found.ok, found.first_bad) == (bad is None, bad)
    code, said, error = run(tmp_path / "trail.jsonl", tmp_path / "head.json")
    assert (code, error) == (0 if bad is None else 1, "")
    assert WORDS[name] in said


@pytest.mark.parametrize("name", ["cut", "written-anew", "empty"])
def test_what_a_chain_alone_cannot_show_needs_a_head(trail, tmp_path, name):
    lines = DAMAGE[name][0](trail[0])
    (tmp_path / "trail.jsonl").write_text("".join(lines), encoding="utf-8", newline="")
    assert verify_rows(read_trail(lines, "trail.jsonl")).ok
    assert run(tmp_path / "trail.jsonl")[0] == 0


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"seq": 1}', "\xff"], ids=range(6))
def test_what_is_no_trail_is_said_calmly(tmp_path, text):
    (tmp_path / "trail.jsonl").write_bytes((text + "\n").encode("latin-1"))
    code, said, error = run(tmp_path / "trail.jsonl")
    assert (code, error) == (2, "")
    assert said.startswith("cannot be read")


@pytest.mark.parametrize("words", [(), ("nowhere.jsonl",)], ids=["no-file", "no-such-file"])
def test_a_missing_file_is_said_calmly(words):
    code, said, error = run(*words)
    assert (code, error) == (2, "")
    assert said.startswith("cannot be read")


def test_a_line_with_a_key_twice_is_not_whole(trail, tmp_path):
    twice = '{"actor":"local:bo",' + trail[0][0][1:]
    (tmp_path / "trail.jsonl").write_text(twice + "".join(trail[0][1:]), encoding="utf-8", newline="")
    assert run(tmp_path / "trail.jsonl")[0] == 1
    with pytest.raises(BadInput, match="not written as it was exported"):
        list(read_trail([twice], "trail.jsonl"))


def test_the_script_is_short_and_needs_nothing():
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 40
    assert {line for line in text.splitlines() if line.startswith(("import", "from"))} == {
        "import hashlib", "import json", "import sys",
    }  # fmt: skip


def test_the_head_of_an_export_is_its_last_row(trail):
    assert head_of(trail[0][-1]) == read_head(trail[1], "head.json")
    assert head_of(None).rows == 0


def row(before, after):
    fields = chained(1, "2026-01-02T03:04:05+00:00", "local:ana", "update", "x", "y", before, after, "0" * 64)
    return AuditRow.model_validate(dict(zip(NAMES, fields, strict=True)))


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        pytest.param("null", '{"a":1}', {"a": (None, "1")}, id="made"),
        pytest.param('{"a":1,"b":2}', '{"a":1,"b":3}', {"b": ("2", "3")}, id="changed"),
        pytest.param('{"a":{"b":1,"c":2}}', '{"a":{"b":1}}', {"a.c": ("2", None)}, id="inner-gone"),
        pytest.param('{"a":null}', '{"a":0}', {"a": ("null", "0")}, id="unknown-is-not-zero"),
        pytest.param("null", '"a viewer may not write"', {"value": (None, '"a viewer may not write"')}, id="refused"),
        pytest.param("null", "null", {}, id="nothing"),
        pytest.param(
            '{"n":0}', '{"fields":{"n":1},"revision":2}', {"n": ("0", "1"), "revision": (None, "2")}, id="document"
        ),
        pytest.param('{"a":{}}', '{"a":[]}', {"a": ("{}", "[]")}, id="empty"),
    ],
)
def test_changes_field_by_field(before, after, fields):
    assert changed_fields(row(before, after)) == fields
