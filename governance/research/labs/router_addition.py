"""Adding an expert to a router: what the newcomer takes from the domains that were there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput

Floats = NDArray[np.float64]
MOST_TEXTS, MOST_EXPERTS, MOST_WIDTH = 100_000, 1_000, 8_192


class DomainShift(BaseModel, frozen=True):
    """How one domain's texts are routed before and after.

    Args:
        domain: Its name.
        texts: A count.
        own: Whether it is the new expert's domain.
        moved: Share of the routing weight now with the new expert, per cent.
        switched: Texts whose first choice is now the new expert, per cent.
        entropy_before, entropy_after: Mean entropy of the weights over experts, bits.
        top_before, top_after: The expert with most weight.
    """

    domain: str
    texts: int
    own: bool
    moved: float
    switched: float
    entropy_before: float
    entropy_after: float
    top_before: str
    top_after: str


class Addition(BaseModel, frozen=True):
    """What adding one expert does.

    Args:
        experts: Names before.
        added: The new one's.
        temperature: Of the softmax.
        domains: One row a domain, the old ones first.
        old_moved: Share of the weight of old domains' texts that went over, per cent, every text alike; ``None``:
            there are only texts of the new domain.
        new_kept: Share of the weight of the new domain's texts with the new expert, per cent; ``None``: it has none.
    """

    experts: tuple[str, ...]
    added: str
    temperature: float
    domains: tuple[DomainShift, ...]
    old_moved: float | None
    new_kept: float | None


def softmax(scores: Floats) -> Floats:
    """Give weights over the last axis that sum to 1, whatever the size of the scores."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return weights


def entropy_bits(weights: Floats) -> Floats:
    """Give the entropy over the last axis, bits; 0 where one expert has all the weight."""
    logs = np.log2(weights, out=np.zeros_like(weights), where=weights > 0)
    found: Floats = -(weights * logs).sum(axis=-1)
    return found


def add_expert(
    experts: Mapping[str, Sequence[float]],
    added: str,
    embedding: Sequence[float],
    texts: Sequence[Sequence[float]],
    domains: Sequence[str],
    *,
    temperature: float = 1.0,
    cosine: bool = True,
) -> Addition:
    """Route texts by the softmax of their likeness to each expert's embedding, before and after one is added.

    The router that learns a projection from domain embeddings to experts is Nexus's; here the projection is the
    identity, so it shows what the geometry alone does, before any training.

    Args:
        experts: Name and embedding of those that are there.
        added: Name of the new one; a domain of that name counts as its own.
        embedding: Its embedding.
        texts: One embedding a text.
        domains: The domain of each.
        temperature: Divides the likeness; small: hard routing.
        cosine: Whether likeness is the cosine, or the plain product.

    Raises:
        BadInput: Widths differ, a number is not finite, a cosine of a zero, or a name is taken.

    >>> found = add_expert({"code": [1, 0]}, "law", [0, 1], [[1, 0], [0, 1]], ["code", "law"], temperature=0.1)
    >>> round(found.old_moved, 3), round(found.new_kept, 2)
    (0.005, 100.0)
    """
    if added in experts:
        raise BadInput(f"there is already an expert '{added}'", "added", "give the new expert another name")
    if not experts or not texts or len(texts) != len(domains):
        what = f"{len(experts):,} experts, {len(texts):,} texts with {len(domains):,} domains"
        raise BadInput(what, "embeddings", "give at least one expert and one text, each text with its domain")
    if not (np.isfinite(temperature) and temperature > 0):
        raise BadInput(f"a temperature of {temperature}", "temperature", "use a number above 0, e.g. 0.1")
    names = tuple(experts)
    keys = _matrix([*experts.values(), embedding], "experts", MOST_EXPERTS, cosine)
    rows = _matrix(texts, "texts", MOST_TEXTS, cosine)
    if keys.shape[1] != rows.shape[1]:
        what = f"experts have {keys.shape[1]:,} numbers, texts {rows.shape[1]:,}"
        raise BadInput(what, "embeddings", "use one embedding model for both")
    scores = rows @ keys.T / temperature
    before, after = softmax(scores[:, :-1]), softmax(scores)
    labels = np.asarray(domains, dtype=object)
    found = [_domain(name, labels == name, before, after, (*names, added)) for name in dict.fromkeys(map(str, domains))]
    moved, old = after[:, -1], labels != added
    return Addition(
        experts=names, added=added, temperature=temperature, domains=tuple(sorted(found, key=lambda row: row.own)),
        old_moved=100 * float(moved[old].mean()) if old.any() else None,
        new_kept=100 * float(moved[~old].mean()) if (~old).any() else None,
    )  # fmt: skip


def _domain(name: str, here: NDArray[np.bool_], before: Floats, after: Floats, names: tuple[str, ...]) -> DomainShift:
    first, then = before[here], after[here]
    return DomainShift(
        domain=name, texts=int(here.sum()), own=name == names[-1], moved=100 * float(then[:, -1].mean()),
        switched=100 * float((then.argmax(axis=1) == len(names) - 1).mean()),
        entropy_before=float(entropy_bits(first).mean()), entropy_after=float(entropy_bits(then).mean()),
        top_before=names[int(first.mean(axis=0).argmax())], top_after=names[int(then.mean(axis=0).argmax())],
    )  # fmt: skip


def _matrix(rows: Sequence[Sequence[float]], where: str, most: int, cosine: bool) -> Floats:
    widths = {len(row) for row in rows}
    if len(widths) != 1 or not 1 <= min(widths) <= MOST_WIDTH or len(rows) > most:
        what = f"{len(rows):,} embeddings of {', '.join(f'{one:,}' for one in sorted(widths)[:3])} numbers"
        raise BadInput(what, where, f"give at most {most:,}, all of one width up to {MOST_WIDTH:,}")
    found = np.asarray(rows, dtype=float)
    if not np.isfinite(found).all():
        raise BadInput("an embedding has a number that is not finite", where, "leave such rows out")
    if not cosine:
        return found
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    if (lengths == 0).any():
        raise BadInput("an embedding is all zeros, so it has no direction", where, "leave it out, or use the product")
    unit: Floats = found / lengths
    return unit
