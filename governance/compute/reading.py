"""The grammar of numbers as people write them: signs, scales, units, ranges and named distributions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from governance.compute.units import UNIT_WORDS, dimension_of, unit_value
from governance.compute.vocabulary import Dimension, Distribution
from governance.errors import BadInput

LONGEST_TEXT = 200
LONGEST_ECHO = 80

_NUMBER = r"(?>[+-]?(?:[0-9]{1,3}(?:[,_' ][0-9]{3})+(?![0-9])|[0-9]+)?(?:\.[0-9]+)?(?<=[0-9])(?:e[+-]?[0-9]+)?)"
_ONE = re.compile(rf"(?P<money>us\$|usd|\$)?\s*(?P<number>{_NUMBER})\s*(?P<unit>[^0-9()]*)")
_RANGE = re.compile(
    rf"((?:us\$|usd|\$)?\s*{_NUMBER}\s*[^0-9()]*?)\s*(?:\bto\b|-|\.{{2,3}})\s*((?:us\$|usd|\$)?\s*{_NUMBER}[^0-9()]*)"
)
_NAMED = re.compile(r"(lognormal|log-normal|uniform|triangular)\s*\((.*)\)")
_VAGUE = re.compile(
    r"(about|around|approximately|approx\.?|roughly|circa|over|under|more than|less than|at least|up to|[~≈<>≤≥])"
)
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NOT_TOKENS = {
    "word": "multiply by the tokenizer's tokens a word, about 1.3 for English, and write tokens",
    "char": "divide by the tokenizer's characters a token, about 4 for English, and write tokens",
    "byte": "divide by the tokenizer's bytes a token, about 4 for English, and write tokens",
}


def read_numbers(text: str, dimension: Dimension, where: str) -> tuple[list[float], Distribution | None]:
    """Read the numbers of a text, in the dimension's unit, and how they spread; None is a plain range.

    Raises:
        BadInput: If the text is empty, too long, or no number of that dimension.

    >>> read_numbers("2-10 %", "fraction", "share")
    ([0.02, 0.1], None)
    """
    if not text:
        raise BadInput("nothing is written", where, "write a number such as 70B, or leave the input out")
    if len(text) > LONGEST_TEXT:
        raise BadInput(
            f"'{shown(text)}' is {len(text)} characters long", where, f"write at most {LONGEST_TEXT} characters"
        )
    plain = _plain(text)
    if vague := _VAGUE.match(plain):
        raise BadInput(
            f"'{vague[1]}' does not say how sure the number is",
            where,
            "write the number alone, or a range: 2e24 to 4e24",
        )
    if named := _NAMED.fullmatch(plain):
        parts = named[2].split(";" if ";" in named[2] else ",")
        values = _values(parts, text, dimension, where)
        return values, distribution_named(named[1], where)
    if _ONE.fullmatch(plain) is None and (ends := _RANGE.fullmatch(plain)):
        return _values(ends.groups(), text, dimension, where), None
    return _values([plain], text, dimension, where), "exact"


def _values(parts: Sequence[str], text: str, dimension: Dimension, where: str) -> list[float]:
    """Read the numbers of a range; a unit after the last one is meant for all that have none."""
    found = [_ONE.fullmatch(part.strip()) for part in parts]
    matches = [one for one in found if one]
    if len(matches) < len(found):
        _not_a_number(text, where)
    units = [(one["unit"].strip() or ("$" if one["money"] else "")) for one in matches]
    if any(units[:-1]) and not units[-1]:
        raise BadInput(f"'{shown(text)}' has a unit on one end only", where, "write the unit after the last number")
    values = []
    for one, unit in zip(matches, units, strict=True):
        word = unit or ("" if "e" in one["number"] else units[-1])
        worth = unit_value(word, dimension)
        if worth is None:
            _wrong_unit(word, dimension, where)
        values.append(_to_float(one["number"], worth))
    return values


def _to_float(number: str, worth: Decimal) -> float:
    digits, _, exponent = re.sub("[,_' ]", "", number).partition("e")
    if len(exponent.lstrip("+-")) > 4:
        exponent = "-9999" if exponent.startswith("-") else "9999"
    # Decimal keeps 35 % at 0.35; a float product would not.
    return float(Decimal(f"{digits}e{exponent or 0}") * worth)


def _not_a_number(text: str, where: str) -> NoReturn:
    if re.fullmatch(r"[+-]?(nan|inf|infinity)", text.casefold()):
        raise BadInput(f"{text.casefold()} is not a number", where, "write a number, or leave the input out")
    if re.search(r"[0-9],[0-9]", text):
        raise BadInput(
            f"'{shown(text)}' is not a number", where, "write decimals with a point and thousands as 1,000,000"
        )
    raise BadInput(f"'{shown(text)}' is not a number", where, "write a number such as 70B, 1e25 or 60 to 200 billion")


def _wrong_unit(word: str, dimension: Dimension, where: str) -> NoReturn:
    written = shown(word)
    if dimension == "tokens":
        for name, fix in _NOT_TOKENS.items():
            if name in word or (name == "byte" and re.fullmatch(r"[kmgtp]i?b", word)):
                raise BadInput(f"'{written}': {name}s are not tokens", where, fix)
    other = dimension_of(word)
    if dimension == "flop" and other == "flop_per_second":
        raise BadInput(
            f"'{written}' is a rate; operations are meant", where, "write FLOP: the rate times the seconds of training"
        )
    if dimension == "flop_per_second" and other == "flop":
        raise BadInput(
            f"'{written}' counts operations; a rate is meant", where, "write operations a second, such as PFLOP/s"
        )
    wanted = UNIT_WORDS[dimension] or {"fraction": "a share, such as 0.35 or 35 %"}.get(dimension, "a plain number")
    if other:
        raise BadInput(f"'{written}' is a unit of {other.replace('_', ' ')}", where, f"write {wanted}")
    raise BadInput(f"'{written}' is not a unit known here", where, f"write {wanted}; k, M, B and T scale a number")


def distribution_named(word: str, where: str = "distribution") -> Distribution:
    """Find the distribution a word names."""
    names: dict[str, Distribution] = {
        "exact": "exact",
        "lognormal": "lognormal",
        "log-normal": "lognormal",
        "uniform": "uniform",
        "triangular": "triangular",
    }
    if word not in names:
        raise BadInput(f"'{shown(word)}' is not a distribution", where, "write lognormal, uniform or triangular")
    return names[word]


def _plain(text: str) -> str:
    """Bring signs, spaces and powers of ten that print differently to one form."""
    raised = re.sub("10([⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda power: "10^" + power[1].translate(_SUPERSCRIPTS), text)
    folded = unicodedata.normalize("NFKC", raised).casefold()
    folded = re.sub("[‐‑‒–—−]", "-", folded).replace("×", "x").replace("’", "'").replace("**", "^")
    folded = re.sub(r"\s+", " ", folded).strip()
    folded = re.sub(r"(?<![0-9.])10 ?\^ ?([+-]?[0-9]+)", r"1e\1", folded)
    folded = re.sub(r"([0-9]) ?[x*] ?1e", r"\1e", folded)
    folded = re.sub(r"^between (.+) and (.+)$", r"\1 to \2", folded)
    return folded.removeprefix("from ")


def shown(text: str) -> str:
    """Cut what is quoted back, and take out what a terminal or page might act on."""
    return "".join(one if one.isprintable() else "?" for one in text[:LONGEST_ECHO])
