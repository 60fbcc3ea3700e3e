"""What the view on people reached says: answer, tables and report."""

from __future__ import annotations

import polars as pl

from app.components.frame import number, plain
from governance.catalogue.sources import Source
from governance.evaluation.groups.reach import Reach
from governance.evaluation.report import Report

QUESTION = "Whom can these languages reach?"
HELP = "How many people use at least one of them: bounds, since many people speak several"
LIMITS = (
    "The truth lies between the bounds: the source says how many use each language, not who speaks several.",
    "CLDR counts whoever uses a language, second languages too; figures are of several years, many of them estimates.",
    "Small languages are missing or 0, and an overseas part may be counted in its country's figure as well.",
    "To use a language is not to be served well by a model that lists it.",
)
PERCENT = 100
BILLION, MILLION = 1e9, 1e6
MISSED = 12


def people_words(value: float) -> str:
    r"""Write a number of people, to two or three digits.

    >>> people_words(1_728_001_044), people_words(33_400_000), people_words(9_412)
    ('1.73 billion', '33 million', '9\u202f412')
    """
    if value >= BILLION:
        return f"{value / BILLION:.2f} billion"
    return f"{value / MILLION:.0f} million" if value >= 10 * MILLION else number(round(value))


def reach_answer(reach: Reach) -> str:
    """Say what share of people the languages reach, and what adding them up would say."""
    if not reach.languages:
        return "**No language is chosen.**"
    one = reach.languages[0]
    who = f"{plain(one.name)} reaches" if len(reach.languages) == 1 else f"These {len(reach.languages)} languages reach"
    low, high = f"{reach.low_share:.1%}", f"{reach.high_share:.1%}"
    if low == high:
        return f"{who} **{low} of people**"
    text = f"{who} **between {low} and {high} of people**"
    return f"{text} · adding them up counts people twice: {reach.simple_sum / reach.population:.1%}"


def people_span(reach: Reach) -> str:
    """Say how many people that is, of how many."""
    low, high = people_words(reach.low), people_words(reach.high)
    return f"{low if low == high else f'{low} to {high}'} of {people_words(reach.population)} people"


def language_table(reach: Reach) -> pl.DataFrame:
    """Give a row a language of the list."""
    return pl.DataFrame(
        [
            {"language": one.name, "people": round(one.high), "share": PERCENT * one.high / reach.population,
             "countries": one.countries,
             "note": "no row in CLDR" if one.counted_as is None
             else f"counted as {one.counted_as}" if one.counted_as != one.language else None}
            for one in reach.languages
        ],
        schema_overrides={"note": pl.String},
    )  # fmt: skip


def region_table(reach: Reach) -> pl.DataFrame:
    """Give a row a region, those reached most first."""
    frame = pl.DataFrame(
        [
            {"region": one.name, "population": one.population, "at least": PERCENT * one.low / one.population,
             "at most": PERCENT * one.high / one.population, "stated": one.stated}
            for one in reach.regions
        ]
    )  # fmt: skip
    return frame.sort("at most", "at least", "region", descending=[True, True, False])


def missed_table(reach: Reach, most: int | None = None) -> pl.DataFrame:
    """Give a row a country, those with most people surely left out first."""
    frame = pl.DataFrame(
        [
            {"country": one.name, "left out": round(one.population - one.high),
             "at least": PERCENT * one.low / one.population, "at most": PERCENT * one.high / one.population,
             "population": one.population, "region": one.region}
            for one in reach.places
        ]
    ).sort("left out", "country", descending=[True, False])  # fmt: skip
    return frame if most is None else frame.filter(pl.col("left out") > 0).head(most).drop("population", "region")


def gain_table(reach: Reach) -> pl.DataFrame:
    """Give a row a language that would raise the low bound, the most first."""
    return pl.DataFrame(
        [{"language": one.name, "rises by": round(one.low), "share": PERCENT * one.low / reach.population}
         for one in reach.gains],
        schema={"language": pl.String, "rises by": pl.Int64, "share": pl.Float64},
    )  # fmt: skip


def reach_report(reach: Reach, source: Source, version: str) -> Report:
    """Write the view as a report."""
    return Report(
        title=f"People reached by {len(reach.languages)} languages", question=QUESTION,
        answer=reach_answer(reach).replace("**", "").replace("\\", ""), n=reach.countries, counted="countries",
        estimator="bounds: the largest share of one language in a country, and the sum up to 100%; by population",
        ties="", interval="bounds for certain, no sampling error", seed=None, data_version=version,
        source=source.citation, licence=source.licence or "",
        settings={"Languages": ", ".join(one.language for one in reach.languages)},
        tables={"Languages": language_table(reach), "Regions": region_table(reach), "Countries": missed_table(reach),
                "To add next": gain_table(reach)},
        limits=LIMITS,
    )  # fmt: skip
