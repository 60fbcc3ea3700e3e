"""The lab on serving: memory, and whether the licence fits."""

from __future__ import annotations

from difflib import get_close_matches

import duckdb
import polars as pl

from governance.catalogue.vocabulary import UseClass
from governance.errors import BadInput
from governance.provenance.licences import classify
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, no_rows, number, text
from governance.research.labs.lab_tables import counted_in
from governance.research.labs.serving import GB, PRECISIONS, PURPOSES, Attention, licence_fit, serving_memory

OPENNESS: dict[str, UseClass] = {
    "open_weights_unrestricted": "commercial",
    "open_weights_noncommercial": "noncommercial",
}
"""What a source's word on openness says of use; restricted use is left open: its terms must be read."""
WORKED: dict[str, float | None] = {"parameters": 8.03, "layers": 32, "key_heads": 8, "head_width": 128}
"""A hand-worked case, shown while nothing is set: 8.03 billion parameters, 32 layers, 8 key-value heads of 128."""
NO_WEIGHTS = ("unreleased", "api_access", "hosted_access")


def _lookup(connection: duckdb.DuckDBPyConnection, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Give one row: the model's name, parameters and openness, and the class of its licence."""
    name, expression = text(settings, "model"), text(settings, "licence")
    use, because = None, ""
    if expression:
        verdict = classify(connection, expression)
        use, because = verdict.use, f"licence {expression}"
    model: tuple[object, ...] = (None, None, None)
    if name:
        found = connection.execute(
            "SELECT name, parameters, openness FROM model WHERE lower(id) = lower(?) OR lower(name) = lower(?) "
            "ORDER BY parameters IS NULL, id LIMIT 1", [name, name],
        ).fetchone()  # fmt: skip
        if found is None:
            names = [str(one) for (one,) in connection.execute("SELECT name FROM model ORDER BY name").fetchall()]
            near = get_close_matches(name, names, 3, 0.4)
            fix = f"did you mean {', '.join(near)}?" if near else "see 'touchstone models'; or leave it empty"
            raise BadInput(f"there is no model '{name:.60}'", "setting model", fix)
        model = found
        if use is None and model[2] in OPENNESS:
            use, because = OPENNESS[str(model[2])], f"the catalogue has it as {str(model[2]).replace('_', ' ')}"
    return pl.DataFrame(
        [(*model, use, because)], orient="row",
        schema=dict.fromkeys(("model", "parameters", "openness", "use", "because"), pl.String())
        | {"parameters": pl.Float64()},
    )  # fmt: skip


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    known = frame.row(0, named=True)
    asked, worked = _asked(settings, known["model"])
    parameters = asked["parameters"] * 1e9 if asked["parameters"] is not None else known["parameters"]
    name = "the worked example" if worked else known["model"] or "the model"
    if parameters is None:
        what = f"the parameters of {name} are not known"
        raise BadInput(what, "setting parameters", "give them in billions, or name a model of the catalogue")
    sizes = [asked[one] for one in ("layers", "key_heads", "head_width")]
    layers, heads, wide = (0 if one is None else int(one) for one in sizes)
    shape = None if None in sizes else Attention(layers=layers, key_heads=heads, head_width=wide)
    context, batch = int(number(settings, "context")), int(number(settings, "batch"))
    device, group = number(settings, "device") * GB, int(number(settings, "group"))
    chosen, cached = text(settings, "precision"), text(settings, "cache_precision")

    def at(precision: str) -> tuple[float, float | None]:
        one = serving_memory(parameters, precision, attention=shape, context=context, batch=batch,  # type: ignore[arg-type]
                             cache_precision=cached, group=group)  # type: ignore[arg-type] # fmt: skip
        return one.weights / GB, None if one.cache is None else one.cache / GB

    found = serving_memory(parameters, chosen, attention=shape, context=context, batch=batch,  # type: ignore[arg-type]
                           cache_precision=cached, group=group, device=device)  # type: ignore[arg-type] # fmt: skip
    table = pl.DataFrame(
        [(precision, part, value) for precision in PRECISIONS
         for part, value in zip(("weights", "keys and values"), at(precision), strict=True)],
        schema={"precision": pl.String, "part": pl.String, "GB": pl.Float64}, orient="row",
    )  # fmt: skip
    fit = licence_fit(known["use"], text(settings, "purpose"))  # type: ignore[arg-type]
    basis = known["because"]
    fits, why = fit.fit, f"{fit.because} ({basis})" if basis else fit.because
    if known["openness"] in NO_WEIGHTS:
        fits, why = "does not fit", f"its weights are not out ({str(known['openness']).replace('_', ' ')})"
    elif known["openness"] == "open_weights_restricted_use" and not text(settings, "licence"):
        why = "its weights are out for restricted use: its terms must be read"
    if found.total is None:
        memory = f"{found.weights / GB:,.4g} GB of weights at {chosen}; the cache is unknown without the model's shape"
    else:
        memory = f"{found.total / GB:,.4g} GB at {chosen}, on {found.devices:,} of your devices"
    answer = f"{name[0].upper()}{name[1:]}, {counted_in(parameters)} parameters, takes {memory}. Licence: {fits}, {why}"
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Memory by precision of the weights, GB", table=table, chart="bars", x="GB", y="precision",
                      series="part", x_title="GB (10⁹ bytes)", alt=answer, reference=device / GB),
        ),
        numbers=(
            Number("weights and cache, a floor", None if found.total is None else found.total / GB, "GB"),
            Number("weights", found.weights / GB, "GB"),
            Number("keys and values", None if found.cache is None else found.cache / GB, "GB"),
            Number("keys and values a token", found.cache_per_token, "bytes"),
            Number("devices", None if found.devices is None else float(found.devices), "count"),
            Number("tokens that fit beside the weights",
                   None if found.most_tokens is None else float(found.most_tokens), "count"),
        ),
        tables={"Licence": pl.DataFrame({"use": [known["use"]], "purpose": [text(settings, "purpose")], "fit": [fits],
                                         "because": [why]}, schema_overrides={"use": pl.String})},
        method="parameters × bits ÷ 8, and 2 × layers × key-value heads × head width × tokens × bits ÷ 8", n=None,
        counted="nothing sampled",
        limits=(
            "A floor: activations, fragmentation and the runtime are left out.",
            "Sliding windows and latent attention need less cache.",
            "A mixture of experts stores all its parameters. Not legal advice.",
        ),
    )  # fmt: skip


