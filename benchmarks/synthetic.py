"""A synthetic fact folder of any size: the schema and vocabularies of the real facts, everything else drawn.

Every name starts with "Synthetic": the rows describe no dataset that exists. The folder is named as
a real source's, since the build asks each folder for a source card; keep it out of ``data/facts``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

FACTS = Path(__file__).resolve().parents[1] / "data" / "facts" / "dpi"
SOURCE = "dpi"
SNAPSHOT = "current"
COLLECTIONS = 5_000
MISSING_WORKS = 20_000
SITE_SHARE = {"huggingface": 0.7, "github": 0.28, "paperswithcode": 0.5}
MEAN_VALUES = {"language": 3.1, "task": 1.9, "creator": 1.7, "domain": 1.5, "data_format": 1.3}
PARENT_FACETS = {"language": "language_family", "task": "task_group"}
SYLLABLES = ("ka", "lo", "mi", "ra", "tu", "sen", "vo", "wi", "ne", "pa", "dor", "gi", "hu", "zel", "ba", "fro")

Rng = np.random.Generator


def write_synthetic(folder: Path, rows: int = 1_000_000, seed: int = 7) -> Path:
    """Write the fact folder; the same rows and seed give the same facts.

    Args:
        folder: Where to put it, e.g. ``<home>/imports``; the fact folder itself is made inside.
        rows: Datasets to make.
        seed: Of the drawing.

    Returns:
        The fact folder, one Parquet file a table.
    """
    rng = np.random.default_rng(seed)
    place = folder / SOURCE
    place.mkdir(parents=True, exist_ok=True)
    licences = _current(pl.read_csv(FACTS / "licence.csv", infer_schema_length=None))
    values = pl.read_csv(FACTS / "facet_value.csv", infer_schema_length=None)
    datasets = _datasets(rng, rows)
    facets = _facets(rng, rows, values)
    tables = {
        "licence": licences,
        "facet_value": values.filter(pl.col("facet") != "text_source"),
        "collection": _collections(rows),
        "dataset": datasets,
        "dataset_facet": _with_ids(facets, datasets),
        "dataset_licence": _with_ids(_licences(rng, rows, licences), datasets),
        "dataset_metric": _with_ids(_metrics(rng, rows), datasets),
        "derivation": _derivations(rng, datasets, facets),
        "node": _nodes(datasets, values),
    }
    for name, table in tables.items():
        table.write_parquet(place / f"{name}.parquet", compression="zstd", compression_level=1)
    return place


def _current(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("snapshot") == SNAPSHOT)


def _number_of_collections(rows: int) -> int:
    return max(1, min(COLLECTIONS, rows // 4))


def _collections(rows: int) -> pl.DataFrame:
    numbers = pl.DataFrame({"n": np.arange(_number_of_collections(rows))})
    return numbers.select(
        pl.lit(SNAPSHOT).alias("snapshot"),
        pl.format("Synthetic collection {}", "n").alias("id"),
        pl.format("Synthetic collection {}", "n").alias("name"),
        pl.lit("text").alias("modality"),
        pl.lit(SOURCE).alias("source_id"),
    )


def _datasets(rng: Rng, rows: int) -> pl.DataFrame:
    words = pl.Series(["".join(rng.choice(SYLLABLES, rng.integers(2, 5))) for _ in range(4_000)])
    years = rng.integers(2010, 2026, rows)
    frame = pl.DataFrame(
        {
            "n": np.arange(rows),
            "first": words.gather(rng.integers(0, len(words), rows)),
            "second": words.gather(rng.integers(0, len(words), rows)),
            "collection": _skewed(rng, _number_of_collections(rows), rows),
            "modality": _draw(rng, ("text", "speech", "video"), rows, (0.92, 0.05, 0.03)),
            "year": pl.Series(years, dtype=pl.Int16),
            "dated": rng.random(rows) > 0.1,
            "day": years * 0 + rng.integers(0, 365, rows),
            "examples": np.exp(rng.normal(10, 3, rows)).round().astype(np.int64) + 1,
            "sized": rng.random(rows) > 0.1,
            "hours": np.exp(rng.normal(4, 2, rows)),
            "authorship": _draw(rng, ("people", "models", "both", "neither_stated"), rows, (0.41, 0.12, 0.05, 0.42)),
        }
    )
    spoken = pl.col("modality") != "text"
    key = pl.format("synthetic-{}", "n")
    return frame.select(
        pl.lit(SNAPSHOT).alias("snapshot"),
        key.alias("id"),
        key.alias("stated_id"),
        pl.format("Synthetic {} {} {}", "first", "second", "n").alias("name"),
        pl.format("Synthetic collection {}", "collection").alias("collection_id"),
        "modality",
        pl.when("dated").then("year").alias("year"),
        pl.when("dated").then(pl.date(pl.col("year"), 1, 1) + pl.duration(days=pl.col("day"))).alias("released"),
        pl.when(pl.col("sized") & ~spoken).then("examples").alias("examples"),
        pl.when(spoken).then("hours").alias("hours"),
        (pl.col("authorship").is_in(["people", "both"])).alias("human_annotated"),
        (pl.col("authorship").is_in(["models", "both"])).alias("synthetic"),
        "authorship",
        pl.format("https://example.org/{}", "n").alias("url"),
        pl.format("synthetic/{}", "n").alias("huggingface_id"),
        pl.lit(SOURCE).alias("source_id"),
        pl.lit("synthetic").alias("source_file"),
        key.alias("source_key"),
        pl.lit("facts").alias("origin"),
    )


def _facets(rng: Rng, rows: int, values: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for facet, mean in MEAN_VALUES.items():
        mine = values.filter(pl.col("facet") == facet)
        drawn = _many(rng, rows, mine.height, mean)
        parts.append(_facet_rows(drawn["row"], facet, mine["value"].gather(drawn["code"])))
        if facet in PARENT_FACETS:
            parts.append(_facet_rows(drawn["row"], PARENT_FACETS[facet], mine["parent"].gather(drawn["code"])))
    for facet, share in (("creator_country", 0.9), ("creator_kind", 0.95), ("generating_model", 0.17)):
        mine = values.filter(pl.col("facet") == facet)["value"]
        chosen = np.flatnonzero(rng.random(rows) < share)
        parts.append(_facet_rows(pl.Series(chosen), facet, mine.gather(_skewed(rng, len(mine), chosen.size))))
    return pl.concat(parts).drop_nulls("value").unique(maintain_order=True)


def _facet_rows(rows: pl.Series, facet: str, values: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"row": rows.cast(pl.Int64), "value": values}).select(
        "row", pl.lit(facet).alias("facet"), "value"
    )


def _licences(rng: Rng, rows: int, licences: pl.DataFrame) -> pl.DataFrame:
    usual = licences.filter(pl.col("kind").is_in(["licence", "generated_terms", "none_stated"])).sort("id")
    names = usual.sample(fraction=1, shuffle=True, seed=int(rng.integers(1 << 30)))["id"]
    second = np.flatnonzero(rng.random(rows) < 0.4)
    stated = {"audit": np.concatenate((np.arange(rows), second))}
    stated |= {host: np.flatnonzero(rng.random(rows) < share) for host, share in SITE_SHARE.items()}
    parts = []
    for host, which in stated.items():
        drawn = names.gather(_skewed(rng, len(names), which.size))
        position = np.arange(which.size) >= rows if host == "audit" else np.zeros(which.size)
        columns = {"row": which, "position": pl.Series(position).cast(pl.Int16), "stated": drawn, "licence_id": drawn}
        parts.append(pl.DataFrame(columns).with_columns(pl.lit(host).alias("host")))
    return pl.concat(parts)


def _metrics(rng: Rng, rows: int) -> pl.DataFrame:
    which = np.flatnonzero(rng.random(rows) < 0.6)
    return pl.DataFrame(
        {"row": which, "value": np.exp(rng.normal(5, 2, which.size)).round().astype(np.int64)}
    ).with_columns(pl.lit("downloads").alias("metric"), pl.lit("2024-05").alias("month"))


def _derivations(rng: Rng, datasets: pl.DataFrame, facets: pl.DataFrame) -> pl.DataFrame:
    rows = datasets.height
    child = np.repeat(np.flatnonzero(rng.random(rows) < 1 / 3), 2)
    missing = rng.random(child.size) < 0.2
    # Towards earlier datasets, with a thousandth pointing forward so that there are cycles.
    parent = (child * rng.random(child.size)).astype(np.int64)
    forward = rng.random(child.size) < 0.001
    parent[forward] = rng.integers(0, rows, int(forward.sum()))
    work = rng.integers(0, _missing_works(rows), child.size)
    ids = datasets["id"]
    derived = pl.DataFrame({"child": ids.gather(child), "own": ids.gather(parent), "work": work, "missing": missing})
    parts = [
        derived.select(
            "child",
            pl.when("missing").then(pl.format("work:synthetic {}", "work")).otherwise("own").alias("parent"),
            pl.lit("derived_from").alias("kind"),
            pl.lit("name").alias("basis"),
        ),
        datasets.select(
            pl.format("collection:{}", "collection_id").alias("child"),
            pl.col("id").alias("parent"),
            pl.lit("has_member").alias("kind"),
            pl.lit("id").alias("basis"),
        ),
    ]
    generated = facets.filter(pl.col("facet") == "generating_model")
    parts.append(
        pl.DataFrame({"child": ids.gather(generated["row"]), "value": generated["value"]}).select(
            "child",
            pl.format("model:{}", "value").alias("parent"),
            pl.lit("generated_by").alias("kind"),
            pl.lit("stated").alias("basis"),
        )
    )
    return pl.concat(parts).select(pl.lit(SNAPSHOT).alias("snapshot"), pl.all(), pl.lit(SOURCE).alias("source_id"))


def _missing_works(rows: int) -> int:
    return max(1, min(MISSING_WORKS, rows // 10))


def _nodes(datasets: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    works = pl.DataFrame({"n": np.arange(_missing_works(datasets.height))})
    models = values.filter(pl.col("facet") == "generating_model")
    parts = [
        datasets.select("id", pl.lit("dataset").alias("kind"), pl.col("name").alias("label")),
        datasets.select(
            pl.format("collection:{}", "collection_id").alias("id"),
            pl.lit("collection").alias("kind"),
            pl.col("collection_id").alias("label"),
        ).unique(maintain_order=True),
        works.select(
            pl.format("work:synthetic {}", "n").alias("id"),
            pl.lit("work").alias("kind"),
            pl.format("Synthetic work {}", "n").alias("label"),
        ),
        models.select(
            pl.format("model:{}", "value").alias("id"), pl.lit("model").alias("kind"), pl.col("value").alias("label")
        ),
    ]
    return pl.concat(parts).select(
        pl.lit(SNAPSHOT).alias("snapshot"), pl.all(), (pl.col("kind") != "work").alias("recorded")
    )


def _with_ids(frame: pl.DataFrame, datasets: pl.DataFrame) -> pl.DataFrame:
    ids = datasets["id"].gather(frame["row"]).alias("dataset_id")
    return frame.drop("row").with_columns(ids, pl.lit(SNAPSHOT).alias("snapshot"))


def _many(rng: Rng, rows: int, values: int, mean: float) -> pl.DataFrame:
    """Draw one or more distinct values a row; the mean before repeats are dropped is a little higher."""
    sizes = 1 + rng.poisson((mean - 1) * 1.1, rows)
    row = np.repeat(np.arange(rows), sizes)
    return pl.DataFrame({"row": row, "code": _skewed(rng, values, row.size)}).unique(maintain_order=True)


def _skewed(rng: Rng, values: int, rows: int) -> np.ndarray:
    weights = 1 / np.arange(1, values + 1)
    edges = np.cumsum(weights / weights.sum())
    return np.minimum(np.searchsorted(edges, rng.random(rows)), values - 1)


def _draw(rng: Rng, words: Sequence[str], rows: int, shares: Sequence[float]) -> pl.Series:
    return pl.Series(words).gather(rng.choice(len(words), rows, p=shares))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a synthetic fact folder.")
    parser.add_argument("folder", type=Path, help="e.g. <TOUCHSTONE_HOME>/imports")
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    print(write_synthetic(asked.folder, asked.rows))
