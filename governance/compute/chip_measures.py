"""What export control measures of a chip: performance, its density, and the class that follows."""

from __future__ import annotations

from typing import Literal, get_args

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.errors import NotFound

NumberFormat = Literal["bf16", "fp8", "int8", "fp4", "int4", "tf32", "fp16_vector", "fp32", "fp64"]
"""``bf16`` stands for 16-bit matrix arithmetic, ``fp16_vector`` for FP16 outside the matrix units."""
NUMBER_FORMATS: tuple[NumberFormat, ...] = get_args(NumberFormat)

ExportClass = Literal["3A090.a", "3A090.b", "below", "unknown_density"]
EXPORT_CLASSES: tuple[ExportClass, ...] = get_args(ExportClass)

COLUMN: dict[NumberFormat, str] = {
    "fp64": "fp64_flops",
    "fp32": "fp32_flops",
    "tf32": "tf32_flops",
    "fp16_vector": "fp16_vector_flops",
    "bf16": "bf16_flops",
    "fp8": "fp8_flops",
    "int8": "int8_ops",
    "fp4": "fp4_flops",
    "int4": "int4_ops",
}
BITS: dict[NumberFormat, int] = {
    "fp64": 64,
    "fp32": 32,
    "tf32": 32,
    "fp16_vector": 16,
    "bf16": 16,
    "fp8": 8,
    "int8": 8,
    "fp4": 4,
    "int4": 4,
}
"""Bit length of an operand. TF32 keeps 19 bits of the 32 it is stored in; we take 32."""

_ROWS = {
    "a_tpp": ("us-ear-3a090a", "tpp"),
    "a_tpp_dense": ("us-ear-3a090a", "tpp_dense"),
    "a_density": ("us-ear-3a090a", "density"),
    "b_tpp": ("us-ear-3a090b", "tpp_low"),
    "b_density": ("us-ear-3a090b", "density_low"),
    "b_tpp_dense": ("us-ear-3a090b", "tpp_small"),
    "b_density_dense": ("us-ear-3a090b", "density_mid"),
    "case_tpp": ("us-bis-2026-h200", "tpp"),
    "case_bandwidth": ("us-bis-2026-h200", "bandwidth"),
}


class ChipLimits(BaseModel, frozen=True):
    """The figures of ECCN 3A090 and of the case-by-case rule of January 2026.

    Args:
        a_tpp: At or above it a chip is in 3A090.a.
        a_tpp_dense, a_density: So it is at or above both of these.
        b_tpp, b_density: Else, at or above both of these it is in 3A090.b.
        b_tpp_dense, b_density_dense: So it is at or above both of these.
        case_tpp, case_bandwidth: Below both an application is weighed on its merits; bandwidth in bytes a second.
    """

    a_tpp: float
    a_tpp_dense: float
    a_density: float
    b_tpp: float
    b_density: float
    b_tpp_dense: float
    b_density_dense: float
    case_tpp: float
    case_bandwidth: float


def chip_limits(connection: duckdb.DuckDBPyConnection) -> ChipLimits:
    """Read the limits from the catalogue's tests of the export rules.

    Raises:
        NotFound: The catalogue lacks one of them.

    Source: 88 FR 73458; those of 3A090.b recalled, of January 2026 secondary.
    """
    rows = connection.execute("SELECT threshold_id, id, value FROM threshold_test WHERE value IS NOT NULL").fetchall()
    stated = {(threshold, test): value for threshold, test, value in rows}
    missing = [f"{threshold}, {test}" for threshold, test in _ROWS.values() if (threshold, test) not in stated]
    if missing:
        raise NotFound(f"the limit {missing[0]} is missing", "catalogue, threshold_test", "build the catalogue again")
    return ChipLimits(**{name: stated[key] for name, key in _ROWS.items()})


