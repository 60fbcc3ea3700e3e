"""All datasets of a snapshot under a policy, ready to be narrowed: one frame, one facet index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facets import DATASET_FACETS, FACETS_BY_FIELD, UNKNOWN
from governance.catalogue.select import Counts, FacetIndex, Order, count, page
from governance.catalogue.selection import Selection, write_bounds
from governance.catalogue.vocabulary import HOSTS, SITES, USE_CLASSES, Host, HostAgreement, UseClass
from governance.provenance.licences import STRENGTH, Statements, own_terms
from governance.provenance.lineage import EffectiveOfAll, LineageGraph, effective_of_all, load_graph, not_found
from governance.provenance.policies import POLICIES, Policy

LIST_FACETS = (
    "language", "language_family", "script", "task", "task_group", "domain", "text_source", "topic",
    "generating_model", "data_format", "creator", "creator_country", "creator_kind",
)  # fmt: skip
FLAGS = {True: "yes", False: "no"}


@dataclass(frozen=True)
class Datasets:
    """All datasets of a snapshot, with their terms under a policy.

    Args:
        frame: One row a dataset, ordered by name; the columns are those of the exports.
        index: Counts facets over the rows of the frame.
        labels: What to show for a facet's value, where that differs.
        effective: The lineage graph and the effective terms of every node.
        version: Of the catalogue.
    """

    snapshot: str
    policy: Policy
    frame: pl.DataFrame
    index: FacetIndex
    labels: Mapping[tuple[str, str], str]
    effective: EffectiveOfAll
    version: str
    _orders: dict[tuple[str, bool], Order] = field(default_factory=dict)

    def order(self, sort: str, descending: bool) -> Order:
        """Give the rows in an order, worked out once; ties go by id, unknown comes last."""
        if (sort, descending) not in self._orders:
            self._orders[sort, descending] = _order_of(self.frame, sort, descending)
        return self._orders[sort, descending]

    @cached_property
    def cases(self) -> tuple[pl.DataFrame, NDArray[np.uint32]]:
        """Give the distinct combinations of use classes, and which of them each row has: a summary adds up these."""
        unrecorded = (pl.col("missing_parents") > 0).alias("unrecorded")
        keys = self.frame.select("licence_use", "effective_use", *(f"{site}_use" for site in SITES), unrecorded)
        distinct = keys.unique(maintain_order=True)
        numbered = distinct.with_row_index("case")
        found = keys.join(numbered, on=keys.columns, how="left", nulls_equal=True, maintain_order="left")
        return distinct, found["case"].to_numpy()


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many matching datasets have a value; ``None`` is "not stated"."""

    value: str | None
    label: str
    count: int


@dataclass(frozen=True)
class SelectionResult:
    """What a selection gives.

    Args:
        datasets: What was narrowed.
        selection: As asked.
        counts: Which rows match.
        facets: By facet, the values and counts when that facet's own choice is left out.
        missing_ids: Ids asked for that this snapshot does not have.
    """

    datasets: Datasets
    selection: Selection
    counts: Counts
    facets: dict[str, tuple[FacetCount, ...]]
    missing_ids: tuple[str, ...]

    @property
    def total(self) -> int:
        """Count the datasets that match."""
        return self.counts.total

    @property
    def relax(self) -> dict[str, int]:
        """Tell, by filter, how many datasets dropping only that filter would add."""
        return self.counts.relax

    @property
    def catalogue(self) -> str:
        """Give the version of the catalogue."""
        return self.datasets.version

    @cached_property
    def frame(self) -> pl.DataFrame:
        """Gather all matching datasets, in the order asked for."""
        return self.page(0, self.total)

    def page(self, offset: int, limit: int) -> pl.DataFrame:
        """Gather some of the matching datasets, in the order asked for."""
        order = self.datasets.order(self.selection.sort, self.selection.descending)
        return self.datasets.frame[page(self.counts, order, offset, limit)]

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
    frame = _plain_columns(connection, snapshot)
    ids = frame["id"].to_list()
    frame = frame.with_columns(
        *_terms_columns(effective, ids), *_lineage_columns(effective.graph, ids), *_site_columns(effective, ids)
    )
    return Datasets(
        snapshot, policy, frame, _index(frame), _labels(connection), effective, catalogue_version(connection)
    )


