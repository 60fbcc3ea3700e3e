"""Licence names as audits and hosts write them, to SPDX expressions."""

from __future__ import annotations

from functools import cache

from license_expression import ExpressionError, Licensing, get_spdx_licensing

from governance.catalogue.normalise.tables import look_up
from governance.catalogue.normalise.text import clean_text

_LONGEST_NAME = 200


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


def spdx(name: str) -> str | None:
    """Find the SPDX expression of a licence's name.

    Args:
        name: A name in use (``"MIT License"``) or an SPDX expression in any case.

    Returns:
        The current SPDX form, or ``None`` where there is none: custom terms, no version stated, not a licence.

    >>> spdx("BSD 3-Clause License"), spdx("cc-by-sa-4.0"), spdx("CC BY")
    ('BSD-3-Clause', 'CC-BY-SA-4.0', None)
    """
    stated = clean_text(name)
    if not stated or len(stated) > _LONGEST_NAME:
        return None
    curated = look_up("spdx", "name", stated)
    if curated:
        return curated[0]["spdx"] or None
    try:
        parsed = _licensing().parse(stated, validate=True)
    except ExpressionError:
        return None
    return str(parsed) if parsed is not None else None
