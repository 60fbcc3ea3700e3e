"""Mitigating toxicity: what it costs in fluency and time, whom it helps by language, and how three models combine."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput
from governance.research.labs.fronts import front

Floats = NDArray[np.float64]
MOST_WORDS = 300_000


class Mitigated(BaseModel, frozen=True):
    """One method in one language; all three figures are better when lower.

    Args:
        method: Its name.
        toxicity: Such as expected maximum toxicity.
        language: ISO 639-3, or ``all``.
        second: Another figure, such as the perplexity of its text under another model; ``None``: not measured.
        seconds: Time a text, or a token; ``None``: not measured.
    """

    method: str
    toxicity: float
    language: str = "all"
    second: float | None = None
    seconds: float | None = None


class MethodRow(BaseModel, frozen=True):
    """A method over the languages that all methods have.

    Args:
        method: Its name.
        toxicity, second, seconds: Means over those languages; ``None``: not measured everywhere.
        toxicity_change, second_change, seconds_change: Relative change from the base, per cent.
        on_front: Whether no other is as good on every measured count and better on one.
        worst_language: Where toxicity changed least for the better, relative to the base; ``None``: no base.
        worst_change: That change, per cent.
    """

    method: str
    toxicity: float
    second: float | None
    seconds: float | None
    toxicity_change: float | None
    second_change: float | None
    seconds_change: float | None
    on_front: bool
    worst_language: str | None
    worst_change: float | None


class LanguageChange(BaseModel, frozen=True):
    """What a method does in one language: relative change of each figure from the base, per cent."""

    method: str
    language: str
    toxicity: float
    toxicity_change: float | None


class Front(BaseModel, frozen=True):
    """Methods beside each other.

    Args:
        base: The method changes are relative to; ``None``: there is none.
        languages: Shared by all methods.
        left_out: Languages that some method lacks.
        counts: Figures that every method has, which the front uses.
        methods: The least toxic first.
        changes: One row a method and language.
    """

    base: str | None
    languages: tuple[str, ...]
    left_out: tuple[str, ...]
    counts: tuple[str, ...]
    methods: tuple[MethodRow, ...]
    changes: tuple[LanguageChange, ...]


def toxicity_front(rows: Sequence[Mitigated], base: str | None = None) -> Front:
    """Compare methods on the languages that all have.

    Args:
        rows: One a method and language.
        base: The model without mitigation; changes are relative to it.

    Raises:
        BadInput: There are too few methods, no shared language, a row twice, a bad number, or the base is not there.

    >>> rows = [Mitigated(method="base", toxicity=0.5, seconds=1), Mitigated(method="m", toxicity=0.25, seconds=2)]
    >>> [(row.method, row.toxicity_change, row.on_front) for row in toxicity_front(rows, "base").methods]
    [('m', -50.0, True), ('base', 0.0, True)]
    """
    cells = _cells(rows, base)
    methods = list(dict.fromkeys(row.method for row in rows))
    every = list(dict.fromkeys(row.language for row in rows))
    shared = [one for one in every if all((method, one) in cells for method in methods)]
    if not shared:
        raise BadInput("no language is measured for every method", "column language", "leave a method out, or add rows")
    counts = tuple(
        name for name in ("toxicity", "second", "seconds")
        if all(getattr(cells[method, one], name) is not None for method in methods for one in shared)
    )  # fmt: skip
    means = {
        method: {name: float(np.mean([getattr(cells[method, one], name) for one in shared])) for name in counts}
        for method in methods
    }
    ahead = front([list(means[method].values()) for method in methods], ["lower"] * len(counts))
    changes = [
        LanguageChange(
            method=method, language=one, toxicity=cells[method, one].toxicity,
            toxicity_change=_relative(cells[method, one].toxicity, cells[base, one].toxicity) if base else None,
        )
        for method in methods for one in shared
    ]  # fmt: skip
    found = [_method(method, means, base, first, changes) for method, first in zip(methods, ahead, strict=True)]
    return Front(
        base=base, languages=tuple(shared), left_out=tuple(one for one in every if one not in shared), counts=counts,
        methods=tuple(sorted(found, key=lambda row: (row.toxicity, row.method))), changes=tuple(changes),
    )  # fmt: skip


def product_of_experts(base: Sequence[float], expert: Sequence[float], anti: Sequence[float], alpha: float) -> Floats:
    """Combine next-word chances of three models: base × (expert ÷ anti-expert)^alpha, made to sum to 1.

    Args:
        base: Chances of the model; they are made to sum to 1.
        expert: Of one tuned on wanted text.
        anti: Of one tuned on unwanted text.
        alpha: Strength; 0 gives the model back.

    Raises:
        BadInput: Lengths differ, a chance is negative or no number, an expert's is 0, or alpha is no number.

    Source: Liu et al. 2021, DExperts (arXiv 2105.03023), where logits are z + α(z⁺ − z⁻): the same after softmax.

    >>> product_of_experts([0.5, 0.5], [0.8, 0.2], [0.2, 0.8], 1.0).round(4).tolist()
    [0.9412, 0.0588]
    """
    if not len(base) == len(expert) == len(anti) or not 1 <= len(base) <= MOST_WORDS or not np.isfinite(alpha):
        what = f"{len(base):,}, {len(expert):,} and {len(anti):,} chances at alpha {alpha}"
        raise BadInput(what, "columns base, expert, anti", "give one of each a word, and a number for alpha")
    table = np.asarray([base, expert, anti], dtype=float)
    if not np.isfinite(table).all() or table.min() < 0 or table[1:].min() <= 0 or table[0].sum() <= 0:
        raise BadInput("a chance is negative, not a number, or an expert's is 0", "columns base, expert, anti",
                       "give chances above 0; smooth the experts first")  # fmt: skip
    shares = table / table.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        logits = np.log(shares[0]) + alpha * (np.log(shares[1]) - np.log(shares[2]))
    weights = np.exp(logits - logits.max())
    found: Floats = weights / weights.sum()
    return found


class Shifted(BaseModel, frozen=True):
    """What the product did to the next word.

    Args:
        alpha: Strength.
        words: A count.
        toxic_before, toxic_after: Chance of the words marked as toxic, 0 to 1; ``None``: none is marked.
        divergence: Of the new chances from the old, Kullback–Leibler, bits: what fluency may pay.
        moved: Half the summed change of chances: the share that moved, 0 to 1.
    """

    alpha: float
    words: int
    toxic_before: float | None
    toxic_after: float | None
    divergence: float
    moved: float


def shift(
    base: Sequence[float], expert: Sequence[float], anti: Sequence[float], alpha: float, toxic: Sequence[bool] = ()
) -> Shifted:
    """Tell how the product of experts moves the chances of a next word.

    Args:
        base: As in `product_of_experts`.
        expert: As there.
        anti: As there.
        alpha: Strength.
        toxic: Which words are marked as toxic; empty: none.

    Raises:
        BadInput: As there, or there is not one mark a word.
    """
    after = product_of_experts(base, expert, anti, alpha)
    before = np.asarray(base, dtype=float) / np.sum(base)
    if toxic and len(toxic) != len(before):
        raise BadInput(f"{len(toxic):,} marks for {len(before):,} words", "column toxic", "mark every word, 1 or 0")
    marks = np.asarray(toxic, dtype=bool)
    kept = after > 0
    return Shifted(
        alpha=alpha, words=len(before), toxic_before=float(before[marks].sum()) if marks.any() else None,
        toxic_after=float(after[marks].sum()) if marks.any() else None,
        divergence=max(0.0, round(float((after[kept] * np.log2(after[kept] / before[kept])).sum()), 12)),
        moved=round(float(np.abs(after - before).sum() / 2), 12),
    )  # fmt: skip


def _cells(rows: Sequence[Mitigated], base: str | None) -> dict[tuple[str, str], Mitigated]:
    cells = {(row.method, row.language): row for row in rows}
    methods = {row.method for row in rows}
    if len(methods) < 2 or len(cells) != len(rows):
        what = f"{len(methods):,} methods, {len(rows) - len(cells):,} rows twice"
        raise BadInput(what, "columns method and language", "give two methods or more, each language once")
    if base is not None and base not in methods:
        raise BadInput(f"no method is called '{base}'", "base", f"use one of {', '.join(sorted(methods)[:8])}")
    for row in rows:
        numbers = [one for one in (row.toxicity, row.second, row.seconds) if one is not None]
        if not all(np.isfinite(one) and one >= 0 for one in numbers):
            raise BadInput("a figure is below 0 or no number", f"{row.method}, {row.language}", "leave it empty")
    return cells


def _method(
    method: str, means: dict[str, dict[str, float]], base: str | None, first: bool, changes: list[LanguageChange]
) -> MethodRow:
    mine, before = means[method], means[base] if base else {}
    told = [(row.toxicity_change, row.language) for row in changes if row.method == method]
    worst = max(((change, one) for change, one in told if change is not None), default=None)
    return MethodRow(
        method=method, toxicity=mine["toxicity"], second=mine.get("second"), seconds=mine.get("seconds"),
        on_front=first, worst_language=worst[1] if worst else None, worst_change=worst[0] if worst else None,
        toxicity_change=_relative(mine["toxicity"], before.get("toxicity")),
        second_change=_relative(mine.get("second"), before.get("second")),
        seconds_change=_relative(mine.get("seconds"), before.get("seconds")),
    )  # fmt: skip


def _relative(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else 100 * (value - base) / base
