"""The lab that really merges small models, array by array."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.lab import (
    Attachment,
    Lab,
    LabFigure,
    LabResult,
    Number,
    Setting,
    Settings,
    TableColumn,
    number,
    text,
)
from governance.research.labs.lab_tables import rows_table
from governance.research.labs.merges import MERGE_OPERATORS, MOST_NUMBERS, Array, merge
from governance.research.labs.states import MOST_BYTES, read_state

SIZE = 6
"""Numbers of an array of the example."""


def _states(frame: pl.DataFrame) -> dict[str, dict[str, Array]]:
    if frame.height > MOST_NUMBERS:
        raise BadInput(f"{frame.height:,} numbers", "rows", f"give at most {MOST_NUMBERS:,}")
    found: dict[str, dict[str, Array]] = {}
    for (model, name), part in frame.sort("place").group_by("model", "array", maintain_order=True):
        if part["place"].to_list() != list(range(part.height)):
            raise BadInput(f"places of {name} of {model} are not 0, 1, 2, …", "column place", "number them from 0")
        found.setdefault(str(model), {})[str(name)] = part["value"].to_numpy().astype(float)
    return {model: dict(sorted(arrays.items())) for model, arrays in sorted(found.items())}


def _attach(frame: pl.DataFrame, data: bytes, where: str) -> pl.DataFrame:
    parts = []
    for key, array in read_state(data, where).items():
        model, sign, name = key.partition("/")
        if not sign and Path(where).suffix == ".safetensors":  # one model a file, called as the file is
            model, name = Path(where).stem, key
        elif not sign:
            raise BadInput(f"array '{key:.60}' names no model", where, "name arrays model/array, e.g. base/layer1")
        flat = array.ravel()
        parts.append(pl.DataFrame({"place": np.arange(flat.size, dtype=float), "value": flat}).select(
            pl.lit(model).alias("model"), pl.lit(name).alias("array"), "place", "value"
        ))  # fmt: skip
    return pl.concat(parts)


def _merge(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    states = _states(frame)
    base_name = text(settings, "base") or ("base" if "base" in states else "")
    if base_name and base_name not in states:
        raise BadInput(f"no model is called '{base_name}'", "setting base", f"use one of {', '.join(states)}")
    base = states.pop(base_name, None)
    models = list(states.values())
    operator, keep = text(settings, "operator"), number(settings, "keep")
    weights = None
    if settings["weight"] is not None and len(models) == 2:
        weights = [1 - number(settings, "weight"), number(settings, "weight")]
    found = merge(models, operator, weights=weights, base=base, keep=keep)  # type: ignore[arg-type]
    table = rows_table(found.tensors, "name", "cosine", "sign_conflict", "norm", "mean_norm")
    both = pl.concat([
        table.select("name", pl.col(column).alias("norm"), pl.lit(kind).alias("kind"))
        for column, kind in (("norm", "merged"), ("mean_norm", "mean of what went in"))
    ])  # fmt: skip
    shrunk = min(found.tensors, key=lambda one: one.norm / one.mean_norm if one.mean_norm else 1.0)
    share = 100 * shrunk.norm / shrunk.mean_norm if shrunk.mean_norm else 100.0
    answer = (
        f"{operator.capitalize()} merged {len(models)} models of {len(found.tensors):,} arrays; "
        f"{shrunk.name} keeps {share:.3g}% of its length, with "
        f"{shrunk.sign_conflict:.3g}% of signs in conflict"
    )
    merged = pl.concat([
        pl.DataFrame({"place": np.arange(array.size), "value": array.ravel()}).select(
            pl.lit(name).alias("array"), "place", "value"
        )
        for name, array in found.state.items()
    ])  # fmt: skip
    return LabResult(
        answer=f"{answer}.",
        figures=(
            LabFigure(title="Length of each array, merged and before", table=both, chart="bars", x="norm", y="name",
                      series="kind", x_title="Euclidean norm", alt=answer),
        ),
        numbers=(
            Number("least length kept", share, "%"),
            Number("signs in conflict there", shrunk.sign_conflict, "%"),
            Number("models merged", float(len(models)), "count"),
            Number("numbers in all arrays", float(found.numbers), "count"),
        ),
        tables={"By array": table, "Merged numbers": merged},
        method=f"{operator}, weights {', '.join(f'{one:.3g}' for one in found.weights)}"
        + (f", changes from '{base_name}'" if base is not None else ", no base")
        + (f", {100 * keep:g}% of changes kept" if operator == "ties" else ""),
        n=found.numbers, counted="numbers",
        limits=("A real merge of small arrays; whether a merged model is any good only an evaluation tells.",
                "Slerp and cosines treat each array as one vector."),
    )  # fmt: skip


def _merge_example(seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    base = {"attention": rng.standard_normal(SIZE), "forward": rng.standard_normal(SIZE)}
    change = {name: rng.standard_normal(SIZE) for name in base}
    models = {
        "base": base,
        "tuned-1": {name: base[name] + change[name] for name in base},
        "tuned-2": {
            "attention": base["attention"] + change["attention"],
            "forward": base["forward"] - change["forward"],
        },
    }
    return pl.concat([
        pl.DataFrame({"place": np.arange(float(SIZE)), "value": array.round(6)}).select(
            pl.lit(model).alias("model"), pl.lit(name).alias("array"), "place", "value"
        )
        for model, arrays in models.items() for name, array in arrays.items()
    ])  # fmt: skip


MERGE_MODELS = Lab(
    name="merge-models",
    title="Real merges of small models",
    topic="Data choice",
    question="What does merging do to the weights, array by array?",
    source="table",
    run=_merge,
    example=_merge_example,
    planted="The two models changed attention alike and the feed-forward in opposite directions: there all signs "
    "conflict, and the changes cancel.",
    papers=("simmerge", "mix-or-merge"),
    needs=("model", "array", "place", "value"),
    columns=(
        TableColumn("model", "text", "its name; 'base' is what the others were tuned from"),
        TableColumn("array", "text", "name of the array"),
        TableColumn("place", "number", "of the number in the array, from 0"),
        TableColumn("value", "number", "the number"),
    ),
    settings=(
        Setting("operator", "Operator", "choice", "average", "How the arrays are merged", MERGE_OPERATORS),
        Setting("base", "Base", "text", "", "Model the others were tuned from; empty: 'base' if there", column="model"),
        Setting("weight", "Weight of the second", "number", None, "Of two models, 0 to 1; empty: alike", low=0, high=1),
        Setting("keep", "Changes TIES keeps", "number", 0.2, "Share of the largest changes", low=0.001, high=1),
    ),
    attachment=Attachment(
        "Models", (".safetensors", ".npz"),
        "A .safetensors file a model, called as the file is, or an .npz of arrays named model/array; at most 20 MB "
        "each; they replace the rows",
        MOST_BYTES, _attach, replaces=True, several=True,
    ),
)  # fmt: skip
