"""All datasets of a snapshot under a policy, ready to be narrowed: one frame, one facet index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facets import FACETS_BY_FIELD, UNKNOWN
from governance.catalogue.narrowed import Narrowed, Records
from governance.catalogue.select import count, count_values
from governance.catalogue.selection import Selection, write_bounds
from governance.catalogue.vocabulary import SITES, USE_CLASSES, Host
from governance.provenance.dataset_frame import FLAGS, dataset_frame, facet_index, with_reasons
from governance.provenance.licences import STRENGTH
from governance.provenance.lineage import EffectiveOfAll, effective_of_all, load_graph, not_found
from governance.provenance.policies import POLICIES, Policy


@dataclass(frozen=True)
class Datasets(Records):
    """All datasets of a snapshot, with their terms under a policy.

    The frame is ordered by name and has the columns of the exports but for path and reason, which a
    `SelectionResult` adds to the rows it gathers.

    Args:
        effective: The lineage graph and the effective terms of every node.
    """

    snapshot: str
    policy: Policy
    effective: EffectiveOfAll

    def key(self, sort: str) -> pl.Expr:
        """Give what an order goes by: uses from the loosest to the strictest."""
        if sort in ("licence_use", "effective_use"):
            return pl.col(sort).replace_strict(STRENGTH, return_dtype=pl.Int8)
        return super().key(sort)

    @cached_property
    def cases(self) -> tuple[pl.DataFrame, NDArray[np.uint32]]:
        """Give the distinct combinations of use classes, and which of them each row has: a summary adds up these."""
        unrecorded = (pl.col("missing_parents") > 0).alias("unrecorded")
        keys = self.frame.select("licence_use", "effective_use", *(f"{site}_use" for site in SITES), unrecorded)
        distinct = keys.unique(maintain_order=True)
        numbered = distinct.with_row_index("case")
        found = keys.join(numbered, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
        return distinct, found["case"].to_numpy()


class SelectionResult(Narrowed[Datasets, Selection]):
    """What a selection of datasets gives."""

    @property
    def datasets(self) -> Datasets:
        """Give what was narrowed."""
        return self.records

    def page(self, offset: int, limit: int) -> pl.DataFrame:
        """Gather some of the matching datasets, in the order asked for."""
        return with_reasons(super().page(offset, limit), self.records.effective)

    def columns(self, *names: str) -> pl.DataFrame:
        """Gather only some columns of all matching datasets, in no particular order."""
        chosen = self.datasets.frame.select(names)
        return chosen if self.total == chosen.height else chosen[self.counts.matches]


class SiteLookAlike(BaseModel, frozen=True):
    """Datasets that a site's own statement lets one use commercially, and those of them one may not."""

    n: int
    not_free: int


class Summary(BaseModel, frozen=True):
    """A selection in a few figures; ``None`` where no dataset states the number.

    Args:
        examples: Sum over the datasets that state a number of examples.
        hours: Likewise for hours.
        languages: Distinct languages, an undetermined one included.
        licence_use, effective_use: Datasets by class.
        not_free: Datasets whose own licences allow commercial use and whose lineage does not.
        unresolved: Those that stay free, but have a parent that nobody recorded.
        on_sites: By hosting site, how many look free by what it states, and how many are not.
    """

    examples: int | None
    hours: float | None
    languages: int
    licence_use: dict[str, int]
    effective_use: dict[str, int]
    not_free: int
    unresolved: int
    on_sites: dict[Host, SiteLookAlike]


class LookAlike(BaseModel, frozen=True):
    """How many datasets look free for commercial use by their own licence, and how many are once lineage counts.

    Args:
        n: Datasets whose own licences allow commercial use.
        not_free: Of these, those whose lineage holds stricter terms.
        by_effective: The same by what is left.
        unresolved: Of the rest, those with a parent that nobody recorded: they cannot be told.
        on_sites: By hosting site, how many look free by what the site states, and how many of
            these are not once the audit and the lineage count.
    """

    n: int
    not_free: int
    by_effective: dict[str, int]
    unresolved: int
    on_sites: dict[Host, SiteLookAlike]


def load_datasets(
    connection: duckdb.DuckDBPyConnection, snapshot: str = "current", policy: Policy = POLICIES["audit"]
) -> Datasets:
    """Load every dataset of a snapshot and work out its own and effective terms under a policy."""
    effective = effective_of_all(connection, load_graph(connection, snapshot), policy)
    frame = dataset_frame(connection, effective)
    return Datasets(
        frame, facet_index(frame), _labels(connection), catalogue_version(connection), snapshot, policy, effective
    )


def select_datasets(datasets: Datasets, selection: Selection) -> SelectionResult:
    """Narrow the datasets and count every facet as if its own choice were open."""
    return SelectionResult.of(datasets, selection)


def datasets_for(connection: duckdb.DuckDBPyConnection, selection: Selection, policy: Policy) -> SelectionResult:
    """Load and narrow in one step, as the command line does."""
    return select_datasets(load_datasets(connection, selection.snapshot, policy), selection)


