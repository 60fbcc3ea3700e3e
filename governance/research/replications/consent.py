"""Claims computed from the audit of consent."""

from __future__ import annotations

import math
from datetime import date

import duckdb

from governance.consent.trend import Series, consent_series
from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates

SOURCE = "consent-in-crisis"
END = date(2024, 4, 1)
"""The last month that the authors observed."""
YEAR_BEFORE = date(2023, 4, 1)
MOST = 0.9
"""Share of the whole rise that the window of a sharp rise must hold."""


@replicates("consent-in-crisis/domains", unit="count", needs=(SOURCE,), page="consent", rounded_to=1000)
def audited_domains(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the domains of the audit."""
    value = _one(connection, "SELECT count(*) FROM domain WHERE source_id = ?", SOURCE)
    return Computed(
        value=value, unit="count", n=value, sources=(SOURCE,),
        method="domains in the published tables of tokens, the same domain under two names counted once",
        reason="The paper prints thousands; the tables hold this many.",
    )  # fmt: skip


@replicates("consent-in-crisis/c4_all", unit="%", needs=(SOURCE,), page="consent")
def restricted_c4(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of all C4 tokens fully restricted at the end of the window."""
    return _restricted(consent_series(connection, "c4"), "of all tokens of C4")


@replicates("consent-in-crisis/c4_critical", unit="%", needs=(SOURCE,), page="consent")
def restricted_head(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of tokens on C4's largest domains fully restricted at the end of the window."""
    series = consent_series(connection, "c4", stratum="head", basis="of_stratum")
    return _restricted(series, f"of the tokens on C4's {series.head_domains:,} largest domains")


@replicates("consent-in-crisis/span", unit="years", needs=(SOURCE,), page="consent")
def sharp_rise(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the whole years of the shortest run of months that holds nine tenths of the whole rise."""
    series = consent_series(connection, "c4")
    shares = series.shares
    needed = MOST * (max(shares) - shares[0])
    spans = [
        (later - earlier, earlier)
        for earlier in range(len(shares))
        for later in range(earlier + 1, len(shares))
        if shares[later] - shares[earlier] >= needed
    ]
    months, first = min(spans)
    start, end = series.points[first].month, series.points[first + months].month
    return Computed(
        value=math.ceil(months / 12), unit="years", n=len(shares), sources=(SOURCE,),
        method="whole years that hold the shortest run of months in which the share of C4's tokens fully restricted "
        "made at least 90% of its whole rise since 2016",
        reason=f"We read the claim as: a window of one year holds the rise. It came within {months} months, from "
        f"{start:%Y-%m} to {end:%Y-%m}.",
    )  # fmt: skip


def _restricted(series: Series, whole: str) -> Computed:
    share = {point.month: point.share for point in series.points}
    if END not in share:
        return Computed(value=None, unit="%", method="not in the series", sources=(series.source_id,))
    rise = "" if YEAR_BEFORE not in share else f"; a year earlier {100 * share[YEAR_BEFORE]:.2f}%"
    drawn = series.random_domains if series.stratum == "all" else 0
    return Computed(
        value=100 * share[END], unit="%", n=series.head_domains + drawn, sources=(series.source_id,),
        method=f"share fully restricted {whole} in {END:%Y-%m}; {series.definition}",
        reason=f"We read the floor as the share restricted by the end of the window{rise}. The authors' own series, "
        "which states no interval.",
    )  # fmt: skip


def _one(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> int:
    row = connection.execute(query, list(values)).fetchone()
    return int(row[0]) if row else 0
