"""Privacy of text rewritten by sampling: what the guarantee is for a whole document, and what attackers still find."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pydantic import BaseModel

from governance.errors import BadInput
from governance.research.labs.fronts import front

VACUOUS = 10.0
"""At an epsilon of 10 an attacker may become e^10, about 22 thousand times, surer: we call more than that vacuous."""
BASIS = (
    "derived here: with logits clipped to [b1, b2] a softmax at temperature T changes by at most a factor "
    "e^(2(b2−b1)/T) between any two inputs, and n tokens multiply; public implementations of DP-Prompt use the same "
    "T = 2(b2−b1)/ε a token. The paper's own theorem was recalled, not read"
)


class Guarantee(BaseModel, frozen=True):
    """The guarantee of a rewritten document.

    Args:
        low, high: The range logits are clipped to.
        temperature: Of the sampling.
        tokens: Sampled, a count.
        per_token: Epsilon of one token.
        epsilon: Of the document: between any two input documents the chance of any output differs by at most
            e^epsilon.
        log10_factor: The same factor as a power of ten.
        certainty: Greatest certainty to which an attacker at even odds between two documents can come, 0 to 1.
        vacuous: Whether it promises nothing that would matter: epsilon above the limit.
        limit: That limit.
        temperature_needed: At which the document would have the limit.
        tokens_allowed: Tokens that stay within the limit at this temperature.
        basis: Where the formula is from.
    """

    low: float
    high: float
    temperature: float
    tokens: int
    per_token: float
    epsilon: float
    log10_factor: float
    certainty: float
    vacuous: bool
    limit: float
    temperature_needed: float
    tokens_allowed: int
    basis: str = BASIS


def document_epsilon(low: float, high: float, temperature: float, tokens: int, *, limit: float = VACUOUS) -> Guarantee:
    """Give the epsilon of a document that a model rewrites by sampling tokens at a temperature.

    It needs clipped logits: without clipping the range is unbounded and there is no guarantee at all. Cutting the
    choice to the likeliest tokens (top-k, top-p) also voids it.

    Args:
        low: Lower bound that logits are clipped to.
        high: Upper bound.
        temperature: Above 0.
        tokens: Tokens sampled.
        limit: Epsilon above which we call it vacuous.

    Raises:
        BadInput: The range is empty, or the temperature or the tokens are not above 0.

    Source: exponential mechanism (McSherry and Talwar 2007) with the logits as utility, and sequential composition;
    for this use Utpala, Hooker and Chen 2023, see `BASIS`.

    >>> found = document_epsilon(0, 10, temperature=1.0, tokens=100)
    >>> found.epsilon, found.vacuous, found.temperature_needed
    (2000.0, True, 200.0)
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise BadInput(f"logits from {low} to {high}", "range", "give the lower bound first, both finite")
    if not (math.isfinite(temperature) and temperature > 0):
        raise BadInput(f"a temperature of {temperature}", "temperature", "use a number above 0; at 0 nothing is hidden")
    if not 1 <= tokens <= 10**9 or not (math.isfinite(limit) and limit > 0):
        raise BadInput(f"{tokens:,} tokens and a limit of {limit}", "tokens", "use 1 token or more, a limit above 0")
    per_token = 2 * (high - low) / temperature
    epsilon = per_token * tokens
    return Guarantee(
        low=low, high=high, temperature=temperature, tokens=tokens, per_token=per_token, epsilon=epsilon,
        log10_factor=epsilon / math.log(10), certainty=1 / (1 + math.exp(-epsilon)) if epsilon < 700 else 1.0,
        vacuous=epsilon > limit, limit=limit, temperature_needed=2 * (high - low) * tokens / limit,
        tokens_allowed=math.floor(limit / per_token),
    )  # fmt: skip


class Mechanism(BaseModel, frozen=True):
    """One way of rewriting, as measured.

    Args:
        name: Its name with its settings.
        utility: A score of the rewritten text; higher is better.
        attacker: An attacker's score; lower is better.
        adaptive: The score of an attacker who trains on rewritten text; ``None``: not measured.
        epsilon: Of the document, where stated.
    """

    name: str
    utility: float
    attacker: float
    adaptive: float | None = None
    epsilon: float | None = None


class PrivacyRow(Mechanism):
    """A mechanism beside the untouched text.

    Args:
        utility_change: Relative change of utility, per cent; ``None``: there is no untouched text.
        attacker_change: Relative change of the attacker's score, per cent.
        adaptive_change: The same for the adaptive one.
        worst: The stronger attacker's score, which the front uses.
        on_front: Whether no other has at least its utility and at most its attacker's score.
        vacuous: Whether its epsilon is above the limit; ``None``: not stated.
    """

    utility_change: float | None
    attacker_change: float | None
    adaptive_change: float | None
    worst: float
    on_front: bool
    vacuous: bool | None


def privacy_front(
    rows: Sequence[Mechanism], untouched: str | None = None, *, limit: float = VACUOUS
) -> list[PrivacyRow]:
    """Compare ways of rewriting by what they keep and what attackers still find.

    Args:
        rows: At least two.
        untouched: Name of the row that is the text as it was; changes are relative to it.
        limit: Epsilon above which a guarantee is vacuous.

    Raises:
        BadInput: There are too few, a number is not finite, a name is twice, or the untouched text is not there.
    """
    names = [row.name for row in rows]
    if len(rows) < 2 or len(set(names)) != len(names):
        raise BadInput(
            f"{len(set(names)):,} names in {len(names):,} rows", "column mechanism", "give two or more, each once"
        )
    numbers = [value for row in rows for value in (row.utility, row.attacker, row.adaptive) if value is not None]
    if not all(map(math.isfinite, numbers)):
        raise BadInput("a score is not a number", "columns utility and attacker", "leave such rows out")
    if untouched is not None and untouched not in names:
        raise BadInput(f"no row is called '{untouched}'", "untouched", f"use one of {', '.join(names[:8])}")
    base = next((row for row in rows if row.name == untouched), None)
    worst = [row.attacker if row.adaptive is None else max(row.attacker, row.adaptive) for row in rows]
    ahead = front([(row.utility, most) for row, most in zip(rows, worst, strict=True)], ("higher", "lower"))
    return [
        PrivacyRow(
            **row.model_dump(), worst=most, on_front=first,
            utility_change=_relative(row.utility, base.utility if base else None),
            attacker_change=_relative(row.attacker, base.attacker if base else None),
            adaptive_change=_relative(row.adaptive, _adaptive(base)),
            vacuous=None if row.epsilon is None else row.epsilon > limit,
        )
        for row, most, first in zip(rows, worst, ahead, strict=True)
    ]  # fmt: skip


def _relative(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else 100 * (value - base) / abs(base)


def _adaptive(base: Mechanism | None) -> float | None:
    """An attacker who trains on untouched text is the static one, where only that was measured."""
    return None if base is None else base.attacker if base.adaptive is None else base.adaptive
