"""Serving a model: the memory that weights and the cache of keys and values take, and whether its licence fits."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel

from governance.catalogue.vocabulary import UseClass
from governance.errors import BadInput

Precision = Literal["fp32", "bf16", "fp16", "fp8", "int8", "int4"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
BITS: dict[Precision, int] = {"fp32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "int8": 8, "int4": 4}
"""Of one number. Scales and zero points of quantized weights come on top, see ``group``."""
GB = 1e9
Purpose = Literal["commercial", "noncommercial", "academic"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
Fit = Literal["fits", "does not fit", "unknown"]
_ALLOWED: dict[UseClass, tuple[Purpose, ...]] = {
    "commercial": PURPOSES,
    "noncommercial": ("noncommercial", "academic"),
    "academic_only": ("academic",),
}


class Attention(BaseModel, frozen=True):
    """What the cache of keys and values depends on.

    Args:
        layers: With attention.
        key_heads: Heads of keys and values, not of queries.
        head_width: Of one head.
    """

    layers: int
    key_heads: int
    head_width: int


class ServingMemory(BaseModel, frozen=True):
    """Memory to hold a model and its cache, bytes.

    Args:
        weights: All stored parameters at their precision, with scales of groups.
        cache: Keys and values of every token held; ``None``: the shape is unknown.
        cache_per_token: Of one token of one sequence; ``None``: likewise.
        total: Weights and cache; a floor, as activations, fragmentation and the runtime are left out; ``None``: the
            cache is unknown.
        devices: Devices of the given memory that hold the total; ``None``: the total or the memory is unknown.
        most_tokens: Tokens that fit in all sequences together beside the weights, on those devices.
    """

    weights: float
    cache: float | None
    cache_per_token: float | None
    total: float | None
    devices: int | None
    most_tokens: int | None


def serving_memory(
    parameters: float,
    precision: Precision = "bf16",
    *,
    attention: Attention | None = None,
    context: int = 4_096,
    batch: int = 1,
    cache_precision: Precision = "bf16",
    group: int = 0,
    device: float | None = None,
) -> ServingMemory:
    """Count the memory to serve a model, without activations.

    A mixture of experts stores all its parameters, whatever a token uses. Sliding windows, latent attention and
    prefix sharing need less cache than this.

    Args:
        parameters: Stored, a count.
        precision: Of the weights.
        attention: Shape of the cache; ``None``: unknown, and so is the cache.
        context: Tokens held of each sequence, prompt and answer.
        batch: Sequences at once.
        cache_precision: Of keys and values.
        group: Weights that share a 16-bit scale; 0: none.
        device: Memory of one device, bytes.

    Raises:
        BadInput: A size is not above 0.

    Source: keys and values are 2 × layers × key-value heads × head width × tokens numbers (Pope et al. 2022, Ainslie
    et al. 2023).

    >>> found = serving_memory(8.03e9, attention=Attention(layers=32, key_heads=8, head_width=128), context=8192)
    >>> found.weights, found.cache_per_token, found.cache
    (16060000000.0, 131072.0, 1073741824.0)
    """
    if precision not in BITS or cache_precision not in BITS:
        raise BadInput(f"'{precision}' and '{cache_precision}'", "precision", f"use {', '.join(PRECISIONS)}")
    if not 1 <= parameters < 1e16 or context < 1 or batch < 1 or group < 0 or (device is not None and device <= 0):
        what = f"{parameters:g} parameters, {context:,} tokens, {batch:,} sequences"
        raise BadInput(what, "sizes", "use numbers above 0")
    bits = BITS[precision] + (16 / group if group else 0)
    weights = parameters * bits / 8
    if attention is None:
        return ServingMemory(
            weights=weights, cache=None, cache_per_token=None, total=None, devices=None, most_tokens=None
        )
    if min(attention.layers, attention.key_heads, attention.head_width) < 1:
        raise BadInput("a size of the attention is not above 0", "attention", "use the model's own configuration")
    each = 2 * attention.layers * attention.key_heads * attention.head_width * BITS[cache_precision] / 8
    cache = each * context * batch
    total = weights + cache
    devices = None if device is None else int(-(-total // device))
    room = None if device is None or devices is None else int((devices * device - weights) // each)
    return ServingMemory(
        weights=weights, cache=cache, cache_per_token=each, total=total, devices=devices, most_tokens=room
    )


class LicenceFit(BaseModel, frozen=True):
    """Whether a licence's class allows a purpose; not legal advice.

    Args:
        use: Class of the licence; ``None``: not known.
        purpose: What the model is wanted for.
        fit: ``unknown`` where nothing is stated: silence is no permission.
        because: Why, a sentence.
    """

    use: UseClass | None
    purpose: Purpose
    fit: Fit
    because: str


def licence_fit(use: UseClass | None, purpose: Purpose) -> LicenceFit:
    """Tell whether the class of a model's licence allows a purpose.

    Args:
        use: Class by `governance.provenance.licences.classify`; ``None``: the licence is not known.
        purpose: What the model is wanted for.

    >>> licence_fit("noncommercial", "commercial").fit, licence_fit("unspecified", "academic").fit
    ('does not fit', 'unknown')
    """
    if purpose not in PURPOSES:
        raise BadInput(f"'{purpose}' is no purpose", "purpose", f"use one of {', '.join(PURPOSES)}")
    if use is None or use == "unspecified":
        why = "no licence is stated, and silence is no permission" if use else "the licence is not known here"
        return LicenceFit(use=use, purpose=purpose, fit="unknown", because=why)
    fits = purpose in _ALLOWED[use]
    why = f"its licence is of class {use.replace('_', ' ')}, which {'allows' if fits else 'rules out'} {purpose} use"
    return LicenceFit(use=use, purpose=purpose, fit="fits" if fits else "does not fit", because=why)