def look_alikes(datasets: Datasets) -> LookAlike:
    """Count the datasets that look free to use and are not, once what they derive from counts."""
    table = _tally(datasets)
    free = table.filter(pl.col("licence_use") == "commercial")
    return LookAlike(
        n=_datasets_in(free),
        not_free=_datasets_in(free, pl.col("effective_use") != "commercial"),
        by_effective={use: _datasets_in(free, pl.col("effective_use") == use) for use in USE_CLASSES[1:]},
        unresolved=_datasets_in(free, (pl.col("effective_use") == "commercial") & pl.col("unrecorded")),
        on_sites=_on_sites(table),
    )


def summary(result: SelectionResult) -> Summary:
    """Sum up what a selection gives."""
    table = _tally(result.datasets, result.counts.hits)
    sizes = result.columns("examples", "hours")
    free = table.filter(pl.col("licence_use") == "commercial")
    return Summary(
        examples=sizes["examples"].sum() if sizes["examples"].count() else None,
        hours=sizes["hours"].sum() if sizes["hours"].count() else None,
        languages=_languages(result),
        licence_use={use: _datasets_in(table, pl.col("licence_use") == use) for use in USE_CLASSES},
        effective_use={use: _datasets_in(table, pl.col("effective_use") == use) for use in USE_CLASSES},
        not_free=_datasets_in(free, pl.col("effective_use") != "commercial"),
        unresolved=_datasets_in(free, (pl.col("effective_use") == "commercial") & pl.col("unrecorded")),
        on_sites=_on_sites(table),
    )


def why_not(datasets: Datasets, selection: Selection, dataset_id: str) -> tuple[str, ...]:
    """Say which filters leave a dataset out, each with its reason; empty filters say that it is there.

    Raises:
        NotFound: This snapshot has no such dataset.
    """
    if dataset_id not in datasets.effective.own:
        raise not_found(dataset_id, datasets.effective.own, datasets.snapshot)
    row = datasets.frame.row(by_predicate=pl.col("id") == dataset_id, named=True)
    alone = np.asarray(datasets.frame["id"].to_numpy() == dataset_id)
    reasons = []
    for name, chosen in selection.values.items():
        if not count(datasets.index, {name: chosen}, {}, "", alone).total:
            why = exclusion(datasets, dataset_id, chosen) if name == "effective_use" else None
            has = _said(row["licences" if name == "licence" else name])
            reasons.append(why or f"{FACETS_BY_FIELD[name].label}: it has {has}, you asked for {' or '.join(chosen)}")
    for name, bounds in selection.ranges.items():
        if not count(datasets.index, {}, {name: bounds}, "", alone).total:
            has = _said(row[FACETS_BY_FIELD[name].column or name])
            reasons.append(f"{FACETS_BY_FIELD[name].label}: it has {has}, you asked for {write_bounds(bounds)}")
    if selection.text and not count(datasets.index, {}, {}, selection.text, alone).total:
        reasons.append(f"the words '{selection.text}' do not all occur in what is searched")
    if selection.ids is not None and dataset_id not in selection.ids:
        reasons.append("it is not among the ids picked")
    return tuple(reasons) or (f"{dataset_id} is here: it meets every filter",)


def exclusion(datasets: Datasets, dataset_id: str, allowed: Sequence[str]) -> str | None:
    """Say why a dataset is not among those of the allowed use classes; ``None`` when it is.

    Raises:
        NotFound: This snapshot has no such dataset.
    """
    if dataset_id not in datasets.effective.own:
        raise not_found(dataset_id, datasets.effective.own, datasets.snapshot)
    terms = datasets.effective.terms(dataset_id)
    return None if terms.use in allowed else f"excluded ({terms.use}) because of {terms.reason}"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or UNKNOWN
    return UNKNOWN if value is None else str(value)


def _tally(datasets: Datasets, hits: NDArray[np.bool_] | None = None) -> pl.DataFrame:
    """Count the datasets of each case: all of them, or those that match."""
    cases, case_of = datasets.cases
    mine = case_of if hits is None or hits.all() else case_of[hits]
    return cases.with_columns(pl.Series("n", np.bincount(mine, minlength=cases.height)))


def _datasets_in(table: pl.DataFrame, test: pl.Expr | None = None) -> int:
    return int((table if test is None else table.filter(test))["n"].sum())


def _on_sites(table: pl.DataFrame) -> dict[Host, SiteLookAlike]:
    free = {site: table.filter(pl.col(f"{site}_use") == "commercial") for site in SITES}
    return {
        site: SiteLookAlike(n=_datasets_in(mine), not_free=_datasets_in(mine, pl.col("effective_use") != "commercial"))
        for site, mine in free.items()
    }


def _languages(result: SelectionResult) -> int:
    counts = result.counts.facets["language"]
    if "language" in result.selection.values:
        counts = count_values(result.datasets.index, "language", result.counts.hits)
    return sum(number > 0 for value, number in counts.items() if value is not None)


def _labels(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT facet, value, label FROM facet_value").fetchall()
    return {(str(facet), str(value)): str(label) for facet, value, label in rows}
