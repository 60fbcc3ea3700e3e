"""Import toxicity figures of the same outputs, scored again months later by the same service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from governance.catalogue.facts import ImportReport
from governance.catalogue.published import Cells, Import, Row, read_rows, snake
from governance.errors import BadInput

SOURCE = "black-box-api-challenges"
HELM, RTP = "helm_toxicity_rescored_long.csv", "rtp_dexperts_rescored_long.csv"
SCORINGS = {
    "HELM": ("as published", None), "RG": ("generations rescored", date(2023, 4, 1)),
    "RGP": ("generations and prompts rescored", date(2023, 4, 1)),
    "original": ("as published", None), "gens_rescored": ("generations rescored", date(2023, 4, 1)),
    "all_rescored": ("generations and prompts rescored", date(2023, 4, 1)),
}  # fmt: skip
"""The source's word for a scoring, ours, and the month it was done; it states none for the published figures."""
METRICS = {"exp_max_toxicity": "expected_max_toxicity", "toxic_fraction": "toxic_frac", "std_max": ""}
"""Metrics that the two files write differently; a spread is no figure to rank by."""
SETS = (
    ("toxicity-helm", "Toxicity of 37 models of HELM, scored three times", HELM, "split"),
    ("toxicity-rtp", "Toxicity on RealToxicityPrompts, scored three times", RTP, "prompt_split"),
)


def import_black_box(path: Path, out: Path) -> ImportReport:
    """Read the rescored figures and write them as two sets of scores, the scoring as the rater.

    Args:
        path: Folder with ``helm_toxicity_rescored_long.csv`` and ``rtp_dexperts_rescored_long.csv``.
        out: Folder for the facts; the catalogue expects the name ``black-box-api-challenges``.

    Raises:
        BadInput: A file is missing, damaged or lacks a column; ``out`` is then untouched.

    Source: Pozzobon et al. 2023, stored tables of the repository, MIT; rounded to two or three digits there.
    """
    work = Import(SOURCE)
    results: list[Row] = []
    for set_id, _, name, split in SETS:
        columns = ("model", "metric", "scoring", "value", split)
        for where, row in read_rows(path / name, columns):
            work.read += 1
            result = _result(work, where, row, split)
            if result is not None:
                results.append({"set_id": set_id, **result, "source_id": SOURCE})
    if not results:
        raise BadInput("no figure could be read", str(path), "check that it is a copy of the stored tables")
    sets: list[Row] = [
        {"id": key, "title": title, "format": "scores", "better": "lower", "source_id": SOURCE}
        for key, title, _, _ in SETS
    ]
    return work.finish(out, {"evaluation_set": sets, "result": results}, len(results))


def _result(work: Import, where: str, row: Cells, split: str) -> Mapping[str, object] | None:
    metric = METRICS.get(snake(row["metric"]), snake(row["metric"]))
    scoring = SCORINGS.get(row["scoring"])
    if not metric:
        work.refuse("no_score", where, f"'{row['metric']}' is a spread, not a figure of a model")
        return None
    if scoring is None:
        work.refuse("unknown_scoring", where, f"'{row['scoring']:.40}' is none of {', '.join(SCORINGS)}")
        return None
    try:
        score = float(row["value"])
    except ValueError:
        work.refuse("no_number", where, f"'{row['value']:.40}' is no number")
        return None
    rater, scored_at = scoring
    task = f"{row[split].lower().replace('-', '')} prompts"
    return {
        "model": row["model"], "task": task, "metric": metric, "score": score, "rater": rater, "scored_at": scored_at,
        "language": "eng",
    }  # fmt: skip
