"""A whole question as one document: a history with the day, the draws, the seed and the what-ifs asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel

from governance.compute.history import History
from governance.compute.history_files import history_of, parse_text
from governance.compute.scenario import DRAWS, SEED
from governance.compute.whatif import what_ifs
from governance.errors import BadInput

MOST_DRAWS = 1_000_000
MOST_WORK = 100_000_000
"""Runs times draws, counted once more for each what-if: some ten seconds of one processor."""
_VARIANTS = 3
"""No what-if changes a history in more ways than this."""


class ScenarioRequest(BaseModel, frozen=True):
    """A history and how to judge it; without a day, that of whoever answers."""

    history: History
    as_of: date | None
    draws: int
    seed: int
    what_ifs: tuple[str, ...]


def read_request(text: str) -> ScenarioRequest:
    """Read a history with, beside it, as_of, draws, seed and what_ifs where wanted.

    Args:
        text: JSON.

    Raises:
        BadInput: A field is not as it must be, or there is more to draw than one question may ask for.

    >>> read_request('{"runs": [{"id": "base", "parameters": "70B", "tokens": "15T"}], "seed": 7}').seed
    7
    """
    data = parse_text(text)
    if not isinstance(data, Mapping):
        raise BadInput("the body is not an object", "body", "send a history as JSON")
    given = dict(data)
    day, asked = given.pop("as_of", None), given.pop("what_ifs", None)
    draws = _whole(given.pop("draws", DRAWS), "draws", 1, MOST_DRAWS)
    seed = _whole(given.pop("seed", SEED), "seed", 0, 2**63 - 1)
    names = _names(asked)
    history = history_of(given)
    work = draws * len(history.runs) * (1 + _VARIANTS * len(names))
    if work > MOST_WORK:
        most = max(1, MOST_WORK * draws // work)
        raise BadInput(f"{len(history.runs):,} runs drawn {draws:,} times", "draws", f"ask for at most {most:,} draws")
    return ScenarioRequest(
        history=history, as_of=None if day is None else read_day(day, "as_of"), draws=draws, seed=seed, what_ifs=names
    )


def read_day(text: object, where: str) -> date:
    """Read a date.

    Raises:
        BadInput: It is not written as 2026-01-31.

    >>> read_day("2026-01-31", "as_of").year
    2026
    """
    try:
        day = date.fromisoformat(text if isinstance(text, str) else "")
        if day.isoformat() != text:  # Python also reads 20260131 and 2026-W05-6
            raise ValueError
        return day
    except ValueError as error:
        shown = "".join(one if one.isprintable() else "?" for one in str(text)[:40])
        raise BadInput(f"'{shown}' is not a date", where, "write it as 2026-01-31") from error


def _whole(value: object, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        fix = f"give a whole number {least:,} to {most:,}"
        raise BadInput(f"'{str(value)[:40]}' is not a number of {name}", name, fix)
    return value


def _names(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    known = tuple(one.id for one in what_ifs())
    if not isinstance(value, list):
        raise BadInput("what_ifs is not a list", "what_ifs", f"list some of {', '.join(known)}")
    for name in value:
        if name not in known:
            raise BadInput(f"'{str(name)[:80]}' is not a what-if", "what_ifs", f"use some of {', '.join(known)}")
    return tuple(dict.fromkeys(value))
