"""Read published series of restriction by month, and how often agents are named, cell by cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from governance.catalogue.published import Cells, Import, Row, read_rows
from governance.consent.vocabulary import SeriesRule

SOURCE = "consent-in-crisis"
AGENTS = "agents_counter.csv"
ALL_AGENTS = "*all agents*"
"""The row that counts every snapshot, whoever is named in it."""
OBSERVED_UNTIL = date(2024, 4, 1)
"""The last month observed; what the forecast files give after it was calculated."""
SERIES: dict[str, tuple[str, SeriesRule, dict[str, tuple[str, str]]]] = {
    "robots_token_restriction_c4.csv": (
        "c4",
        "published",
        {
            "rand_frac": ("random", "of_stratum"),
            "head_frac": ("head", "of_stratum"),
            "rand_tokens": ("random", "of_corpus"),
            "head_tokens": ("head", "of_corpus"),
            "combined_tokens": ("all", "of_corpus"),
        },
    ),
    "robots_token_restriction_dolma.csv": (
        "dolma",
        "published",
        {"rand": ("random", "of_corpus"), "head": ("head", "of_corpus")},
    ),
    **{
        f"forecast_2024-06_{short}.csv": (
            corpus,
            "older_wider",
            {"rand": ("random", "of_corpus"), "head": ("head", "of_corpus"), "combined": ("all", "of_corpus")},
        )
        for short, corpus in (("c4", "c4"), ("rf", "refinedweb"), ("dolma", "dolma"))
    },
}
"""File, the corpus it is about, the rule it counts by, and what its columns hold."""
_TOKEN = re.compile(r"\*|[A-Za-z][A-Za-z0-9_.\-]{0,39}")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-\d{2}(?: 00:00:00)?)?")


def read_series(work: Import, path: Path) -> list[Row]:
    """Read every published series of a folder as rows of ``consent_series``."""
    return [row for file in SERIES for row in _series(work, path / file)]


def read_agent_levels(work: Import, path: Path) -> list[Row]:
    """Read how often agents were named and at which level, as rows of ``agent_level``."""
    rows: list[Row] = []
    other = 0
    for where, row in read_rows(path / AGENTS, ("agent", "observed", "all", "some", "none")):
        work.read += 1
        if row["agent"] != ALL_AGENTS and not _TOKEN.fullmatch(row["agent"]):
            other += 1
            continue
        counts = {name: row[name] for name in ("observed", "all", "some", "none")}
        if not all(count.isascii() and count.isdigit() for count in counts.values()):
            work.refuse("no_such_number", where, f"counts {', '.join(counts.values())}")
            continue
        numbers = {name: int(count) for name, count in counts.items()}
        if numbers["all"] + numbers["some"] + numbers["none"] != numbers["observed"]:
            work.note("counts_differ", row["agent"], "the levels do not add up to what was observed; kept as stated")
        rows.append(
            {
                "agent": row["agent"],
                "observed": numbers["observed"],
                "full_n": numbers["all"],
                "partial_n": numbers["some"],
                "none_n": numbers["none"],
                "source_id": SOURCE,
            }
        )
    if other:
        what = f"{other:,} names are no product token (browser strings, several names, whole rules run together)"
        work.refuse("no_product_token", AGENTS, what)
        work.read -= other - 1
    return rows


def month_of(text: str) -> date | None:
    """Read a month or a day as the first day of its month.

    >>> month_of("2024-04"), month_of("2024-05-31 00:00:00"), month_of("2024-13")
    (datetime.date(2024, 4, 1), datetime.date(2024, 5, 1), None)
    """
    found = _MONTH.fullmatch(text.strip())
    return date(int(found[1]), int(found[2]), 1) if found and int(found[1]) and 1 <= int(found[2]) <= 12 else None


def _series(work: Import, file: Path) -> Iterator[Row]:
    corpus, rule, columns = SERIES[file.name]
    for where, cells in read_rows(file, ("period", *columns)):
        work.read += 1
        month = month_of(cells["period"])
        shares = {column: _share(cells, column) for column in columns}
        if month is None or None in shares.values():
            work.refuse("no_share", where, f"month '{cells['period']:.30}', {', '.join(cells.values())[:120]}")
            continue
        kind = "forecast" if month > OBSERVED_UNTIL else "observed"
        fixed = {"corpus": corpus, "month": month, "rule": rule, "kind": kind, "source_id": SOURCE}
        for column, (stratum, basis) in columns.items():
            yield {**fixed, "stratum": stratum, "basis": basis, "share": shares[column]}
        if "all" not in {stratum for stratum, _ in columns.values()}:
            total = math.fsum(share for share in shares.values() if share is not None)
            yield {**fixed, "stratum": "all", "basis": "of_corpus", "share": total}
            work.note("sum_of_parts", file.name, "the whole corpus is the sum of its two parts, added here")


def _share(cells: Cells, column: str) -> float | None:
    try:
        value = float(cells[column])
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
