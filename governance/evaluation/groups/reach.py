"""What share of the world's people a list of languages can reach: bounds, since people speak several."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.normalise.languages import CODE, language_name
from governance.catalogue.normalise.places import country_name
from governance.errors import BadInput, NotFound
from governance.evaluation.formats.values import language_code

NO_LANGUAGE = ("und", "mul", "mis", "zxx")
"""Codes of ISO 639-3 that are no language: a country with only these has none stated."""
MOST_LANGUAGES = 1_000
SUGGESTED = 8


class LanguageReach(BaseModel, frozen=True):
    """One language of the list.

    Args:
        language: As ISO 639-3.
        name: In English.
        counted_as: The code under which the source counts it, e.g. ``zho`` for ``cmn``; ``None``: it has no row.
        low: People who use it, where its codes in a country (two scripts, say) mean the same people.
        high: People, where they mean different ones; never above the country's population.
        countries: Where it has speakers, a count.
    """

    language: str
    name: str
    counted_as: str | None
    low: float
    high: float
    countries: int


class PlaceReach(BaseModel, frozen=True):
    """The people of a country or region.

    Args:
        place: ISO 3166-1 alpha-2 of a country, or the region's name.
        name: In English.
        region: Of the UN's geoscheme.
        population: People.
        low: People who surely use at least one of the languages.
        high: People who may.
        stated: Whether any language is stated for it, or for a country of it.
    """

    place: str
    name: str
    region: str
    population: int
    low: float
    high: float
    stated: bool


class Gain(BaseModel, frozen=True):
    """A language that is not in the list.

    Args:
        language: As ISO 639-3.
        name: In English.
        low: People by which the low bound rises with it.
    """

    language: str
    name: str
    low: float


class Reach(BaseModel, frozen=True):
    """Whom a list of languages reaches.

    Args:
        languages: Of the list, most speakers first.
        population: People of all countries.
        low: People who surely use at least one of them.
        high: People who may; the truth lies between.
        low_share, high_share: The same as shares of the population.
        simple_sum: Speakers of each language added up: it counts people twice who speak several.
        countries: All there are, a count.
        countries_reached: Those with speakers of at least one.
        unstated_share: Share of the population in countries for which no language is stated.
        regions: By name.
        places: Every country, by code.
        gains: What else would raise the low bound most.
        sources: Ids of the sources.
    """

    languages: tuple[LanguageReach, ...]
    population: int
    low: float
    high: float
    low_share: float
    high_share: float
    simple_sum: float
    countries: int
    countries_reached: int
    unstated_share: float
    regions: tuple[PlaceReach, ...]
    places: tuple[PlaceReach, ...]
    gains: tuple[Gain, ...]
    sources: tuple[str, ...]


def people_reached(connection: duckdb.DuckDBPyConnection, languages: Sequence[str]) -> Reach:
    """Bound the people who use at least one of some languages.

    In a country, their share is at least the largest share of one language (all the others' speakers may be among its
    own) and at most the sum (nobody speaks two), never above 1. Countries are weighted by population.

    Several codes of a country that mean one language (``zh``, ``zh-Hant``) are bounded in the same way: they may be the
    same people in two scripts or different ones. A code without rows counts under the one that CLDR writes for it
    (``cmn`` as ``zho``, ``swh`` as ``swa``); a macrolanguage is not spread over its members: Arabic is where the source
    says Arabic, Egyptian Arabic is another language.

    Args:
        connection: The catalogue.
        languages: Codes, tags or English names; each counts once.

    Raises:
        BadInput: One is no language.
        NotFound: The catalogue holds no speakers.

    Source: Unicode CLDR, territory and language population. It counts whoever uses a language, second languages and
    learners too; figures are of several years and often estimates from literacy; small languages are missing or 0; an
    overseas part may be counted in its country's figure as well.

    >>> catalogue = duckdb.connect()
    >>> _ = catalogue.execute('''
    ...     CREATE TABLE speakers AS SELECT * FROM (VALUES
    ...         ('BE', 'Western Europe', 'nld', 100, 0.55, 'mine'), ('BE', 'Western Europe', 'fra', 100, 0.38, 'mine'))
    ...     AS row (country, region, language, population, share, source_id)''')
    >>> reach = people_reached(catalogue, ["Dutch", "fr"])
    >>> reach.low_share, round(reach.high_share, 2)
    (0.55, 0.93)
    """
    rows = connection.execute(
        "SELECT country, region, language, population, share, source_id FROM speakers ORDER BY ALL"
    ).pl()
    if not rows.height:
        fix = "read CLDR in with 'touchstone import cldr PATH'"
        raise NotFound("the catalogue does not say who speaks what", "speakers", fix)
    held = set(rows["language"].unique()) - set(NO_LANGUAGE)
    counted = {code: _counted_as(code, held) for code in language_codes(languages, held)}
    each = _each(rows)
    chosen = each.filter(pl.col("language").is_in([code for code in counted.values() if code]))
    places = _places(rows, chosen)
    totals = places.select(pl.col("population", "low", "high").sum()).row(0, named=True)
    people = int(totals["population"])
    return Reach(
        languages=_by_language(counted, chosen), population=people, low=totals["low"], high=totals["high"],
        low_share=totals["low"] / people, high_share=totals["high"] / people,
        simple_sum=float((chosen["high"] * chosen["population"]).sum()),
        countries=places.height, countries_reached=places.filter(pl.col("high") > 0).height,
        unstated_share=float(places.filter(~pl.col("stated"))["population"].sum()) / people,
        regions=_regions(places),
        places=tuple(PlaceReach(name=country_name(row["place"]), **row) for row in places.iter_rows(named=True)),
        gains=_gains(each, chosen), sources=tuple(sorted(rows["source_id"].unique())),
    )  # fmt: skip


def spoken_languages(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give the languages that have speakers, code to English name, most speakers first."""
    rows = connection.execute(
        """
        SELECT language FROM speakers WHERE NOT list_contains(?, language)
        GROUP BY language ORDER BY sum(share * population) DESC, language
        """,
        [list(NO_LANGUAGE)],
    ).fetchall()
    return {str(code): language_label(str(code)) for (code,) in rows}


