"""What the portfolio reads of the workbench: a few queries over all records instead of one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import polars as pl

from governance.assessment.coverage import ALL, Group
from governance.assessment.headers import cited
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    REMARK,
    SYSTEM,
    TRIGGER,
    Assessment,
    RiskAnswer,
    System,
)
from governance.assessment.standing import is_older, newest_version
from governance.assessment.vocabulary import Form, Modality
from governance.records.store import Workbench

Shape = tuple[Modality, ...]
"""The modalities of a system, in order: they decide which items are shown."""
Current = Mapping[tuple[str, Form], Assessment]

_ANSWERS = f"""
WITH said AS (
  SELECT parent AS assessment, json_extract_string(
      body, ['$.item', '$.status', '$.party', '$.level', '$.review_by', '$.evidence']
    ) AS field
  FROM document WHERE kind = '{ANSWER}' AND parent IN (SELECT unnest(CAST(? AS VARCHAR[])))
)
SELECT
  assessment, field[1] AS item, field[2] AS status, coalesce(field[3], 'not_stated') AS party,
  CAST(field[4] AS INTEGER) AS level, CAST(field[5] AS DATE) AS review_by, coalesce(field[6], '[]') AS evidence
FROM said
"""  # noqa: S608 - constants
_EVIDENCE = f"""
WITH said AS (
  SELECT id, parent, created, json_extract_string(body, ['$.effective', '$.system_version']) AS field
  FROM document WHERE kind = '{EVIDENCE}'
)
SELECT id, parent, coalesce(CAST(field[1] AS DATE), CAST(created AS DATE)), coalesce(field[2], '') FROM said
"""  # noqa: S608 - constants
_REQUESTS = f"""
WITH said AS (
  SELECT parent AS assessment, json_extract_string(body, ['$.kind', '$.resolved']) AS field
  FROM document WHERE kind = '{REMARK}'
)
SELECT assessment, count(*) FROM said WHERE field[1] = 'request' AND field[2] = 'false' GROUP BY assessment
"""  # noqa: S608 - constants
_TRIGGERS = f"SELECT parent, created FROM document WHERE kind = '{TRIGGER}' ORDER BY created"  # noqa: S608 - a constant
_RISK = f"""
SELECT parent, body FROM document
WHERE kind = '{ANSWER}' AND parent IN (SELECT unnest(CAST(? AS VARCHAR[])))
"""  # noqa: S608 - constants


class Read(NamedTuple):
    """All that the portfolio is made of.

    Args:
        systems: By id.
        current: The assessments that count, by system and form: the newest that is not withdrawn.
        signed: The newest signed ones.
        items: One row an item shown of a social-impact assessment that counts: assessment, group, item, place,
            status, party, level, review_by, evidence (ids).
        old: Ids of evidence older than the newest version of the system it belongs to.
        requests: Open requests for change by assessment.
        risk: The answers of the risk assessments that count, by assessment and section.
        triggers: When events that call for another look were noted, by assessment.
    """

    systems: dict[str, System]
    current: dict[tuple[str, Form], Assessment]
    signed: dict[tuple[str, Form], Assessment]
    items: pl.DataFrame
    old: frozenset[str]
    requests: dict[str, int]
    risk: dict[str, dict[str, RiskAnswer]]
    triggers: dict[str, list[datetime]]


def read_systems(workbench: Workbench) -> dict[str, System]:
    """Read all systems, by id."""
    rows = workbench.read("SELECT body FROM document WHERE kind = ? ORDER BY id", [SYSTEM])
    return {one.id: one for one in (System.model_validate_json(body) for (body,) in rows)}


def read_headers(workbench: Workbench) -> list[Assessment]:
    """Read the headers of all assessments that are not withdrawn, older versions of one before newer."""
    rows = workbench.read("SELECT body FROM document WHERE kind = ?", [ASSESSMENT])
    known = [Assessment.model_validate_json(body) for (body,) in rows]
    return sorted((one for one in known if one.state != "withdrawn"), key=lambda one: one.number)


def shape_of(system: System) -> Shape:
    """Give a system's modalities in order."""
    return tuple(sorted(system.modalities))


def read_items(
    workbench: Workbench,
    systems: Mapping[str, System],
    current: Current,
    groups_for: Callable[[Shape], Sequence[Group]],
) -> pl.DataFrame:
    """Read what the social-impact assessments that count say of every item shown; see `Read`."""
    shapes = {
        one.id: "+".join(shape_of(systems[system]))
        for (system, form), one in current.items()
        if form == "social_impact" and system in systems
    }
    heads = pl.DataFrame(
        {"assessment": list(shapes), "shape": list(shapes.values())},
        schema={"assessment": pl.String, "shape": pl.String},
    )
    shown = pl.DataFrame(
        [
            ("+".join(shape), group.id, item, place)
            for shape in sorted({shape_of(one) for one in systems.values()})
            for place, (group, item) in enumerate((group, item) for group in groups_for(shape) for item in group.items)
        ],
        schema={"shape": pl.String, "group": pl.String, "item": pl.String, "place": pl.Int32},
        orient="row",
    )
    said = _frame(workbench, _ANSWERS, [list(shapes)])
    return (
        heads.join(shown, on="shape")
        .drop("shape")
        .join(said, on=["assessment", "item"], how="left")
        .with_columns(
            pl.col("status").fill_null("not_assessed"),
            pl.col("party").fill_null("not_stated"),
            pl.col("evidence").fill_null("[]").str.json_decode(pl.List(pl.String)),
        )
    )


