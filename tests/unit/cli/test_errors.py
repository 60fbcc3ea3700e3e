"""Bad input: exit code 2, nothing on standard output, one line on standard error, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from governance.catalogue.connect import PROJECT

LONG = "x" * 10_000
QUICK = pytest.mark.usefixtures("quick")


def refused(answer, *parts):
    assert answer.code == 2
    assert answer.out == b""
    assert answer.err.startswith("touchstone: ")
    assert answer.err.count("\n") == 1
    assert answer.err.endswith("\n")
    assert "Traceback" not in answer.err
    assert not any(ord(char) < 32 or "\u202a" <= char <= "\u202e" for char in answer.err.rstrip("\n"))
    assert len(answer.err) < 1_400
    for part in parts:
        assert part in answer.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        pytest.param(["dataset", "show", "no-such"], "no-such", id="dataset"),
        pytest.param(["lineage", "no-such"], "no-such", id="lineage"),
        pytest.param(["lineage", "aya-swahili", "--direction", "sideways"], "sideways", id="direction"),
        pytest.param(["lineage", "aya-swahili", "--depth", "-1"], "--depth", id="depth"),
        pytest.param(["lists", "show", "no-such"], "no-such", id="list"),
        pytest.param(["lists", "delete", "no-such"], "no-such", id="delete-list"),
        pytest.param(["lists", "save", " "], "0 characters", id="list-name"),
        pytest.param(["lists", "compare", "a", "b"], "'a'", id="compare"),
        pytest.param(["datasets", "--year", "abc"], "abc", id="range"),
        pytest.param(["datasets", "--year", "2023..2019"], "2023 is above 2019", id="reversed"),
        pytest.param(["datasets", "--year", "nan.."], "finite", id="nan"),
        pytest.param(["datasets", "--hours", "..1e999"], "finite", id="infinite"),
        pytest.param(["datasets", "--snapshot", "1999-01-01"], "1999", id="snapshot"),
        pytest.param(["datasets", "--policy", "none"], "none", id="policy"),
        pytest.param(["datasets", "--sort", "colour"], "colour", id="sort"),
        pytest.param(["datasets", "--format", "xml"], "xml", id="format"),
        pytest.param(["datasets", "--limit", "-1"], "--limit", id="limit"),
        pytest.param(["datasets", "--colour", "red"], "--colour", id="option"),
        pytest.param(["datasets", "--text", LONG], "10,000 characters", id="long-text"),
        pytest.param(["licence", "classify", ""], "0 characters", id="no-expression"),
        pytest.param(["licence", "classify", LONG], "10,000 characters", id="long-expression"),
        pytest.param(["licence", "classify", "MIT AND"], "MIT AND", id="half-expression"),
        pytest.param(["licence", "classify", "MIT", "--snapshot", "x"], "'x'", id="classify-snapshot"),
        pytest.param(["licences", "hosts", "--modality", "smell"], "smell", id="modality"),
        pytest.param(["licences", "hosts", "--base", "some"], "some", id="base"),
        pytest.param(["composition", "colour"], "colour", id="dimension"),
        pytest.param(["composition", "language", "--first", "colour=red"], "colour", id="query"),
        pytest.param(["export", "--format", "xml"], "xml", id="export-format"),
        pytest.param(["export", "--from", "no/manifest.json"], "no such manifest", id="manifest"),
        pytest.param(["export", "--from", "m.json", "--language", "swh"], "filters and --from", id="from-and-filters"),
        pytest.param(["export", "--list", "x", "--from", "m.json"], "--list and --from", id="from-and-list"),
        pytest.param(["export", "--list", "x", "--year", "2020"], "filters and --list", id="list-and-filters"),
        pytest.param(["export", "--from", "m.json", "--format", "csv"], "--from and --format", id="from-and-format"),
        pytest.param(["policies", "save", "no/policy.json"], "cannot be read", id="policy-file"),
        pytest.param(["policies", "delete", "audit"], "shipped", id="shipped-policy"),
        pytest.param(["policies", "delete", "no-such"], "no-such", id="delete-policy"),
        pytest.param(["restore", "no/backup.duckdb"], "no such file", id="backup"),
        pytest.param(["import", "dpi", "no/folder"], "no file of the collection", id="import-dpi"),
        pytest.param(["import", "ecosystem-graphs", "no/folder"], "no file of Ecosystem", id="import-graphs"),
        pytest.param(["no-such-verb"], "no-such-verb", id="verb"),
        pytest.param(["dataset", "show"], "dataset_id", id="missing-argument"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["plain", "json"])
@QUICK
def test_bad_input_is_one_line(touchstone, own_home, words, part, more):
    refused(touchstone(*words, *more), part)


HOSTILE = [
    pytest.param("\x00", id="nul"),
    pytest.param("a\x00b", id="nul-inside"),
    pytest.param(LONG, id="long"),
    pytest.param("=HYPERLINK(1)", id="formula"),
    pytest.param("\u202egnp.exe", id="right-to-left"),
    pytest.param("\x1b[31mred\x1b]0;title\x07", id="terminal"),
    pytest.param("a\nb\r\nc", id="lines"),
    pytest.param("'; DROP TABLE dataset; --", id="sql"),
    pytest.param("[red]x[/red]", id="markup"),
    pytest.param("\udcff\udcfe", id="no-utf-8"),
    pytest.param("../../etc/passwd", id="path"),
    pytest.param("%", id="wildcard"),
]


@pytest.mark.parametrize("word", HOSTILE)
@QUICK
def test_hostile_words_are_refused_by_what_needs_a_known_one(touchstone, own_home, word):
    for verb in (("dataset", "show"), ("lineage",), ("lists", "show"), ("datasets", "--policy")):
        refused(touchstone(*verb, word))


@pytest.mark.parametrize("word", HOSTILE)
@QUICK
def test_hostile_words_find_nothing_in_what_takes_any(touchstone, own_home, word):
    found = touchstone("datasets", "--language", word, "--json")
    assert (found.code, found.json["total"], found.json["rows"]) == (0, 0, [])
    assert found.json["selection"]["values"]["language"] == [word]
    searched = touchstone("search", word, "--json")
    assert searched.code in (0, 2)
    if searched.code == 0:
        assert isinstance(searched.json, list)
    else:
        refused(searched)
    classified = touchstone("licence", "classify", word, "--json")
    if classified.code == 0:
        assert classified.json["known"] is False
    else:
        refused(classified)


@QUICK
def test_a_formula_may_name_a_list_and_stays_text(touchstone, own_home):
    saved = touchstone("lists", "save", "=HYPERLINK(1)", "--language", "swh", "--note", "[red]\n=1+1", "--json")
    assert saved.json["name"] == "=HYPERLINK(1)"
    shown = touchstone("lists")
    assert "=HYPERLINK(1)" in shown.text
    assert "[red]" in shown.text
    assert "\x1b" not in shown.text


def test_no_words_show_help_and_say_that_a_verb_is_missing(touchstone):
    for words in ((), ("catalogue",), ("dataset",)):
        answer = touchstone(*words)
        assert (answer.code, answer.err.count("\n")) == (2, 1)
        assert "Usage:" in answer.text
    assert touchstone("datasets", "--help").code == 0


@pytest.mark.parametrize(
    ("harm", "parts"),
    [
        pytest.param(lambda home: None, ["there is no catalogue", "touchstone catalogue build"], id="missing"),
        pytest.param(
            lambda home: (home / "catalogue.duckdb").write_bytes(b"not a database" * 1000),
            ["cannot be read", "touchstone catalogue build"],
            id="no-database",
        ),
        pytest.param(
            lambda home: (home / "catalogue.duckdb").write_bytes(b""),
            ["catalogue build"],
            id="empty-file",
        ),
        pytest.param(lambda home: (home / "catalogue.duckdb").mkdir(), ["catalogue"], id="folder"),
    ],
)
def test_a_catalogue_that_cannot_be_opened(touchstone, tmp_path, monkeypatch, harm, parts):
    harm(tmp_path)
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path))
    for words in (["datasets"], ["search", "x"], ["catalogue", "check"], ["licences", "hosts", "--json"]):
        refused(touchstone(*words), *parts)


def test_a_truncated_catalogue(touchstone, own_home):
    place = own_home / "catalogue.duckdb"
    data = place.read_bytes()
    place.unlink()
    place.write_bytes(data[: len(data) // 2])
    refused(touchstone("datasets"), "cannot be read", "touchstone catalogue build")


@pytest.mark.parametrize("words", [["datasets"], ["lists"], ["catalogue", "build"], ["policies"]])
def test_a_home_that_cannot_be_written(touchstone, tmp_path, monkeypatch, words):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TOUCHSTONE_HOME", str(tmp_path / "file"))
    refused(touchstone(*words), "TOUCHSTONE_HOME")


def test_a_damaged_workbench(touchstone, own_home):
    (own_home / "workbench.duckdb").write_bytes(b"not a database" * 1000)
    refused(touchstone("lists"), "cannot be read", "backup")


HOLDER = """
import sys
from governance.records.store import open_workbench
with open_workbench():
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_workbench_in_use_says_by_whom(touchstone, own_home):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        for words in (["lists"], ["lists", "save", "mine", "--language", "swh"], ["policies"], ["backup", "x.duckdb"]):
            refused(touchstone(*words), f"process {holder.pid} has the workbench open")
        assert touchstone("datasets", "--limit", "1").code == 0, "reading needs no workbench"
        holder.stdin.close()
        holder.wait(timeout=20)
    assert touchstone("lists").code == 0


