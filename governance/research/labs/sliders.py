"""A setting of several sliders, one a value of a column, as one text: ``name=number;name=number``."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from governance.errors import BadInput
from governance.research.labs.lab import Settings, text

_MARKS = {"%": "%25", ";": "%3B", "=": "%3D"}


def read_sliders(stated: str, where: str, low: float | None = None, high: float | None = None) -> dict[str, float]:
    """Read what sliders are set to.

    Args:
        stated: ``name=number`` with semicolons between; ``%3B``, ``%3D`` and ``%25`` stand for ``;``, ``=`` and ``%``.
        where: The setting in errors.
        low: Least that is allowed; ``None``: there is no bound.
        high: Most that is allowed.

    Raises:
        BadInput: A part is no pair, a name comes twice, or a number is out of bounds.

    >>> read_sliders("web=0.5; a%3Bb=0.25", "setting shares", 0, 1)
    {'web': 0.5, 'a;b': 0.25}
    """
    found: dict[str, float] = {}
    for part in (one for one in stated.split(";") if one.strip()):
        name, sign, number = part.strip().rpartition("=")
        for mark, written in reversed(_MARKS.items()):
            name = name.replace(written, mark)
        name = name.strip()
        if not sign or not name or name in found:
            what = f"'{name:.60}' comes twice" if name in found else f"'{part:.60}' sets nothing"
            raise BadInput(what, where, "write name=number, with semicolons between")
        try:
            value = float(number)
        except ValueError:
            raise BadInput(f"'{number:.60}' is no number", where, f"write e.g. {name:.60}=0.5") from None
        if not isfinite(value) or (low is not None and value < low) or (high is not None and value > high):
            bounds = f"{'-∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
            raise BadInput(f"{number:.60} is out of range", where, f"give {bounds}")
        found[name] = value
    return found


def write_sliders(values: Mapping[str, float]) -> str:
    """Write the same as a text.

    >>> write_sliders({"web": 0.5, "a;b": 0.25})
    'web=0.5;a%3Bb=0.25'
    """
    parts = []
    for name, value in values.items():
        for mark, written in _MARKS.items():
            name = name.replace(mark, written)
        parts.append(f"{name}={value:.12g}")
    return ";".join(parts)


def sliders(settings: Settings, name: str) -> dict[str, float]:
    """Give a setting of sliders: those that are set."""
    return read_sliders(text(settings, name), f"setting {name}")