def read_all(workbench: Workbench, groups_for: Callable[[Shape], Sequence[Group]], today: date) -> Read:
    """Read everything in seven queries.

    Args:
        workbench: The workbench.
        groups_for: Gives the items shown for some modalities.
        today: The day, which tells the newest version that is out.
    """
    systems, headers = read_systems(workbench), read_headers(workbench)
    current = {(one.system, one.form): one for one in headers}
    risky = [one.id for (_, form), one in current.items() if form == "risk"]
    risk: dict[str, dict[str, RiskAnswer]] = {}
    for assessment, body in workbench.read(_RISK, [risky]):
        answer = RiskAnswer.model_validate_json(body)
        risk.setdefault(assessment, {})[answer.item] = answer
    newest = {one.id: newest_version(one, today) for one in systems.values()}
    rows = [
        (key, systems[of], newest[of], holds, about)
        for key, of, holds, about in workbench.read(_EVIDENCE)
        if of in systems
    ]
    triggers: dict[str, list[datetime]] = {}
    for assessment, noted in workbench.read(_TRIGGERS):
        triggers.setdefault(assessment, []).append(noted.replace(tzinfo=UTC))
    return Read(
        systems,
        current,
        {(one.system, one.form): one for one in headers if one.state == "signed" and one.signatures},
        read_items(workbench, systems, current, groups_for),
        frozenset(key for key, *said in rows if is_older(*said)),
        dict(workbench.read(_REQUESTS)),
        risk,
        triggers,
    )


def cells_of(items: pl.DataFrame) -> pl.DataFrame:
    """Count the items of every assessment by group and party, ``all`` among both.

    Args:
        items: As of `read_items`.

    Returns:
        One row an assessment, group and party that assessed something, and one for ``all`` parties: items,
        not_applicable, not_assessed, none_found, found, assessed, share, level_n, level_median, level_low, level_high.
    """
    looked = pl.col("status").is_in(["none_found", "found"])
    level = pl.col("level").filter(looked)
    counts = [
        (pl.col("status") == "none_found").sum().alias("none_found"),
        (pl.col("status") == "found").sum().alias("found"),
        level.count().alias("level_n"),
        level.median().alias("level_median"),
        level.min().alias("level_low"),
        level.max().alias("level_high"),
    ]
    every = pl.concat([items, items.with_columns(pl.lit(ALL).alias("group"))])
    whole = every.group_by("assessment", "group").agg(
        pl.len().alias("items"),
        (pl.col("status") == "not_applicable").sum().alias("not_applicable"),
        (pl.col("status") == "not_assessed").sum().alias("not_assessed"),
        pl.lit(ALL).alias("party"),
        *counts,
    )
    base = whole.select("assessment", "group", "items", "not_applicable", "not_assessed")
    apart = every.filter(looked).group_by("assessment", "group", "party").agg(*counts)
    apart = apart.join(base, on=["assessment", "group"])
    applying = pl.col("items") - pl.col("not_applicable")
    assessed = pl.col("none_found") + pl.col("found")
    return pl.concat([whole, apart.select(whole.columns)]).with_columns(
        assessed.alias("assessed"), pl.when(applying > 0).then(assessed / applying).alias("share")
    )


def old_evidence(read: Read) -> dict[str, tuple[int, str]]:
    """Count the pieces of old evidence that each assessment rests on, and name the first item that does."""
    rows = (
        read.items.select("assessment", "item", "place", "evidence")
        .explode("evidence")
        .filter(pl.col("evidence").is_in(list(read.old)))
        .group_by("assessment")
        .agg(pl.col("evidence").n_unique(), pl.col("item").sort_by("place").first())
    )
    found = {assessment: (pieces, item) for assessment, pieces, item in rows.iter_rows()}
    for assessment, answers in read.risk.items():
        rests: dict[str, str] = {}
        for item, one in sorted(answers.items()):
            for key in cited({"evidence": one.evidence, "values": one.values}):
                rests.setdefault(key, item)
        if old := read.old & rests.keys():
            found[assessment] = (len(old), min(rests[key] for key in old))
    return found


def _frame(workbench: Workbench, sql: str, values: Sequence[object] = ()) -> pl.DataFrame:
    workbench.require("read", "workbench")
    with workbench.looking() as cursor:
        return cursor.execute(sql, list(values)).pl()
