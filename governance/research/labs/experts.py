"""Sparse experts: how small is what is trained, how much is stored and how much does a token use."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, Field

from governance.errors import BadInput

ExpertKind = Literal["vector", "lora"]
EXPERT_KINDS: tuple[ExpertKind, ...] = get_args(ExpertKind)
RouterPlace = Literal["block", "sublayer", "site"]
"""One router a transformer block; one before each attention and each feed-forward; one for each adapted matrix."""
ROUTER_PLACES: tuple[RouterPlace, ...] = get_args(RouterPlace)


class Shape(BaseModel, frozen=True):
    """Sizes of an encoder-decoder, or of a decoder alone.

    Args:
        encoder_layers: Transformer blocks that attend to themselves; 0: a decoder alone.
        decoder_layers: Blocks of the decoder; beside an encoder they also attend across.
        width: Of the residual stream.
        attention_width: Heads times the width of a head.
        key_width: Key-value heads times the width of a head; with grouped queries less than the attention's.
        inner_width: Of the feed-forward.
        gated: Whether the feed-forward has a gate, three matrices instead of two.
        vocabulary: Entries of the embedding.
        tied: Whether input and output share their embedding.
    """

    encoder_layers: int = Field(ge=0, le=10_000)
    decoder_layers: int = Field(ge=0, le=10_000)
    width: int = Field(ge=1, le=10**6)
    attention_width: int = Field(ge=1, le=10**6)
    key_width: int = Field(ge=1, le=10**6)
    inner_width: int = Field(ge=1, le=10**7)
    gated: bool = True
    vocabulary: int = Field(default=0, ge=0, le=10**8)
    tied: bool = False

    @property
    def blocks(self) -> int:
        """Count the transformer blocks."""
        return self.encoder_layers + self.decoder_layers

    @property
    def attentions(self) -> int:
        """Count the attention sub-layers: a decoder beside an encoder has two a block."""
        return self.encoder_layers + self.decoder_layers * (2 if self.encoder_layers else 1)

    @property
    def parameters(self) -> int:
        """Count the weights of matrices and embeddings; norms and biases, well under 0.1%, are left out."""
        attention = 2 * self.width * (self.attention_width + self.key_width)
        forward = self.width * self.inner_width * (3 if self.gated else 2)
        embedding = self.vocabulary * self.width * (1 if self.tied else 2)
        return self.attentions * attention + self.blocks * forward + embedding


T5_XXL = Shape(
    encoder_layers=24, decoder_layers=24, width=4096, attention_width=4096, key_width=4096, inner_width=10_240,
    vocabulary=32_128,
)  # fmt: skip
"""T5 1.1 XXL, as its published configuration states it (`t5.1.1.xxl` of google-research)."""


class TrainableShare(BaseModel, frozen=True):
    """What is trained when a frozen model is given small experts.

    Args:
        base: Weights that stay as they are, a count.
        experts: Weights of all experts, a count.
        routers: Weights of all routers, a count.
        trained: Experts and routers.
        share: Trained weights over those of the base, per cent; the convention of such papers.
        share_of_all: Trained weights over base and trained together, per cent.
        per_expert: Weights of one expert over all layers, a count.
        stored: Base, experts and routers, a count.
        active: Weights a token uses when it is sent to ``top`` experts, a count.
        every_expert: Whether all experts are used: they are mixed softly, so nothing stored is idle.
    """

    base: int
    experts: int
    routers: int
    trained: int
    share: float
    share_of_all: float
    per_expert: int
    stored: int
    active: int
    every_expert: bool


def trainable_share(
    shape: Shape,
    experts: int,
    kind: ExpertKind = "vector",
    *,
    rank: int = 4,
    router: RouterPlace = "sublayer",
    top: int | None = None,
    base: int | None = None,
) -> TrainableShare:
    """Count what is trained when experts rescale keys, values and the feed-forward, or add low-rank updates there.

    Args:
        shape: Of the frozen model.
        experts: Experts beside each adapted matrix.
        kind: A vector multiplies the matrix's output; a LoRA expert adds two thin matrices.
        rank: Of a LoRA expert.
        router: Where routers stand; each is a matrix from the width to the experts.
        top: Experts a token is sent to; ``None``: all, mixed softly.
        base: Parameters of the model, where its own count is better known than the shape's.

    Raises:
        BadInput: There is no expert, or a token is sent to more than there are.

    Source: vectors on keys, values and feed-forward are (IA)³, Liu et al. 2022; their soft mixture is Zadouri et
    al. 2023. Where the routers stand is not in the abstract, so it is a setting.

    >>> round(trainable_share(T5_XXL, 10).share, 2), round(trainable_share(T5_XXL, 10, router="site").share, 2)
    (0.14, 0.17)
    """
    if not 1 <= experts <= 10_000 or not 1 <= rank <= 100_000:
        raise BadInput(f"{experts:,} experts of rank {rank:,}", "experts", "use 1 to 10,000 experts of rank 1 or more")
    if kind not in EXPERT_KINDS or router not in ROUTER_PLACES:
        fix = f"use {', '.join(EXPERT_KINDS)}; and {', '.join(ROUTER_PLACES)}"
        raise BadInput(f"'{kind}' experts with a router a '{router}'", "kind and router", fix)
    if top is not None and not 1 <= top <= experts:
        raise BadInput(f"a token cannot be sent to {top:,} of {experts:,} experts", "top", f"use 1 to {experts:,}")
    if base is not None and base < 1:
        raise BadInput("the model has no parameters", "base", "give a count, e.g. 11e9")
    per_expert = _expert(shape, kind, rank)
    router_count = {
        "block": shape.blocks,
        "sublayer": shape.attentions + shape.blocks,
        "site": 2 * shape.attentions + shape.blocks,
    }[router]
    routers = router_count * shape.width * experts
    trained = per_expert * experts + routers
    whole = shape.parameters if base is None else base
    if whole < 1:
        raise BadInput("the model has no parameters", "shape", "give at least one layer")
    used = experts if top is None else top
    return TrainableShare(
        base=whole, experts=per_expert * experts, routers=routers, trained=trained, share=100 * trained / whole,
        share_of_all=100 * trained / (whole + trained), per_expert=per_expert, stored=whole + trained,
        active=whole + routers + per_expert * used, every_expert=used == experts,
    )  # fmt: skip


class StoredActive(BaseModel, frozen=True):
    """Weights kept in memory against weights a token passes, of a mixture with whole feed-forwards as experts.

    Args:
        shared: Attention, embeddings and shared experts, a count.
        expert: One expert over all layers, a count.
        experts: How many are stored.
        top: How many a token is sent to.
        stored, active: Counts.
        ratio: Stored over active: memory paid for each weight used.
    """

    shared: float
    expert: float
    experts: int
    top: int
    stored: float
    active: float
    ratio: float


def stored_active(shared: float, expert: float, experts: int, top: int) -> StoredActive:
    """Count the weights of a mixture that are stored, and those that one token passes.

    Args:
        shared: Weights every token passes, a count.
        expert: Weights of one expert over all layers, a count.
        experts: Stored.
        top: Experts a token is sent to.

    Raises:
        BadInput: Sizes do not make sense.

    >>> found = stored_active(shared=2e9, expert=5e9, experts=8, top=2)
    >>> found.stored, found.active, found.ratio
    (42000000000.0, 12000000000.0, 3.5)
    """
    if shared < 0 or expert <= 0 or not 1 <= top <= experts <= 10**6:
        what = f"{experts:,} experts of {expert:g} weights, {top:,} of them used, beside {shared:g}"
        raise BadInput(what, "experts", "use sizes above 0 and send a token to 1 or more of the experts stored")
    stored, active = shared + experts * expert, shared + top * expert
    return StoredActive(
        shared=shared, expert=expert, experts=experts, top=top, stored=stored, active=active, ratio=stored / active
    )


def _expert(shape: Shape, kind: ExpertKind, rank: int) -> int:
    if kind == "vector":
        return 2 * shape.attentions * shape.key_width + shape.blocks * shape.inner_width
    attention = 2 * rank * (shape.width + shape.key_width)
    return shape.attentions * attention + shape.blocks * rank * (shape.width + shape.inner_width)
