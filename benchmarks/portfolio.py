"""A portfolio of a thousand systems, each with a social-impact and a risk assessment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from row import Row, row, timed

from governance.assessment.coverage import ALL, category_groups, coverage_of
from governance.assessment.framework import Framework, load_framework
from governance.assessment.portfolio import portfolio
from governance.assessment.records import (
    ANSWER,
    ASSESSMENT,
    EVIDENCE,
    SYSTEM,
    Answer,
    Assessment,
    Evidence,
    Kept,
    RiskAnswer,
    System,
    SystemVersion,
)
from governance.catalogue.build import build_catalogue
from governance.catalogue.connect import open_catalogue
from governance.records.documents import documents
from governance.records.store import Workbench, open_workbench

TITLE = "Portfolio: 1,000 systems, 39,000 answers"
ABOUT = (
    "Synthetic systems, each with 39 answered items, 6 risk sections and 5 pieces of evidence. The straightforward way "
    "lists the documents of each assessment, checks every answer against its model and counts by category and party; "
    "it does the heat map alone. Touchstone reads all records in seven queries and gives the heat map with what is "
    "stale, due and next for every system. Both heat maps agree."
)
SYSTEMS, REPEATS = 1_000, 5
TODAY = date(2026, 6, 1)
Cells = dict[tuple[str, str], tuple[int, int, int, float | None]]
Record = tuple[str, str, Kept, str | None]


def make_records(framework: Framework, systems: int = SYSTEMS, seed: int = 11) -> Iterator[Record]:
    """Make systems with all that belongs to them."""
    draw = random.Random(seed)
    versions = (
        SystemVersion(version="1.0", released=date(2025, 1, 1)),
        SystemVersion(version="2.0", released=date(2026, 1, 1)),
    )
    for number in range(systems):
        key = f"system-{number}"
        yield SYSTEM, key, System(id=key, name=f"System {number}", versions=versions), None
        pieces = [f"{key}-e{place}" for place in range(5)]
        for piece in pieces:
            day = date(2025, 6, 1) + timedelta(days=draw.randrange(400))
            yield EVIDENCE, piece, Evidence(id=piece, title="Card", kind="link", effective=day), key
        social = Assessment(
            id=f"{key}-si-1",
            system=key,
            form="social_impact",
            framework="1",
            system_version=draw.choice(("1.0", "2.0")),
        )
        yield ASSESSMENT, social.id, social, key
        for item in framework.items:
            yield ANSWER, f"{social.id}-{item.id.lower().replace('.', '-')}", _answer(item.id, pieces, draw), social.id
        risk = Assessment(id=f"{key}-risk-1", system=key, form="risk", framework="1")
        yield ASSESSMENT, risk.id, risk, key
        for section in framework.sections:
            values = {"reassess_by": "2026-07-01"} if section.id == "R5" else {"severity": "minor"}
            yield ANSWER, f"{risk.id}-{section.id.lower()}", RiskAnswer(item=section.id, values=values), risk.id


def _answer(item: str, pieces: list[str], draw: random.Random) -> Answer:
    return Answer(
        item=item,
        question="What was asked when this was answered, and of whom?",
        status=draw.choice(("not_assessed", "not_applicable", "none_found", "found")),
        finding="What was found, in two or three sentences of ordinary length, as a reviewer would write it. " * 3,
        party=draw.choice((None, "first", "third", "joint")),
        level=draw.choice((None, 0, 1, 2, 3)),
        evidence=tuple(draw.sample(pieces, draw.randrange(3))),
        review_by=draw.choice((None, TODAY + timedelta(days=draw.randrange(-30, 400)))),
    )


def fill(workbench: Workbench, records: Iterator[Record]) -> None:
    """Put records into an empty workbench at once."""
    rows = [(kind, key, one.model_dump_json(), parent) for kind, key, one, parent in records]
    table = pl.DataFrame(rows, schema=["kind", "id", "body", "parent"], orient="row")
    cursor = workbench.cursor()
    cursor.register("made", table.to_arrow())
    cursor.execute(
        "INSERT INTO document (kind, id, body, revision, created, updated, parent) "
        "SELECT kind, id, body, 1, now()::TIMESTAMP, now()::TIMESTAMP, parent FROM made"
    )
    cursor.close()


def one_by_one(workbench: Workbench, framework: Framework) -> Cells:
    """Count by going from system to system and answer to answer."""
    found: Cells = {}
    for document in documents(workbench, SYSTEM):
        system = System.model_validate(document.body)
        known = [Assessment.model_validate(one.body) for one in documents(workbench, ASSESSMENT, system.id)]
        newest = max((one for one in known if one.form == "social_impact"), key=lambda one: one.number)
        answers = [Answer.model_validate(one.body) for one in documents(workbench, ANSWER, newest.id)]
        for group in coverage_of(answers, category_groups(framework, system.modalities)).groups:
            for party, counts in ((ALL, group.all), *group.parties.items()):
                if party == ALL or counts.assessed:
                    levels = counts.levels
                    found[system.id, f"{group.id} {party}"] = (counts.none_found, counts.found, levels.n, levels.median)
    return found


def run() -> list[Row]:
    """Time both ways on the same workbench."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        build_catalogue(home)
        with open_catalogue(home) as connection:
            framework = load_framework(connection)
        with open_workbench(home, datetime(2026, 6, 1, tzinfo=UTC)) as workbench:
            fill(workbench, make_records(framework))
            kept: list[Cells] = []
            slow = [timed(lambda: kept.append(one_by_one(workbench, framework))) for _ in range(2)]
            ours = [timed(lambda: portfolio(workbench, framework, TODAY)) for _ in range(REPEATS)]
            _check_same(workbench, framework, kept[0])
    return [
        row("Python, one assessment at a time", slow),
        row("Touchstone, all records at once", ours, slow, "with stale flags, due reviews and next actions"),
    ]


def _check_same(workbench: Workbench, framework: Framework, other: Cells) -> None:
    cells = portfolio(workbench, framework, TODAY).cells.filter(pl.col("group") != ALL)
    names = ("system", "group", "party", "none_found", "found", "level_n", "level_median")
    mine = {(system, f"{group} {party}"): tuple(counts) for system, group, party, *counts in cells.select(names).rows()}
    if mine != other:
        raise SystemExit("the ways do not agree")
