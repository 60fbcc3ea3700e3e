"""The verb that looks back, and the import of a second index."""

from __future__ import annotations

import polars as pl
import pytest

from governance.compute.arena import FILE
from governance.compute.backtest_report import backtest_report
from governance.compute.capability import capability


def test_as_published(touchstone):
    words = ("--as-of", "2024-12-31", "--as-of", "2025-12-31", "--json")
    answer = touchstone("compute", "backtest", *words).json
    found = [(row["n"], row["above"], row["capable"], row["both"]) for row in answer["dates"]]
    assert found == [(63, 7, 9, 5), (85, 13, 31, 11)]
    assert [f"{row['recall']:.2f}" for row in answer["dates"]] == ["0.56", "0.35"]
    assert answer["threshold_flop"] == 1e25
    assert {row["year"]: f"{row['high']:.2f}" for row in answer["by_year"]}[2024] == "0.80"
    assert f"{answer['least_compute']['halving_months']:.1f}" == "4.7"


def test_same_as_the_library(touchstone, connection):
    answer = touchstone(
        "compute", "backtest", "--threshold", "1e26", "--line", "130", "--flop", "either", "--json"
    ).json
    report = backtest_report(capability(connection, flop="either"), 1e26, 130.0)
    assert answer == report.model_dump(mode="json")


def test_tables_for_people(touchstone):
    answer = touchstone("compute", "backtest", "--as-of", "2025-12-31")
    assert answer.code == 0
    assert all(name in answer.text for name in ("0.3548", "Mistral Large", "DeepSeek-V3", "Phi-4"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--threshold", "lots"), "lots"),
        (("--threshold", "1e25 to 1e26"), "not a range"),
        (("--index", "arena"), "the catalogue has: eci"),
        (("--flop", "guess"), "'guess' is not known"),
        (("--as-of", "soon"), "soon"),
        (("--line", "nan"), "a line of nan"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(touchstone, words, said):
    answer = touchstone("compute", "backtest", *words)
    assert (answer.code, answer.out) == (2, b"")
    assert said in answer.err
    assert answer.err.count("\n") == 1


def test_import_of_a_board(touchstone, tmp_path):
    columns = ["board", "commit_date", "category", "model", "rating"]
    rows = [("text", "2025-02-01", "full", "gpt-4o", 1_300.0), ("text", "2025-02-01", "full", "nobody-1", 1_000.0)]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(tmp_path / FILE)
    answer = touchstone("import", "arena", str(tmp_path), "--out", str(tmp_path / "arena-catalog"), "--json").json
    assert (answer["kept"], answer["catalogue"]) == (2, None)
    assert answer["notes"][0]["detail"].startswith("1 of 2 names")
