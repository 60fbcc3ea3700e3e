"""A small catalogue and its rows, made from the inputs that stand beside the golden files."""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from governance.catalogue.selection import Selection
from governance.exports.columns import COLUMN_NAMES

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests/golden/exports"
SCHEMA_FOLDER = ROOT / "governance/catalogue/schema"

LISTS = [
    "licences",
    "language",
    "language_family",
    "script",
    "task",
    "task_group",
    "domain",
    "text_source",
    "topic",
    "generating_model",
    "data_format",
    "creator",
    "creator_country",
    "creator_kind",
    "host_agreement",
    "source_terms",
    "because",
]
KINDS = {
    **dict.fromkeys(COLUMN_NAMES, pl.String),
    **dict.fromkeys(LISTS, pl.List(pl.String)),
    **dict.fromkeys(
        [
            "attribution",
            "share_alike",
            "effective_attribution",
            "effective_share_alike",
            "synthetic",
            "human_annotated",
            "taken_down",
        ],
        pl.Boolean,
    ),
    "year": pl.Int16,
    "released": pl.Date,
    "examples": pl.Int64,
    "hours": pl.Float64,
    "downloads": pl.Int64,
    "citations": pl.Int64,
    "parents": pl.Int32,
    "missing_parents": pl.Int32,
    "sites": pl.Int32,
    "sites_known": pl.Int32,
    "sources_full": pl.Float64,
}

HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("https://example.org","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "\u202egnp.exe",
    "مجموعة بيانات",
    "nul\x00inside",
    "bell\x07 del\x7f",
    "quote\"s and 'apostrophes'",
    "comma, semicolon; pipe|tab\tend",
    "line\nbreak\r\nand more",
    "{unbalanced",
    "}{",
    "back\\slash \\input{x} $x_1^2$ ~50% & #1",
    "@misc{evil, title={x}}",
    "](javascript:alert(1)) [a](b) `c` *d* ~~e~~",
    "]]> &amp; <!-- -->",
    "",
    " ",
    "emoji 🥐 and \u200b zero width",
    "\ufffe\uffff",
    "null",
    "x" * 10_000,
    "日本語のデータセット",
)


@dataclass(frozen=True)
class Result:
    """What a selection gave."""

    selection: Selection
    frame: pl.DataFrame


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for script in [*sorted(SCHEMA_FOLDER.glob("*.sql")), GOLDEN / "input.sql"]:
        connection.execute(script.read_text("utf-8"))
    return connection


def frame_of(rows) -> pl.DataFrame:
    blank = dict.fromkeys(COLUMN_NAMES) | {name: [] for name in LISTS}
    full = [
        blank | {"collection_id": "swahili", "source_id": "dpi", "authorship": "people", "stated_id": row["id"]} | row
        for row in rows
    ]
    loose = KINDS | {"released": pl.String}
    return pl.DataFrame(full, schema=loose).with_columns(pl.col("released").str.to_date("%Y-%m-%d"))


def golden_rows() -> list[dict[str, object]]:
    return [json.loads(line) for line in (GOLDEN / "rows.jsonl").read_text("utf-8").splitlines()]


def hostile_rows() -> list[dict[str, object]]:
    terms = {"licence_use": "unspecified", "effective_use": "unspecified", "modality": "text"}
    return [
        {
            **terms,
            "id": f"h{number}{text}",
            "name": text,
            "collection": text,
            "creator": [text, "plain"],
            "licences": [text],
            "deciding_licence": text,
            "because": [f"h{number}{text}", text],
            "url": text,
            "huggingface_url": "https://example.org/" + text,
            "paper_title": text,
            "examples": -number,
        }
        for number, text in enumerate(HOSTILE)
    ]


def select_rows(rows):
    """Make a stand-in for running a selection: it keeps the rows whose ids are asked for."""

    def select(connection, selection, policy):
        wanted = [row for row in rows if selection.ids is None or row["id"] in selection.ids]
        return Result(selection, frame_of(wanted))

    return select
