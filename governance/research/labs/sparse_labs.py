"""Labs on sparse experts: how little is trained, how much is stored, and what a new expert takes over."""

from __future__ import annotations

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.experts import ROUTER_PLACES, Shape, stored_active, trainable_share
from governance.research.labs.lab import (
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    no_rows,
    number,
    text,
)
from governance.research.labs.lab_tables import counted_in, percent, rows_table
from governance.research.labs.router_addition import MOST_WIDTH, add_expert

EXPERTS = (1, 2, 5, 10, 20, 30, 50)
WIDTH = 8
"""Of the example's embeddings."""


def _whole(settings: Settings, name: str) -> int:
    return int(number(settings, name))


def _share(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    shape = Shape(
        encoder_layers=_whole(settings, "encoder_layers"), decoder_layers=_whole(settings, "decoder_layers"),
        width=_whole(settings, "width"), attention_width=_whole(settings, "attention_width"),
        key_width=_whole(settings, "key_width"), inner_width=_whole(settings, "inner_width"),
        vocabulary=_whole(settings, "vocabulary"),
    )  # fmt: skip
    kind, rank, router = text(settings, "kind"), _whole(settings, "rank"), text(settings, "router")
    experts, top = _whole(settings, "experts"), None if settings["top"] is None else _whole(settings, "top")
    base = None if settings["parameters"] is None else round(number(settings, "parameters"))

    def at(many: int, place: str) -> float:
        return trainable_share(shape, many, kind, rank=rank, router=place, base=base).share  # type: ignore[arg-type]

    found = trainable_share(shape, experts, kind, rank=rank, router=router, top=top, base=base)  # type: ignore[arg-type]
    table = pl.DataFrame([
        {"experts": many, "router": f"router by {place}", "share": at(many, place)}
        for place in ROUTER_PLACES for many in sorted({*EXPERTS, experts})
    ])  # fmt: skip
    low, high = at(experts, ROUTER_PLACES[0]), at(experts, ROUTER_PLACES[-1])
    answer = (
        f"{counted_in(found.trained)} weights are trained, {percent(found.share)} of {counted_in(found.base)}; "
        f"{low:.2f} to {high:.2f}% by where routers stand"
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(
                title="Weights trained by number of experts, % of the model", table=table, chart="lines", x="experts",
                y="share", series="router", x_title="experts", y_title="trained, % of the frozen model",
                alt=answer, reference=1.0,
            ),
        ),
        numbers=(
            Number("weights trained", found.share, "%", claim="parameter-efficient-moe/updated_share"),
            Number("weights of the model", float(found.base), "parameters", claim="parameter-efficient-moe/base_size"),
            Number("weights of experts", float(found.experts), "parameters"),
            Number("weights of routers", float(found.routers), "parameters"),
            Number("stored", float(found.stored), "parameters"),
            Number("used for a token", float(found.active), "parameters"),
            Number("trained of all stored", found.share_of_all, "%"),
        ),
        method="exact count from shapes: experts on keys, values and the feed-forward, norms and biases left out",
        n=None, counted="nothing sampled",
        limits=(
            "Soft mixing uses every expert for every token; sending a token to fewer is a setting.",
            "Where the routers stand is not in the paper's abstract, so all three places are drawn.",
            "The starting shape is the published configuration of T5 1.1 XXL; another shape is yours to set.",
        ),
    )  # fmt: skip


