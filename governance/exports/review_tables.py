"""Studies and the crosswalk as flat tables, ready for CSV, Parquet and JSON lines."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from governance.assessment.crosswalk_records import Crosswalk
from governance.assessment.study_records import StudyRecord
from governance.assessment.study_review import quality

_TEXT, _LIST = pl.String(), pl.List(pl.String())
STUDY_COLUMNS: dict[str, pl.DataType] = {
    "id": _TEXT, "origin": _TEXT, "state": _TEXT, "title": _TEXT, "authors": _TEXT, "published": _TEXT,
    "threat_model": _TEXT, "threat_model_stated": pl.Boolean(), "steps": _LIST, "method": _TEXT, "n": pl.Int64(),
    "expertise": _TEXT, "models": _LIST, "safeguards": _TEXT, "comparator": _TEXT, "measure": _TEXT,
    "value": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "unit": _TEXT, "finding": _TEXT,
    "direction": _TEXT, "limitations": _LIST, "limits_stated": pl.Boolean(), "transparency": _TEXT,
    "independent": pl.Boolean(), "criteria_met": pl.Int64(), "criteria_judged": pl.Int64(), "url": _TEXT,
    "doi": _TEXT, "reviewed": pl.Date(), "reviewer": _TEXT, "author": _TEXT, "revision": pl.Int64(),
}  # fmt: skip
MAPPING_COLUMNS: dict[str, pl.DataType] = {
    "item": _TEXT, "item_title": _TEXT, "framework": _TEXT, "target": _TEXT, "target_title": _TEXT, "part": _TEXT,
    "relation": _TEXT, "basis": _TEXT, "origin": _TEXT, "removed": pl.Boolean(), "by": _TEXT, "at": _TEXT,
    "target_state": _TEXT, "framework_version": _TEXT,
}  # fmt: skip


def study_frame(records: Iterable[StudyRecord]) -> pl.DataFrame:
    """Give one row a study, with how many of the criteria it meets of those that can be judged."""
    rows = []
    for one in records:
        judged = quality(one)
        about = {"id": one.id, "origin": one.origin, "state": one.state, "author": one.author}
        counts = {"criteria_met": judged.met, "criteria_judged": judged.judged, "revision": one.revision}
        rows.append({**one.study.model_dump(exclude={"evidence"}), **about, **counts})
    return pl.DataFrame(rows, schema=STUDY_COLUMNS, orient="row")


def mapping_frame(crosswalk: Crosswalk, framework: str | None = None) -> pl.DataFrame:
    """Give one row a mapping, those taken away included, with who edited it and when.

    Args:
        crosswalk: Everything mapped.
        framework: Only this one.

    Raises:
        NotFound: There is no such framework.
    """
    wanted = None if framework is None else crosswalk.framework(framework).id
    controls = {(one.framework, one.id): one for one in crosswalk.controls}
    versions = {one.id: one.version for one in crosswalk.frameworks}
    rows = []
    for one in crosswalk.mappings:
        control = controls[one.framework, one.target]
        if wanted in (None, one.framework):
            told = one.model_dump(exclude={"revision", "at"})
            told |= {"item_title": crosswalk.title(one.item), "target_title": control.title, "part": control.part}
            told |= {"target_state": control.state, "framework_version": versions[one.framework]}
            rows.append({**told, "at": one.at.isoformat() if one.at else None})
    return pl.DataFrame(rows, schema=MAPPING_COLUMNS, orient="row")
