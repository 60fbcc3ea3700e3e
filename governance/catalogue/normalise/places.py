"""Country names to ISO 3166-1, and who made a dataset: where and what kind of institution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import pycountry

from governance.catalogue.normalise.tables import look_up
from governance.catalogue.normalise.text import clean_text

CreatorKind = Literal[
    "academic", "industry_lab", "corporation", "startup", "research_group", "government", "independent", "other"
]
"""Kind of institution, after the audit's groups; ``independent`` is people without one."""
CREATOR_KINDS: tuple[CreatorKind, ...] = get_args(CreatorKind)

_LONGEST_NAME = 200
_USER_ASSIGNED = {"XK": "Kosovo"}
"""Codes that ISO 3166-1 leaves to users and the sources here use."""


@dataclass(frozen=True, slots=True)
class Creator:
    """An institution that made datasets.

    Args:
        name: As the audit writes it.
        countries: ISO 3166-1 alpha-2; empty where unknown or international.
        kind: What it is, or ``None`` where no table says.
    """

    name: str
    countries: tuple[str, ...] = ()
    kind: CreatorKind | None = None


def country(name: str) -> str | None:
    """Read a country's name.

    Args:
        name: English name, alpha-2 or alpha-3 code, in any case.

    Returns:
        ISO 3166-1 alpha-2, or ``None`` for what is no country (a continent, "International").

    >>> country("South Korea"), country("Scotland"), country("African Continent")
    ('KR', 'GB', None)
    """
    stated = clean_text(name)
    if not stated or len(stated) > _LONGEST_NAME:
        return None
    curated = look_up("countries", "name", stated)
    if curated:
        return curated[0]["code"] or None
    try:
        found = pycountry.countries.lookup(stated)
    except LookupError:
        return None
    return str(found.alpha_2)


def country_name(code: str) -> str:
    """Give the English label of an alpha-2 code; an unknown code is its own label.

    >>> country_name("KR"), country_name("GB")
    ('South Korea', 'United Kingdom')
    """
    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", found.name)) if found else _USER_ASSIGNED.get(code, code)


def creator(name: str) -> Creator:
    """Read a creator's name.

    Args:
        name: As the source writes it.

    Returns:
        Its name, countries and kind; without countries and kind where no table knows it.

    >>> creator("fondazione bruno kessler")
    Creator(name='Fondazione Bruno Kessler', countries=('IT',), kind='research_group')
    """
    stated = clean_text(name)
    rows = look_up("creators", "creator", stated)
    if not rows:
        return Creator(stated)
    countries = tuple(dict.fromkeys(row["country"] for row in rows if row["country"]))
    kinds = [kind for kind in CREATOR_KINDS if kind == rows[0]["kind"]]
    return Creator(rows[0]["creator"], countries, kinds[0] if kinds else None)