TRAINABLE_SHARE = Lab(
    name="trainable-share",
    title="Trainable share of small experts",
    topic="Sparse experts",
    question="What share of a model do small experts train?",
    source="settings",
    run=_share,
    example=no_rows,
    planted="Ten vector experts on a shape like T5 XXL train 0.12, 0.14 or 0.17% of 11.1 billion weights by where "
    "the routers stand.",
    papers=("parameter-efficient-moe",),
    claims=("parameter-efficient-moe/updated_share", "parameter-efficient-moe/base_size"),
    settings=(
        Setting("experts", "Experts", "number", 10, "Beside each adapted matrix", low=1, high=10_000, whole=True),
        Setting("kind", "Kind of expert", "choice", "vector", "A vector rescales; LoRA adds two thin matrices",
                ("vector", "lora")),
        Setting("rank", "Rank of LoRA", "number", 4, "Width of the thin matrices", low=1, high=4096, whole=True),
        Setting("router", "A router for each", "choice", "sublayer", "Block, sub-layer, or adapted matrix (site)",
                ROUTER_PLACES),
        Setting("top", "Experts a token uses", "number", None, "Empty: all, mixed softly", low=1, high=10_000,
                whole=True),
        Setting("encoder_layers", "Encoder layers", "number", 24, "0: a decoder alone", low=0, high=1000, whole=True),
        Setting("decoder_layers", "Decoder layers", "number", 24, "Transformer blocks", low=0, high=1000, whole=True),
        Setting("width", "Width", "number", 4096, "Of the residual stream", low=1, high=10**6, whole=True),
        Setting("attention_width", "Attention width", "number", 4096, "Heads × width of a head", low=1, high=10**6,
                whole=True),
        Setting("key_width", "Key width", "number", 4096, "Key-value heads × width of a head", low=1, high=10**6,
                whole=True),
        Setting("inner_width", "Feed-forward width", "number", 10_240, "Inside the gated feed-forward", low=1,
                high=10**7, whole=True),
        Setting("vocabulary", "Vocabulary", "number", 32_128, "Entries of input and output embeddings", low=0,
                high=10**7, whole=True),
        Setting("parameters", "Parameters", "number", None, "Of the model, a count; empty: counted from the shape",
                low=1, high=1e14),
    ),
)  # fmt: skip


def _stored(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    shared, expert = number(settings, "shared") * 1e9, number(settings, "expert") * 1e9
    experts, top = _whole(settings, "experts"), _whole(settings, "top")
    found = stored_active(shared, expert, experts, top)
    rows = [stored_active(shared, expert, many, min(top, many)) for many in sorted({top, *range(top, experts + 1)})][
        :60
    ]
    table = pl.DataFrame([
        {"experts": one.experts, "weights": weights / 1e9, "kind": kind}
        for one in rows for kind, weights in (("stored", one.stored), ("used for a token", one.active))
    ])  # fmt: skip
    answer = (
        f"{counted_in(found.stored)} weights are stored and {counted_in(found.active)} used for a token: "
        f"{found.ratio:.3g} stored for each one used"
    )
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Weights stored and used by number of experts, billions", table=table, chart="lines",
                      x="experts", y="weights", series="kind", x_title="experts stored", y_title="weights, billions",
                      alt=answer),
        ),
        numbers=(
            Number("stored over used", found.ratio, "x"),
            Number("stored", found.stored, "parameters"),
            Number("used for a token", found.active, "parameters"),
        ),
        method="exact count: shared weights and one expert's over all layers", n=None, counted="nothing sampled",
        limits=("Routers are left out; they are small beside whole feed-forwards.",
                "Memory follows what is stored, operations follow what is used."),
    )  # fmt: skip


STORED_ACTIVE = Lab(
    name="stored-active",
    title="Stored against active parameters",
    topic="Sparse experts",
    question="How many weights does a mixture store for those that a token uses?",
    source="settings",
    run=_stored,
    example=no_rows,
    planted="2 billion shared weights and 8 experts of 5 billion, 2 of them used, store 42 billion and use 12.",
    papers=("parameter-efficient-moe", "nexus-moe"),
    settings=(
        Setting("shared", "Shared weights, billions", "number", 2, "Attention and embeddings", low=0, high=1e5),
        Setting("expert", "One expert, billions", "number", 5, "Over all layers", low=1e-6, high=1e5),
        Setting("experts", "Experts stored", "number", 8, "A count", low=1, high=10_000, whole=True),
        Setting("top", "Experts a token uses", "number", 2, "At most those stored", low=1, high=10_000, whole=True),
    ),
)  # fmt: skip


