"""Results as harnesses write them, one JSON document a model or task, turned into rows of scores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pycountry

from governance.errors import BadInput
from governance.evaluation.formats.tables import SCORES

Row = dict[str, object]
_PRETRAINED = re.compile(r"(?:pretrained|model|path)=([^,]+)")
LAYOUTS = {
    "mteb-json": "MTEB results (JSON)",
    "lm-eval": "lm-evaluation-harness results",
    "every-eval-ever": "Every Eval Ever",
}


def document_layout(document: Mapping[str, Any]) -> str | None:
    """Tell whose results a document holds; ``None`` for no known one.

    >>> document_layout({"results": {"arc": {"acc,none": 0.5}}})
    'lm-eval'
    """
    if isinstance(document.get("evaluation_results"), list):
        return "every-eval-ever"
    if isinstance(document.get("scores"), dict) and ("task_name" in document or "mteb_version" in document):
        return "mteb-json"
    results = document.get("results")
    if isinstance(results, dict) and results and all(isinstance(one, dict) for one in results.values()):
        return "lm-eval"
    return None


def rows_of(documents: Sequence[Mapping[str, Any]], where: str) -> tuple[str, pl.DataFrame]:
    """Turn documents of one layout into rows.

    Args:
        documents: As read.
        where: The file in errors.

    Returns:
        The layout, and the rows as texts under the columns of scores; the model is null where the file names none.

    Raises:
        BadInput: A document is of no known layout, or holds no score.

    Source: the schema of Every Eval Ever 0.2, results files of lm-evaluation-harness 0.4 and of MTEB.
    """
    layouts = {document_layout(one) for one in documents}
    layout = layouts.pop() if len(layouts) == 1 else None
    if layout is None:
        known = ", ".join(LAYOUTS.values())
        raise BadInput("the JSON is no list of rows and of no known layout", where, f"give rows, or {known}")
    read = {"mteb-json": _mteb, "lm-eval": _harness, "every-eval-ever": _every}[layout]
    try:
        rows = [row for one in documents for row in read(one)]
    except (AttributeError, TypeError, KeyError, ValueError, OverflowError) as error:
        raise BadInput(f"the {LAYOUTS[layout]} are not laid out as known", where, "check the file") from error
    if not rows:
        raise BadInput("no score is in it", where, "give the results file of a finished run")
    columns = {name: [_text(row.get(name)) for row in rows] for name in SCORES}
    return layout, pl.DataFrame(columns, schema=dict.fromkeys(SCORES, pl.String))


def _mteb(document: Mapping[str, Any]) -> Iterator[Row]:
    for split, found in document["scores"].items():
        for one in found:
            languages = one.get("languages") or []
            yield {
                "model": document.get("model_name"), "task": document.get("task_name"), "split": split,
                "language": languages[0] if len(languages) == 1 else None, "subset": one.get("hf_subset"),
                "metric": "main_score", "score": one.get("main_score"), "seconds": document.get("evaluation_time"),
                "co2e_kg": document.get("kg_co2_emissions"),
            }  # fmt: skip


def _harness(document: Mapping[str, Any]) -> Iterator[Row]:
    config = document.get("config") or {}
    named = _PRETRAINED.search(str(config.get("model_args") or ""))
    model = document.get("model_name") or (named[1] if named else config.get("model"))
    samples = document.get("n-samples") or {}
    for task, figures in document["results"].items():
        for key, value in figures.items():
            metric, _, chosen = key.partition(",")
            if isinstance(value, bool) or not isinstance(value, int | float | str) or "stderr" in metric:
                continue
            if isinstance(value, str) and value not in ("NaN", "Infinity", "-Infinity"):
                continue  # an alias, or N/A
            yield {
                "model": model, "task": task, "metric": metric if chosen in ("", "none") else key, "score": value,
                "n": (samples.get(task) or {}).get("effective"), "scored_at": _day(document.get("date")),
            }  # fmt: skip


def _every(document: Mapping[str, Any]) -> Iterator[Row]:
    about = document.get("model_info") or {}
    source = document.get("source_metadata") or {}
    for one in document["evaluation_results"]:
        config, details = one.get("metric_config") or {}, one.get("score_details") or {}
        data = one.get("source_data") or document.get("source_data")
        name = str(one.get("evaluation_name") or "")
        task = (data.get("dataset_name") if isinstance(data, dict) else None) or name
        yield {
            "model": about.get("id") or about.get("name"), "task": task, "subset": name if name != task else None,
            "language": _language(name), "metric": config.get("metric_name") or config.get("metric_id") or "score",
            "score": details.get("score"), "n": (details.get("uncertainty") or {}).get("num_samples"),
            "rater": source.get("source_organization_name"),
            "scored_at": _day(one.get("evaluation_timestamp") or document.get("evaluation_timestamp")),
        }  # fmt: skip


def _language(name: str) -> str | None:
    """Give a language where an evaluation is named by one of those with a code of two letters."""
    found = pycountry.languages.get(name=name)
    return str(found.alpha_3) if found is not None and hasattr(found, "alpha_2") else None


def _day(stamp: object) -> str | None:
    if isinstance(stamp, str) and re.match(r"\d{4}-\d{2}-\d{2}", stamp):
        return stamp[:10]
    try:
        return datetime.fromtimestamp(float(str(stamp)), UTC).date().isoformat() if stamp else None
    except (ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str | None:
    return None if value is None or value == "" else value if isinstance(value, str) else repr(value)
