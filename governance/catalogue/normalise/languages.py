"""Language names to ISO 639-3, script and family.

The rule: a plain name goes to the ISO 639-3 code of that name. Where it names a macrolanguage (Arabic, Chinese,
Malay, Persian) it stays one, so that no more is claimed than the source says; only where ISO gives an individual
member the very same name (Swahili, Nepali, Odia, Dogri) does it go to that member. A script is set only where the
name states it. Programming and markup languages all get the code ``code`` and keep their name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import langcodes
import pycountry

from governance.catalogue.normalise.tables import fold, look_up, read_table
from governance.catalogue.normalise.text import clean_text

LanguageKind = Literal["language", "code"]
LANGUAGE_KINDS: tuple[LanguageKind, ...] = get_args(LanguageKind)

CODE = "code"
"""Not an ISO code: programming, markup and data languages."""

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Language:
    """One language of a record.

    Args:
        code: ISO 639-3, macrolanguages included, or ``"code"``.
        name: English name; for code the name as stated.
        script: ISO 15924 where the source's name states it.
        kind: ``"language"`` or ``"code"``.
    """

    code: str
    name: str
    script: str | None = None
    kind: LanguageKind = "language"


def language(name: str, hint: str | None = None) -> Language | None:
    """Read a language's name.

    Args:
        name: As the source writes it, in English.
        hint: The code the source gives beside it; used only where the name alone cannot decide.

    Returns:
        The language, or ``None`` where neither name nor hint says which one.

    >>> language("Kashmiri (Devanagari script)")
    Language(code='kas', name='Kashmiri', script='Deva', kind='language')
    >>> language("Swahili").code, language("Python").code, language("unknown")
    ('swh', 'code', None)
    """
    stated = clean_text(name)
    if not stated or len(stated) > _LONGEST_NAME:
        return None
    curated = look_up("languages", "name", stated)
    script = curated[0]["script"] or None if curated else None
    code = (curated[0]["code"] if curated else _from_standard(stated)) or _from_hint(hint)
    if not code:
        return None
    if code == CODE:
        return Language(CODE, stated, None, "code")
    return Language(code, language_name(code), script)


def language_name(code: str) -> str:
    """Give the English label of a code that :func:`language` returns; an unknown code is its own label.

    >>> language_name("swh"), language_name("ell"), language_name("code")
    ('Swahili', 'Greek', 'Programming and markup')
    """
    curated = look_up("language_families", "code", code)
    if curated:
        return curated[0]["name"]
    found = pycountry.languages.get(alpha_3=code)
    return str(found.name) if found else code


def language_family(code: str, *, as_audited: bool = False) -> str | None:
    """Give the group of a language among the audit's fifteen (credit: Data Provenance Initiative).

    Args:
        code: ISO 639-3 or ``"code"``.
        as_audited: The audit's own grouping, which places some languages twice or in another group.

    Returns:
        Name of the group, or ``None`` for a code in no group.

    >>> language_family("fin"), language_family("tsn"), language_family("tsn", as_audited=True)
    ('Uralic', 'Atlantic-Congo', 'Indo-European')
    """
    rows = look_up("language_families", "code", code)
    return (rows[0]["audit_family" if as_audited else "family"] or None) if rows else None


def language_families() -> tuple[str, ...]:
    """List the groups that occur, sorted."""
    return tuple(sorted({row["family"] for row in read_table("language_families")} - {""}))


@cache
def _standard_names() -> dict[str, str]:
    """Index ISO 639-3 names; a reference name wins over an inverted or common one."""
    names: dict[str, str] = {}
    for field in ("name", "common_name", "inverted_name"):
        for entry in pycountry.languages:
            if getattr(entry, field, None):
                names.setdefault(fold(getattr(entry, field)), str(entry.alpha_3))
    return names


def _from_standard(name: str) -> str | None:
    key = fold(name)
    names = _standard_names()
    for candidate in (key, f"{key} (individual language)", f"{key} (macrolanguage)"):
        if candidate in names:
            return names[candidate]
    return None


def _from_hint(hint: str | None) -> str | None:
    tag = clean_text(hint).replace("_", "-")
    if not tag or len(tag) > 35 or not langcodes.tag_is_valid(tag):
        return None
    primary = tag.split("-")[0].lower()
    field = "alpha_2" if len(primary) == 2 else "alpha_3"
    found = pycountry.languages.get(**{field: primary})
    return str(found.alpha_3) if found else None
