"""Import AlpacaEval: a model judges the answers of a baseline beside those of one model after another."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from governance.catalogue.facts import ImportReport
from governance.catalogue.normalise import slug
from governance.catalogue.published import Import, Row
from governance.errors import BadInput

SOURCE = "alpaca-eval"
FILE = "pairwise_annotations.parquet"
COLUMNS = ("annotator", "prompt_id", "dataset", "model_a", "model_b", "preference", "len_a", "len_b")
MAX_BYTES = 200_000_000
EVEN = 1.5
"""The preference with which neither answer wins; an older annotator writes 0 for it."""


def import_alpaca(path: Path, out: Path) -> ImportReport:
    """Read the annotations and write them as one set of battles an annotator.

    Every battle is the baseline (shown as model a) against another model: a star, which has no triads.

    Args:
        path: Folder with ``pairwise_annotations.parquet``.
        out: Folder for the facts; the catalogue expects the name ``alpaca-eval``.

    Raises:
        BadInput: The file is missing, damaged, too big or lacks a column; ``out`` is then untouched.

    Source: AlpacaEval; the data are CC BY-NC 4.0 and never shipped. Preference is 1 for the baseline to 2 for the
    other; kept as the share for the baseline, 2 less the preference.
    """
    work = Import(SOURCE)
    battles = read_battles(path / FILE, work)
    if not battles:
        raise BadInput("no battle could be read", str(path), "check that it is a copy of the annotations")
    work.note("star_design", "model_a", "every battle is the baseline against another model; no triads")
    judges = sorted({(str(row["set_id"]), str(row["judge"])) for row in battles})
    sets: list[Row] = [
        {"id": set_id, "title": f"AlpacaEval, judged by {judge}", "format": "battles", "source_id": SOURCE}
        for set_id, judge in judges
    ]
    return work.finish(out, {"evaluation_set": sets, "battle": battles}, len(battles))


def read_battles(file: Path, work: Import) -> list[Row]:
    """Read the annotations as rows of battles; what is left out is told to the import.

    Args:
        file: The annotations, Parquet.
        work: The import.

    Raises:
        BadInput: The file is missing, damaged, too big or lacks a column.
    """
    battles: list[Row] = []
    places: dict[str, int] = {}
    frame = _read(file)
    ids = {
        name: f"alpaca-{slug(name.replace('alpaca_eval_', ''))}" for name in frame["annotator"].drop_nulls().unique()
    }
    for number, row in enumerate(frame.iter_rows(named=True), start=1):
        work.read += 1
        where, preference = f"{FILE}, row {number}", row["preference"]
        if None in (row["annotator"], row["model_a"], row["model_b"]):
            work.refuse("missing_field", where, "no annotator, or no model")
            continue
        if row["model_a"] == row["model_b"]:
            work.count("self_battle", row["model_a"], "the baseline beside itself; left out", where)
            continue
        if preference is None or not (preference == 0 or 1 <= preference <= 2):
            work.refuse("unknown_outcome", where, f"'{preference}' is no preference of 1 to 2")
            continue
        set_id = ids[row["annotator"]]
        places[set_id] = places.get(set_id, 0) + 1
        outcome = "tie" if preference in (0, EVEN) else "a" if preference < EVEN else "b"
        battles.append({
            "set_id": set_id, "position": places[set_id], "model_a": row["model_a"], "model_b": row["model_b"],
            "outcome": outcome, "judge": row["annotator"], "judge_kind": "model", "prompt": row["prompt_id"],
            "language": "eng", "category": row["dataset"], "preference": 2 - preference if preference else 0.5,
            "length_a": row["len_a"], "length_b": row["len_b"], "source_id": SOURCE,
        })  # fmt: skip
    return battles


def _read(file: Path) -> pl.DataFrame:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput("the file is too big", str(file), f"up to {MAX_BYTES // 1_000_000} MB are read")
        frame = pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput("the file cannot be read as Parquet", str(file), "fetch it again") from error
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", str(file), f"it needs {', '.join(COLUMNS)}")
    return frame.select(COLUMNS)