def _routing(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    kinds = frame["kind"].str.to_lowercase()
    odd = frame.filter(~kinds.is_in(["expert", "new", "text"]))
    if odd.height:
        raise BadInput(f"'{odd['kind'][0]:.40}' is no kind", "column kind", "write expert, new or text")
    vectors = [_vector(one) for one in frame["embedding"]]
    rows = list(zip(kinds, frame["domain"], vectors, strict=True))
    new = [(domain, vector) for kind, domain, vector in rows if kind == "new"]
    experts = [(domain, vector) for kind, domain, vector in rows if kind == "expert"]
    if len(new) != 1 or len({name for name, _ in experts}) != len(experts):
        what = f"{len(new):,} new experts, {len(experts):,} old ones"
        raise BadInput(what, "column kind", "give one row 'new', and each old expert once")
    texts = [(domain, vector) for kind, domain, vector in rows if kind == "text"]
    found = add_expert(
        dict(experts), new[0][0], new[0][1], [vector for _, vector in texts], [domain for domain, _ in texts],
        temperature=number(settings, "temperature"), cosine=text(settings, "likeness") == "cosine",
    )  # fmt: skip
    table = rows_table(found.domains)
    parts = []
    if found.old_moved is not None:
        parts.append(f"the new expert '{found.added}' takes {found.old_moved:.3g}% of the old domains' routing")
    if found.new_kept is not None:
        parts.append(f"gets {found.new_kept:.3g}% of its own")
    answer = " and ".join(parts)
    answer = f"{answer[0].upper()}{answer[1:]}"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Routing that goes to the new expert by domain, %", table=table, chart="bars", x="moved",
                      y="domain", x_title="share of routing weight, %", alt=answer),
            LabFigure(title="Entropy of the routing before and after, bits", table=_entropy(table), chart="bars",
                      x="bits", y="domain", series="when", x_title="mean entropy, bits",
                      alt="Mean entropy of routing weights by domain, before and after the addition"),
        ),
        numbers=(
            Number("routing of old domains that moved", found.old_moved, "%"),
            Number("routing of its own domain that it gets", found.new_kept, "%"),
            Number("experts before", float(len(found.experts)), "count"),
        ),
        method=f"softmax of {text(settings, 'likeness')} over {found.temperature:g}, before and after the addition",
        n=len(texts), counted="texts",
        limits=(
            "Nothing is trained here: it is the geometry alone, where a router that projects embeddings would start.",
            "It says nothing of answers' quality, which the paper's figures are of.",
        ),
    )  # fmt: skip


def _entropy(table: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([
        table.select("domain", pl.lit(when).alias("when"), pl.col(column).alias("bits"))
        for when, column in (("before", "entropy_before"), ("after", "entropy_after"))
    ])  # fmt: skip


def _vector(words: str) -> list[float]:
    parts = words.replace(",", " ").replace(";", " ").strip("[] ").split()
    if not 1 <= len(parts) <= MOST_WIDTH:
        raise BadInput(f"an embedding of {len(parts):,} numbers", "column embedding", f"give 1 to {MOST_WIDTH:,}")
    try:
        return [float(one) for one in parts]
    except ValueError:
        what = f"'{words:.40}' is no list of numbers"
        raise BadInput(what, "column embedding", "write numbers with spaces between them") from None


def _routing_example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    centres = dict(zip(("code", "law", "medicine", "news"), np.eye(WIDTH)[:4], strict=True))
    centres["medicine"] = (centres["medicine"] + centres["law"]) / np.sqrt(2)

    def row(kind: str, domain: str, vector: np.ndarray) -> dict[str, str]:
        return {"kind": kind, "domain": domain, "embedding": " ".join(f"{one:.4f}" for one in vector)}

    rows = [row("new" if name == "medicine" else "expert", name, centre) for name, centre in centres.items()]
    for name, centre in centres.items():
        rows += [row("text", name, centre + 0.1 * rng.standard_normal(WIDTH)) for _ in range(50)]
    return pl.DataFrame(rows)


ROUTER_ADDITION = Lab(
    name="router-addition",
    title="Adding an expert to a router",
    topic="Sparse experts",
    question="What does a new expert take over from the old domains?",
    source="table",
    run=_routing,
    example=_routing_example,
    planted="The new expert, medicine, lies half-way to law: it takes more of law than of code or news, and most of "
    "its own.",
    papers=("nexus-moe",),
    needs=("kind", "domain", "embedding"),
    columns=(
        TableColumn("kind", "text", "expert: one that is there; new: the one added; text: a text that is routed"),
        TableColumn("domain", "text", "of the expert or the text; names the expert"),
        TableColumn("embedding", "text", "numbers with spaces between them, all rows as many"),
    ),
    settings=(
        Setting("temperature", "Temperature", "number", 0.1, "Divides the likeness; small: one expert takes all",
                low=0.001, high=1000),
        Setting("likeness", "Likeness", "choice", "cosine", "Cosine, or the plain product", ("cosine", "product")),
    ),
)  # fmt: skip
