"""A report states all that a figure must carry, and shows hostile names instead of obeying them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from governance.evaluation.report import Report
from governance.exports.evaluation_report import MOST_ROWS, report_html, report_markdown

HOSTILE = '<script>alert("x")</script> [a](javascript:b) | *c*'
REPORT = Report(
    title="Leaderboard of llmfao",
    question="Which model is best?",
    answer=f"{HOSTILE} is first",
    n=8_931,
    counted="votes",
    estimator="Bradley-Terry, maximum likelihood",
    ties="half a win for each",
    interval="95%, bootstrap over judges, 200 resamples",
    seed=7,
    data_version="2026-01-02",
    source="llmfao",
    licence="CC-BY-4.0",
    settings={"Languages": None, "Resamples": 200},
    tables={"Ranking": pl.DataFrame({"model": [HOSTILE, None], HOSTILE: [1234.56, None], "tie": [True, False]})},
    limits=("Votes of one judge go together.",),
)
CARRIED = ("8,931 votes", "Bradley-Terry, maximum likelihood", "half a win for each", "bootstrap over judges", "7",
           "2026-01-02", "CC-BY-4.0", "Votes of one judge go together.", "1,235", "unknown", "yes", "200")  # fmt: skip


@pytest.mark.parametrize("write", [report_markdown, report_html])
def test_everything_a_figure_must_carry_is_in_it(write):
    text = write(REPORT)
    assert [word for word in CARRIED if word not in text] == []
    assert write(REPORT) == text, "no clock is read"


@pytest.mark.parametrize("write", [report_markdown, report_html])
def test_what_is_not_known_is_said(write):
    bare = replace(REPORT, n=None, ties="", interval="", seed=None, licence="", limits=(), settings={}, tables={})
    text = write(bare)
    assert "unknown" in text
    assert "not stated" in text
    assert "Limits" not in text


def test_text_of_the_data_never_acts():
    page, text = report_html(REPORT), report_markdown(REPORT)
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "\\<script" in text
    assert "\\[a\\](" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {4}, "a name breaks no row, nor does a heading"


def test_a_long_table_says_what_it_leaves_out():
    long = replace(REPORT, tables={"All": pl.DataFrame({"x": range(MOST_ROWS + 5)})})
    assert f"The first {MOST_ROWS} of 205 rows" in report_markdown(long)