def shell(command, **environment):
    """Run a shell command with the installed program as $T."""
    program = PROJECT / ".venv" / "bin" / "touchstone"
    if not program.exists():
        pytest.skip("touchstone is not installed in .venv")
    return subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        timeout=60,
        env={**os.environ, "T": str(program), **environment},
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        pytest.param("datasets", " id ", id="table"),
        pytest.param("datasets --json", '{"catalogue": "', id="json"),
        pytest.param("datasets --format csv", "id,", id="csv"),
    ],
)
def test_the_installed_program_answers_and_a_closed_pipe_is_no_error(own_home, words, begins):
    ran = shell(f"$T {words} | head -c 30; echo; echo ${{PIPESTATUS[0]}}")
    assert ran.stdout.decode(errors="replace").startswith(begins)
    assert ran.stdout.decode(errors="replace").splitlines()[-1] == "0"
    assert ran.stderr == b""


def test_a_full_disk_is_one_line(own_home):
    ran = shell("$T datasets --json >/dev/full")
    assert ran.returncode == 2
    assert ran.stderr.decode().splitlines() == [
        "touchstone: the system says: No space left on device (standard output). mend that and try again"
    ]


def test_any_locale_gets_utf_8(own_home):
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    table = shell("$T datasets --limit 3", **plain)
    assert (table.returncode, table.stderr) == (0, b"")
    named = shell("$T datasets --language $'\\xff' --json", **plain)
    assert json.loads(named.stdout)["selection"]["values"]["language"] == ["\udcff"]