def select_datasets(datasets: Datasets, selection: Selection) -> SelectionResult:
    """Narrow the datasets and count every facet as if its own choice were open.

    Only what is asked of the result is gathered, so a page of a million costs a page.
    """
    picked, missing = _rows_of_ids(datasets, selection.ids)
    counts = count(datasets.index, selection.values, selection.ranges, selection.text, picked)
    facets = {
        field: tuple(
            FacetCount(value=value, label=datasets.labels.get((field, value or ""), value or UNKNOWN), count=number)
            for value, number in sorted(values.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
            if number or (value or UNKNOWN) in selection.values.get(field, ())
        )
        for field, values in counts.facets.items()
    }
    return SelectionResult(datasets, selection, counts, facets, missing)


def datasets_for(connection: duckdb.DuckDBPyConnection, selection: Selection, policy: Policy) -> SelectionResult:
    """Load and narrow in one step, as the command line does."""
    return select_datasets(load_datasets(connection, selection.snapshot, policy), selection)


def look_alikes(datasets: Datasets) -> LookAlike:
    """Count the datasets that look free to use and are not, once what they derive from counts."""
    free = datasets.frame.filter(pl.col("licence_use") == "commercial")
    not_free = free.filter(pl.col("effective_use") != "commercial")
    still = free.filter(pl.col("effective_use") == "commercial")
    return LookAlike(
        n=free.height,
        not_free=not_free.height,
        by_effective={use: not_free.filter(pl.col("effective_use") == use).height for use in USE_CLASSES[1:]},
        unresolved=still.filter(pl.col("missing_parents") > 0).height,
        on_sites={site: _on_site(datasets.frame, site) for site in SITES},
    )


def summary(result: SelectionResult) -> Summary:
    """Sum up what a selection gives."""
    cases, case_of = result.datasets.cases
    mine = case_of if result.total == len(case_of) else case_of[result.counts.hits]
    table = cases.with_columns(pl.Series("n", np.bincount(mine, minlength=cases.height)))
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
        on_sites={site: _site_look_alike(table, site) for site in SITES},
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


def site_use(stated: Statements, policy: Policy) -> UseClass | None:
    """Give the use class of what a policy's one host states; ``None`` where it states nothing."""
    (site,) = policy.hosts
    mine = [one for one in stated if one.host == site]
    if all(one.kind == "none_stated" for one in mine):
        return None
    return own_terms(mine, policy).use


def host_agreement(audit: UseClass, said: UseClass | None) -> HostAgreement:
    """Compare what a site states with the audit's class.

    >>> host_agreement("noncommercial", "commercial")
    'more_permissive'
    """
    if said is None:
        return "omits"
    difference = STRENGTH[said] - STRENGTH[audit]
    return "agrees" if not difference else "stricter" if difference > 0 else "more_permissive"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or UNKNOWN
    return UNKNOWN if value is None else str(value)


def _datasets_in(cases: pl.DataFrame, test: pl.Expr) -> int:
    return int(cases.filter(test)["n"].sum())


def _site_look_alike(cases: pl.DataFrame, site: Host) -> SiteLookAlike:
    free = cases.filter(pl.col(f"{site}_use") == "commercial")
    return SiteLookAlike(n=int(free["n"].sum()), not_free=_datasets_in(free, pl.col("effective_use") != "commercial"))


def _languages(result: SelectionResult) -> int:
    if "language" not in result.selection.values:
        return sum(number > 0 for value, number in result.counts.facets["language"].items() if value is not None)
    return result.columns("language")["language"].list.explode(empty_as_null=True).drop_nulls().n_unique()


def _on_site(frame: pl.DataFrame, site: Host) -> SiteLookAlike:
    free = frame.filter(pl.col(f"{site}_use") == "commercial")
    return SiteLookAlike(n=free.height, not_free=free.filter(pl.col("effective_use") != "commercial").height)


def _plain_columns(connection: duckdb.DuckDBPyConnection, snapshot: str) -> pl.DataFrame:
    frame = connection.execute(
        """
        WITH metric AS (
            SELECT dataset_id, metric, arg_max(value, month) AS value, max(month) AS month
            FROM dataset_metric WHERE snapshot = $snapshot GROUP BY dataset_id, metric
        )
        SELECT d.*, c.name AS collection, down.value AS downloads, down.month AS downloads_month,
               cited.value AS citations, cited.month AS citations_month
        FROM dataset AS d
        JOIN collection AS c ON c.snapshot = d.snapshot AND c.id = d.collection_id
        LEFT JOIN metric AS down ON down.dataset_id = d.id AND down.metric = 'downloads'
        LEFT JOIN metric AS cited ON cited.dataset_id = d.id AND cited.metric = 'citations'
        WHERE d.snapshot = $snapshot ORDER BY lower(d.name), d.id
        """,
        {"snapshot": snapshot},
    ).pl()
    lists = connection.execute(
        """
        SELECT dataset_id AS id, facet, list(value ORDER BY value) AS "values"
        FROM dataset_facet WHERE snapshot = ? GROUP BY dataset_id, facet
        """,
        [snapshot],
    ).pl()
    for facet in LIST_FACETS:
        mine = lists.filter(pl.col("facet") == facet).select("id", pl.col("values").alias(facet))
        frame = frame.join(mine, on="id", how="left", maintain_order="left")
    empty = pl.lit([], dtype=pl.List(pl.String))
    return frame.with_columns(pl.col(facet).fill_null(empty) for facet in LIST_FACETS)


def _terms_columns(effective: EffectiveOfAll, ids: list[str]) -> list[pl.Series]:
    graph = effective.graph
    own = [effective.own[key] for key in ids]
    numbers = np.fromiter((graph.number[key] for key in ids), dtype=np.int64, count=len(ids))
    paths, licences, reasons = zip(*effective.decided(numbers.tolist()), strict=True) if ids else ((), (), ())
    stated: dict[Statements, list[str]] = {}
    for mine in effective.stated.values():
        if mine not in stated:
            stated[mine] = list(dict.fromkeys(one.licence_id for one in mine if one.host == "audit"))
    classes = pl.Series(USE_CLASSES)
    return [
        pl.Series("licence_use", [terms.use for terms in own], dtype=pl.String),
        pl.Series("attribution", [terms.attribution for terms in own], dtype=pl.Boolean),
        pl.Series("share_alike", [terms.share_alike for terms in own], dtype=pl.Boolean),
        classes.gather(effective.use[numbers].astype(np.uint32)).alias("effective_use"),
        pl.Series("effective_attribution", effective.attribution[numbers].astype(bool)),
        pl.Series("effective_share_alike", effective.share_alike[numbers].astype(bool)),
        pl.Series("licences", [stated.get(effective.stated.get(key, ()), []) for key in ids], dtype=pl.List(pl.String)),
        pl.Series("deciding_licence", licences, dtype=pl.String),
        pl.Series("because", list(map(list, paths)), dtype=pl.List(pl.String)),
        pl.Series("reason", reasons, dtype=pl.String),
    ]


def _site_columns(effective: EffectiveOfAll, ids: list[str]) -> list[pl.Series]:
    alone = {host: effective.policy.model_copy(update={"hosts": (host,)}) for host in HOSTS}
    read: dict[Statements, tuple[list[UseClass | None], list[str]]] = {}
    for mine in {*effective.stated.values(), ()}:
        audit = own_terms(mine, alone["audit"]).use
        said = [site_use(mine, alone[site]) for site in SITES]
        read[mine] = said, [f"{site}:{host_agreement(audit, use)}" for site, use in zip(SITES, said, strict=True)]
    found = [read[effective.stated.get(key, ())] for key in ids]
    columns = [
        pl.Series(f"{site}_use", [said[at] for said, _ in found], dtype=pl.String) for at, site in enumerate(SITES)
    ]
    return [*columns, pl.Series("host_agreement", [agreements for _, agreements in found], dtype=pl.List(pl.String))]


def _lineage_columns(graph: LineageGraph, ids: list[str]) -> list[pl.Series]:
    derived = np.fromiter((why[0] == "derived_from" for why in graph.why), dtype=bool, count=len(graph.why))
    unrecorded = derived & ~np.asarray(graph.recorded, dtype=bool)[graph.parent] if len(derived) else derived
    numbers = np.fromiter((graph.number[key] for key in ids), dtype=np.int64, count=len(ids))
    size = len(graph.ids)
    return [
        pl.Series("parents", np.bincount(graph.child[derived], minlength=size)[numbers], dtype=pl.Int32),
        pl.Series("missing_parents", np.bincount(graph.child[unrecorded], minlength=size)[numbers], dtype=pl.Int32),
    ]


def _index(frame: pl.DataFrame) -> FacetIndex:
    columns: dict[str, object] = {}
    for facet in DATASET_FACETS:
        if facet.kind == "range":
            columns[facet.field] = frame[facet.column or facet.field].cast(pl.Float64).fill_null(np.nan).to_numpy()
        elif facet.field in ("attribution", "share_alike"):
            columns[facet.field] = frame[facet.field].replace_strict(FLAGS, default=None, return_dtype=pl.String)
        else:
            columns[facet.field] = frame["licences" if facet.field == "licence" else facet.field]
    text = frame.select(
        pl.concat_str(
            pl.col("name"),
            pl.col("id"),
            pl.col("collection"),
            pl.col("huggingface_id").fill_null(""),
            pl.col("paper_title").fill_null(""),
            pl.col("creator").list.join(" "),
            pl.col("task").list.join(" "),
            separator=" ",
        ).alias("text")
    )["text"].to_list()
    return FacetIndex.build(DATASET_FACETS, columns, text)


def _labels(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT facet, value, label FROM facet_value").fetchall()
    return {(str(facet), str(value)): str(label) for facet, value, label in rows}


def _rows_of_ids(datasets: Datasets, ids: tuple[str, ...] | None) -> tuple[np.ndarray | None, tuple[str, ...]]:
    if ids is None:
        return None, ()
    known = set(datasets.effective.own)
    return datasets.frame["id"].is_in(list(ids)).to_numpy(), tuple(key for key in ids if key not in known)


def _order_of(frame: pl.DataFrame, sort: str, descending: bool) -> Order:
    if sort in ("licence_use", "effective_use"):
        key = pl.col(sort).replace_strict(STRENGTH, return_dtype=pl.Int8)
    else:
        key = pl.col(sort).str.to_lowercase() if sort in ("name", "collection") else pl.col(sort)
    rows = frame.select(
        pl.arg_sort_by([key, pl.col("id")], descending=[descending, False], nulls_last=True)
    ).to_series()
    return Order.of(rows.to_numpy().astype(np.int64))