def language_label(code: str) -> str:
    """Name a language for people, without the standard's word for a macrolanguage.

    >>> language_label("swa"), language_label("zho")
    ('Swahili', 'Chinese')
    """
    return language_name(code).removesuffix(" (macrolanguage)")


def language_codes(languages: Sequence[str], known: Collection[str] = ()) -> list[str]:
    """Give the ISO 639-3 codes of languages, each once.

    Args:
        languages: Codes, tags or English names.
        known: Codes that mean themselves, whatever else their letters could mean in a file.

    Raises:
        BadInput: One is no language.

    >>> language_codes(["English", "fr", "en-GB"])
    ['eng', 'fra']
    """
    if len(languages) > MOST_LANGUAGES:
        raise BadInput(f"there are {len(languages):,} languages", "languages", f"give at most {MOST_LANGUAGES:,}")
    found: dict[str, None] = {}
    for stated in languages:
        clean = stated.strip()
        code = clean if clean in known else language_code(clean)  # nan is Min Nan Chinese here, not an empty cell
        if code is None or code == CODE:
            fix = "give codes of ISO 639 or English names, e.g. eng, fr, Swahili"
            raise BadInput(f"'{stated:.40}' is no language", "languages", fix)
        found[code] = None
    return list(found)


def _counted_as(code: str, held: set[str]) -> str | None:
    """Give the code under which the source counts a language: its own, or the one that CLDR writes for it."""
    if code in held:
        return code
    import langcodes

    written = language_code(str(langcodes.Language.get(langcodes.standardize_tag(code, macro=True)).language))
    return written if written in held else None


def _each(rows: pl.DataFrame) -> pl.DataFrame:
    """Give a row a country and language: the bounds of the share that its codes leave, and their sum."""
    return (
        rows.filter(~pl.col("language").is_in(NO_LANGUAGE))
        .group_by("country", "population", "language", maintain_order=True)
        .agg(low=pl.col("share").max(), high=pl.col("share").sum().clip(upper_bound=1.0))
    )


def _places(rows: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    shares = chosen.group_by("country").agg(pl.col("low").max(), pl.col("high").sum().clip(upper_bound=1.0))
    return (
        rows.group_by("country", "region", "population", maintain_order=True)
        .agg(stated=(~pl.col("language").is_in(NO_LANGUAGE)).any())
        .join(shares, on="country", how="left", maintain_order="left")
        .with_columns(pl.col("low", "high").fill_null(0.0) * pl.col("population"))
        .rename({"country": "place"})
    )


def _regions(places: pl.DataFrame) -> tuple[PlaceReach, ...]:
    summed = places.group_by("region").agg(pl.col("population", "low", "high").sum(), pl.col("stated").any())
    return tuple(
        PlaceReach(place=row["region"], name=row["region"], **row)
        for row in summed.sort("region").iter_rows(named=True)
    )


def _by_language(counted: dict[str, str | None], chosen: pl.DataFrame) -> tuple[LanguageReach, ...]:
    people = pl.col("low", "high") * pl.col("population")
    summed = chosen.with_columns(people).group_by("language").agg(
        pl.col("low", "high").sum(), countries=(pl.col("high") > 0).sum()
    )  # fmt: skip
    known = {row.pop("language"): row for row in summed.to_dicts()}
    none = {"low": 0.0, "high": 0.0, "countries": 0}
    found = [
        LanguageReach(language=code, name=language_label(code), counted_as=under, **known.get(under or "", none))
        for code, under in counted.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.high, one.name)))


def _gains(each: pl.DataFrame, chosen: pl.DataFrame) -> tuple[Gain, ...]:
    sure = chosen.group_by("country").agg(sure=pl.col("low").max())
    risen = (
        each.join(sure, on="country", how="left")
        .with_columns(gain=(pl.col("low") - pl.col("sure").fill_null(0.0)).clip(lower_bound=0) * pl.col("population"))
        .group_by("language").agg(low=pl.col("gain").sum())
        .filter(pl.col("low") > 0).sort("low", "language", descending=[True, False]).head(SUGGESTED)
    )  # fmt: skip
    return tuple(Gain(name=language_label(row["language"]), **row) for row in risen.iter_rows(named=True))
