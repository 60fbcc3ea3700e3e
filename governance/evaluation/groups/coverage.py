"""Which groups of languages a set covers, and how well models do there: resource tier, family, script."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from functools import cache

import duckdb
import numpy as np
from pydantic import BaseModel

from governance.errors import BadInput
from governance.evaluation.groups.chosen import language_code, unit_name, unit_script
from governance.evaluation.groups.languages import LanguageReport

NOT_KNOWN = "not known"
TIER_COLUMNS = ("language", "tier")
MOST_ROWS = 10_000


class GroupCover(BaseModel, frozen=True):
    """A group of languages in a set.

    Args:
        group: Its name, or "not known".
        languages: Languages of it with a score, a count.
        listed: Languages of it in the table that the groups come from; ``None``: that table is no list of all.
        shared: Of those with a score, the ones over which models are compared.
        mean: Mean over models and shared languages; ``None``: none is shared.
        gap: That mean minus the models' mean in the reference language.
        worst, worst_language: The language with the lowest mean over models (the highest where lower is better).
        names: The languages.
    """

    group: str
    languages: int
    listed: int | None
    shared: int
    mean: float | None
    gap: float | None
    worst: float | None
    worst_language: str | None
    names: tuple[str, ...]


def coverage(
    report: LanguageReport, group_of: Mapping[str, str], *, complete: bool = False
) -> tuple[GroupCover, ...]:  # fmt: skip
    """Count and average the languages of each group; models and languages count alike.

    Args:
        report: Models in languages.
        group_of: From a unit or an ISO 639-3 code to its group; a unit's own entry goes before its language's.
        complete: Whether ``group_of`` lists all languages of the groups, so that missing ones can be counted.

    Returns:
        The groups by name, those of no known group last.
    """
    grid, table = report.grid, report.grid.common
    code = dict(report.figures.frame.select("unit", "language").unique().iter_rows())
    members: dict[str, list[str]] = {}
    for unit in grid.units:
        members.setdefault(group_of.get(unit) or group_of.get(code[unit]) or NOT_KNOWN, []).append(unit)
    listed: dict[str, int] = {}
    for group in group_of.values():
        listed[group] = listed.get(group, 0) + 1
    if complete:
        for group in listed:
            members.setdefault(group, [])
    shared = {unit: at for at, unit in enumerate(grid.shared_units)}
    by_unit = table.mean(axis=0) if table.size else np.array([])
    base = by_unit[shared[report.reference]] if report.reference in shared and table.size else None
    sign = 1 if report.figures.better == "higher" else -1
    found = []
    for group in sorted(members, key=lambda name: (name == NOT_KNOWN, name)):
        here = [unit for unit in members[group] if unit in shared] if table.size else []
        values = [float(by_unit[shared[unit]]) for unit in here]
        mean = float(np.mean(values)) if values else None
        low = min(here, key=lambda unit: sign * by_unit[shared[unit]]) if here else None
        found.append(GroupCover(
            group=group, languages=len(members[group]), shared=len(here), mean=mean,
            listed=listed.get(group, 0) if complete and group != NOT_KNOWN else None,
            gap=None if mean is None or base is None else mean - float(base),
            worst=None if low is None else float(by_unit[shared[low]]),
            worst_language=None if low is None else unit_name(low),
            names=tuple(unit_name(unit) for unit in members[group]),
        ))  # fmt: skip
    return tuple(found)


def families(connection: duckdb.DuckDBPyConnection, codes: Collection[str]) -> dict[str, str]:
    """Give the families of languages, by ISO 639-3 code (source: MTEB's table of families).

    A language that the table lacks takes the family of its macrolanguage, a macrolanguage the one that all its members
    in the table share; the rest is left out.
    """
    stated = dict(connection.execute("SELECT language, family FROM language_family ORDER BY language").fetchall())
    of_macro: dict[str, set[str]] = {}
    for code, family in stated.items():
        of_macro.setdefault(_macro(code), set()).add(family)
    found = {}
    for code in codes:
        shared = of_macro.get(_macro(code), set())
        family = stated.get(code) or stated.get(_macro(code)) or (next(iter(shared)) if len(shared) == 1 else None)
        if family:
            found[code] = family
    return found


@cache
def _macro(code: str) -> str:
    import langcodes

    if len(code) > 3 or not langcodes.tag_is_valid(code):
        return code
    return language_code(str(langcodes.Language.get(code).prefer_macrolanguage().language))


def scripts(units: Sequence[str]) -> dict[str, str]:
    """Give the script of units, ISO 15924: as the unit states it, else CLDR's likeliest."""
    return {unit: script for unit in units if (script := unit_script(unit))}


def read_tiers(text: str, where: str = "the table of tiers") -> dict[str, str]:
    r"""Read a table of languages and their resource tier, CSV with the columns language and tier.

    The classes of Joshi et al. 2020 are published without a licence, so none are shipped; bring the table you use.

    Raises:
        BadInput: A column, a language or a tier is missing, or a language is in two tiers.

    >>> read_tiers("language,tier\nEnglish,5\nswh,2\n")
    {'eng': '5', 'swh': '2'}
    """
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in TIER_COLUMNS if name not in names]
    if missing:
        raise BadInput(f"there is no column '{missing[0]}'", f"{where}, line 1", "give the columns language,tier")
    reader.fieldnames = names
    tiers: dict[str, str] = {}
    for line, row in enumerate(reader, start=2):
        if line > MOST_ROWS:
            raise BadInput(f"there are more than {MOST_ROWS:,} rows", where, "give one row a language")
        stated, tier = (str(row.get(name) or "").strip() for name in TIER_COLUMNS)
        if not stated or not tier:
            raise BadInput("a language or tier is missing", f"{where}, line {line}", "fill in both columns")
        code = language_code(stated)
        if tiers.setdefault(code, tier) != tier:
            what = f"'{stated:.40}' is in tier {tiers[code]:.20} and {tier:.20}"
            raise BadInput(what, f"{where}, line {line}", "give each language one tier")
    if not tiers:
        raise BadInput("there is no language", where, "give one row a language, e.g. eng,5")
    return tiers