def _asked(settings: Settings, model: str | None) -> tuple[dict[str, float | None], bool]:
    """Give the sizes that are set; where none is and no model is named, those of the worked example."""
    asked = {name: None if settings[name] is None else number(settings, name) for name in WORKED}
    worked = model is None and all(one is None for one in asked.values())
    return ({**WORKED} if worked else asked), worked


SERVING_MEMORY = Lab(
    name="serving-memory",
    title="Memory and licence to serve a model",
    topic="Serving",
    question="What does it take to serve this model, and does its licence fit?",
    source="settings",
    run=_run,
    example=no_rows,
    planted="8.03 billion parameters at 16 bits are 16.06 GB; 32 layers with 8 key-value heads of 128 cache 131,072 "
    "bytes a token.",
    papers=("command-a",),
    settings=(
        Setting("model", "Model", "text", "", "Name or id in the catalogue; empty: give parameters"),
        Setting("parameters", "Parameters, billions", "number", None, "All that are stored; empty: the catalogue's",
                low=1e-6, high=1e6),
        Setting("precision", "Precision of weights", "choice", "bf16", "Bits of a weight", PRECISIONS),
        Setting("group", "Weights a scale", "number", 0, "That share a 16-bit scale when quantized; 0: none", low=0,
                high=100_000, whole=True),
        Setting("layers", "Layers", "number", None, "With attention; empty: unknown", low=1, high=10_000, whole=True),
        Setting("key_heads", "Key-value heads", "number", None, "Not of queries; empty: unknown", low=1, high=10_000,
                whole=True),
        Setting("head_width", "Width of a head", "number", None, "Numbers; empty: unknown", low=1, high=100_000,
                whole=True),
        Setting("context", "Tokens a sequence", "number", 8192, "Prompt and answer", low=1, high=1e9, whole=True),
        Setting("batch", "Sequences at once", "number", 1, "A count", low=1, high=1e6, whole=True),
        Setting("cache_precision", "Precision of the cache", "choice", "bf16", "Bits of keys and values", PRECISIONS),
        Setting("device", "Memory of a device, GB", "number", 80, "10⁹ bytes", low=0.1, high=1e6),
        Setting("purpose", "Purpose", "choice", "commercial", "What the model is wanted for", PURPOSES),
        Setting("licence", "Licence", "text", "", "SPDX expression; empty: what the catalogue says of its openness"),
    ),
    lookup=_lookup,
)  # fmt: skip
