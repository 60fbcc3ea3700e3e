"""The open and the closed: which licence classes hold synthetic text, and whose languages are restricted."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl
from pydantic import BaseModel

from governance.catalogue.normalise.tables import read_table
from governance.errors import BadInput
from governance.provenance.composition import Difference, Share, difference_of, share_of
from governance.provenance.datasets import Datasets

RESTRICTED = ("noncommercial", "academic_only")
"""Classes that count as closed to commercial use; a missing licence is neither open nor closed."""

CLASS_GROUPS: dict[str, tuple[str, ...]] = {
    "restricted": RESTRICTED,
    "unspecified": ("unspecified",),
    "commercial": ("commercial",),
}
MIN_FAMILY = 5
"""Families with fewer datasets are left out: their intervals say nothing."""


class Divide(BaseModel, frozen=True):
    """How open and closed datasets of one snapshot and modality differ.

    Args:
        snapshot: State of the audit.
        policy: Id of the policy under which licences were read.
        restricted: Share of all datasets that are non-commercial or academic only.
        low_resource: The same among datasets with a low-resource language, and among the rest,
            with the difference between the two.
        families: The same by language family, most datasets first; a dataset may be in several.
        synthetic: By group of licence classes, the share of its datasets that models wrote, wholly or in part.
        synthetic_gap: That share among the restricted less that among the commercial.
    """

    snapshot: str
    policy: str
    modality: str
    restricted: Share
    low_resource: Difference
    families: tuple[Share, ...]
    synthetic: dict[str, Share]
    synthetic_gap: Difference


def divide(datasets: Datasets, *, modality: str = "text") -> Divide:
    """Measure the divide between open and closed datasets.

    Args:
        datasets: A snapshot, read under a policy.
        modality: Text, as in the 2023 paper; the others state no generating model.

    Raises:
        BadInput: The snapshot has no datasets of that modality.

    Source: Longpre et al. 2023, arXiv 2310.16787, section 4; the low-resource group by language code is ours.
    """
    frame = datasets.frame.filter(pl.col("modality") == modality)
    if frame.is_empty():
        raise BadInput(f"there are no {modality} records", f"snapshot {datasets.snapshot}", "choose another snapshot")
    synthetic = {name: _synthetic(frame, name, uses) for name, uses in CLASS_GROUPS.items()}
    low = frame.select(is_low_resource(frame)).to_series()
    return Divide(
        snapshot=datasets.snapshot,
        policy=datasets.policy.id,
        modality=modality,
        restricted=_restricted("all", frame),
        low_resource=difference_of(
            "low-resource", _restricted("low-resource", frame.filter(low)), _restricted("others", frame.filter(~low))
        ),
        families=_families(frame),
        synthetic=synthetic,
        synthetic_gap=difference_of("synthetic", synthetic["restricted"], synthetic["commercial"]),
    )


def faded(first: Difference, then: Difference) -> bool | None:
    """Tell whether a gap that was clear is no longer; ``None`` where either cannot be told.

    >>> wide = difference_of("a", share_of("a", 63, 200), share_of("b", 370, 1658))
    >>> narrow = difference_of("a", share_of("a", 67, 263), share_of("b", 499, 2048))
    >>> faded(wide, narrow)
    True
    """
    if first.clear is None or then.clear is None:
        return None
    return first.clear and not then.clear


def is_low_resource(frame: pl.DataFrame) -> pl.Expr:
    """Give the expression that finds datasets with a language the audit groups as low-resource.

    The audit groups names; where one code has several names, `data/vocabularies/low_resource_languages.csv`
    says which script or reading counts and why.
    """
    whole, scripts = _low_resource()
    code_and_script = [
        pl.col("language").list.contains(code) & pl.col("script").list.contains(script) for code, script in scripts
    ]
    any_code = pl.col("language").list.eval(pl.element().is_in(whole)).list.any()
    return pl.any_horizontal(any_code, *code_and_script).alias("low_resource")


@cache
def _low_resource() -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    rows = read_table("low_resource_languages")
    return (
        tuple(row["code"] for row in rows if not row["script"]),
        tuple((row["code"], row["script"]) for row in rows if row["script"]),
    )


def _restricted(name: str | None, frame: pl.DataFrame) -> Share:
    return share_of(name, frame.filter(pl.col("licence_use").is_in(RESTRICTED)).height, frame.height)


def _synthetic(frame: pl.DataFrame, name: str, uses: Sequence[str]) -> Share:
    mine = frame.filter(pl.col("licence_use").is_in(uses))
    return share_of(name, mine.filter(pl.col("synthetic")).height, mine.height)


def _families(frame: pl.DataFrame) -> tuple[Share, ...]:
    each = frame.select("id", "licence_use", "language_family").explode("language_family", empty_as_null=True)
    names = each["language_family"].drop_nulls().unique().to_list()
    shares = [_restricted(name, each.filter(pl.col("language_family") == name)) for name in names]
    kept = [share for share in shares if share.n >= MIN_FAMILY]
    return tuple(sorted(kept, key=lambda share: (-share.n, str(share.value))))