def with_measures(table: pl.DataFrame, limits: ChipLimits) -> pl.DataFrame:
    """Put the export-control measures beside chips that have the columns of ``accelerator``."""
    score = {name: pl.col(COLUMN[name]) * BITS[name] / 1e12 for name in NUMBER_FORMATS}
    largest = pl.coalesce([pl.when(one == pl.col("tpp")).then(pl.lit(name)) for name, one in score.items()]).alias(
        "tpp_format"
    )
    tpp, bandwidth = pl.col("tpp"), pl.col("memory_bandwidth")
    return (
        table.with_columns(pl.max_horizontal(*score.values()).alias("tpp"))
        .with_columns(largest, (tpp / pl.col("die_mm2")).alias("density"))
        .with_columns(
            _class_of(tpp, pl.col("density"), limits).alias("export_class"),
            ((tpp < limits.case_tpp) & (bandwidth < limits.case_bandwidth)).alias("case_by_case"),
        )
    )


def export_class(tpp: float | None, density: float | None, limits: ChipLimits) -> ExportClass | None:
    """Class a chip under ECCN 3A090 as amended in October 2023.

    Args:
        tpp: Total processing performance; ``None`` gives ``None``.
        density: TPP a mm2 of die; ``None`` where the area is unknown, which only matters between two limits of TPP.
        limits: As `chip_limits` reads them.
    """
    if tpp is None:
        return None
    row = pl.DataFrame({"tpp": [tpp], "density": [density]}, schema={"tpp": pl.Float64, "density": pl.Float64})
    found: ExportClass = row.select(_class_of(pl.col("tpp"), pl.col("density"), limits)).item()
    return found


def class_reason(tpp: float | None, density: float | None, limits: ChipLimits) -> str:
    """Say why a chip is in its class, with the figures that decide."""
    found = export_class(tpp, density, limits)
    if tpp is None or found is None:
        return "no peak is stated, so there is no performance to measure"
    if found == "unknown_density":
        return (
            f"performance {tpp:,.0f} is from {limits.b_tpp_dense:,.0f} up to {limits.a_tpp:,.0f}, where density "
            "decides, and the area of the die is not stated"
        )
    if tpp >= limits.a_tpp:
        return f"performance {tpp:,.0f} is at or above {limits.a_tpp:,.0f}"
    if tpp < limits.b_tpp_dense:
        return f"performance {tpp:,.0f} is below {limits.b_tpp_dense:,.0f}"
    return f"performance {tpp:,.0f} {_beside(found, tpp, density or 0.0, limits)}"


def _beside(found: ExportClass, tpp: float, density: float, limits: ChipLimits) -> str:
    arms = {
        "3A090.a": (limits.a_tpp_dense, limits.a_density),
        "3A090.b": (limits.b_tpp, limits.b_density)
        if tpp >= limits.b_tpp and density >= limits.b_density
        else (limits.b_tpp_dense, limits.b_density_dense),
    }
    if found in arms:
        least, dense = arms[found]
        return f"is at or above {least:,.0f} and density {density:.2f} at or above {dense:g}"
    dense = limits.b_density if tpp >= limits.b_tpp else limits.b_density_dense
    return f"counts only from density {dense:g} up, and it is {density:.2f}"


def _class_of(tpp: pl.Expr, density: pl.Expr, limits: ChipLimits) -> pl.Expr:
    in_a = (tpp >= limits.a_tpp) | ((tpp >= limits.a_tpp_dense) & (density >= limits.a_density))
    first_arm = (tpp >= limits.b_tpp) & (density >= limits.b_density)
    in_b = first_arm | ((tpp >= limits.b_tpp_dense) & (density >= limits.b_density_dense))
    return (
        pl.when(tpp.is_null())
        .then(pl.lit(None, dtype=pl.String))
        .when(in_a)
        .then(pl.lit("3A090.a"))
        .when((tpp >= limits.b_tpp_dense) & density.is_null())
        .then(pl.lit("unknown_density"))
        .when(in_b)
        .then(pl.lit("3A090.b"))
        .otherwise(pl.lit("below"))
    )
