"""All datasets of a snapshot under a policy, ready to be narrowed: one frame, one facet index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from governance.catalogue.connect import catalogue_version
from governance.catalogue.facets import DATASET_FACETS, FACETS_BY_FIELD, UNKNOWN
from governance.catalogue.select import FacetIndex, count
from governance.catalogue.selection import Selection, write_bounds
from governance.catalogue.vocabulary import HOSTS, SITES, USE_CLASSES, Host, HostAgreement, UseClass
from governance.provenance.licences import STRENGTH, Statement, own_terms, statements
from governance.provenance.lineage import EffectiveOfAll, effective_of_all, load_graph, not_found
from governance.provenance.policies import POLICIES, Policy

LIST_FACETS = (
    "language", "language_family", "script", "task", "task_group", "domain", "text_source", "topic",
    "generating_model", "data_format", "creator", "creator_country", "creator_kind",
)  # fmt: skip
FLAGS = {True: "yes", False: "no"}


@dataclass(frozen=True, slots=True)
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


class FacetCount(BaseModel, frozen=True):
    """How many matching datasets have a value; ``None`` is "not stated"."""

    value: str | None
    label: str
    count: int


class SelectionResult(BaseModel):
    """What a selection gives.

    Args:
        selection: As asked.
        catalogue: Version of the catalogue.
        total: Number of datasets.
        frame: All of them, in the order asked for.
        facets: By facet, the values and counts when that facet's own choice is left out.
        relax: By filter, how many datasets dropping only that filter would add.
        missing_ids: Ids asked for that this snapshot does not have.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    selection: Selection
    catalogue: str
    total: int
    frame: pl.DataFrame
    facets: dict[str, tuple[FacetCount, ...]]
    relax: dict[str, int]
    missing_ids: tuple[str, ...]


class Summary(BaseModel, frozen=True):
    """A selection in a few figures; ``None`` where no dataset states the number.

    Args:
        examples: Sum over the datasets that state a number of examples.
        hours: Likewise for hours.
        languages: Distinct languages, an undetermined one included.
        licence_use, effective_use: Datasets by class.
        not_free: Datasets whose own licences allow commercial use and whose lineage does not.
        unresolved: Those that stay free, but have a parent that nobody recorded.
    """

    examples: int | None
    hours: float | None
    languages: int
    licence_use: dict[str, int]
    effective_use: dict[str, int]
    not_free: int
    unresolved: int


class SiteLookAlike(BaseModel, frozen=True):
    """Datasets that a site's own statement lets one use commercially, and those of them one may not."""

    n: int
    not_free: int


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
    graph = load_graph(connection, snapshot)
    effective = effective_of_all(connection, graph, policy)
    frame = _plain_columns(connection, snapshot)
    ids = frame["id"].to_list()
    stated: dict[str, list[Statement]] = {}
    for one in statements(connection, snapshot):
        stated.setdefault(one.dataset_id, []).append(one)
    frame = frame.with_columns(
        *_terms_columns(effective, ids, stated),
        *_lineage_columns(effective, ids),
    )
    frame = frame.with_columns(_site_columns(ids, stated, policy))
    return Datasets(snapshot, policy, frame, _index(frame), _labels(connection), effective, catalogue_version(connection))


def select_datasets(datasets: Datasets, selection: Selection) -> SelectionResult:
    """Narrow the datasets and count every facet as if its own choice were open.

    >>> # select_datasets(datasets, Selection(values={"language": ("swh",)})).total
    """
    rows, missing = _rows_of_ids(datasets, selection.ids)
    counts = count(datasets.index, selection.values, selection.ranges, selection.text, rows)
    found = datasets.frame[counts.matches]
    facets = {
        field: tuple(
            FacetCount(value=value, label=datasets.labels.get((field, value or ""), value or UNKNOWN), count=number)
            for value, number in sorted(values.items(), key=lambda item: (-item[1], item[0] is None, item[0] or ""))
            if number or (value or UNKNOWN) in selection.values.get(field, ())
        )
        for field, values in counts.facets.items()
    }
    return SelectionResult(
        selection=selection,
        catalogue=datasets.version,
        total=counts.total,
        frame=_sorted(found, selection),
        facets=facets,
        relax=dict(counts.relax),
        missing_ids=missing,
    )


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
    frame = result.frame
    free = frame.filter(pl.col("licence_use") == "commercial")
    return Summary(
        examples=frame["examples"].sum() if frame["examples"].count() else None,
        hours=frame["hours"].sum() if frame["hours"].count() else None,
        languages=frame["language"].list.explode(empty_as_null=True).drop_nulls().n_unique(),
        licence_use={use: frame.filter(pl.col("licence_use") == use).height for use in USE_CLASSES},
        effective_use={use: frame.filter(pl.col("effective_use") == use).height for use in USE_CLASSES},
        not_free=free.filter(pl.col("effective_use") != "commercial").height,
        unresolved=free.filter((pl.col("effective_use") == "commercial") & (pl.col("missing_parents") > 0)).height,
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
    for field, chosen in selection.values.items():
        if not count(datasets.index, {field: chosen}, {}, "", alone).total:
            why = exclusion(datasets, dataset_id, chosen) if field == "effective_use" else None
            has = _said(row["licences" if field == "licence" else field])
            reasons.append(why or f"{FACETS_BY_FIELD[field].label}: it has {has}, you asked for {' or '.join(chosen)}")
    for field, bounds in selection.ranges.items():
        if not count(datasets.index, {}, {field: bounds}, "", alone).total:
            has = _said(row[FACETS_BY_FIELD[field].column or field])
            reasons.append(f"{FACETS_BY_FIELD[field].label}: it has {has}, you asked for {write_bounds(bounds)}")
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


def site_use(stated: Sequence[Statement], policy: Policy) -> UseClass | None:
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


def _terms_columns(effective: EffectiveOfAll, ids: list[str], stated: Mapping[str, list[Statement]]) -> list[pl.Series]:
    own = [effective.own[key] for key in ids]
    left = [effective.terms(key) for key in ids]
    licences = [list(dict.fromkeys(one.licence_id for one in stated.get(key, ()) if one.host == "audit")) for key in ids]
    return [
        pl.Series("licence_use", [terms.use for terms in own], dtype=pl.String),
        pl.Series("attribution", [terms.attribution for terms in own], dtype=pl.Boolean),
        pl.Series("share_alike", [terms.share_alike for terms in own], dtype=pl.Boolean),
        pl.Series("effective_use", [terms.use for terms in left], dtype=pl.String),
        pl.Series("effective_attribution", [terms.attribution for terms in left], dtype=pl.Boolean),
        pl.Series("effective_share_alike", [terms.share_alike for terms in left], dtype=pl.Boolean),
        pl.Series("licences", licences, dtype=pl.List(pl.String)),
        pl.Series("deciding_licence", [terms.licence for terms in left], dtype=pl.String),
        pl.Series("because", [list(terms.because) for terms in left], dtype=pl.List(pl.String)),
        pl.Series("reason", [terms.reason for terms in left], dtype=pl.String),
    ]


def _site_columns(ids: list[str], stated: Mapping[str, list[Statement]], policy: Policy) -> list[pl.Series]:
    alone = {host: policy.model_copy(update={"hosts": (host,)}) for host in HOSTS}
    audit = [own_terms(stated.get(key, ()), alone["audit"]).use for key in ids]
    said = {site: [site_use(stated.get(key, ()), alone[site]) for key in ids] for site in SITES}
    agreements = [[f"{site}:{host_agreement(found, said[site][row])}" for site in SITES] for row, found in enumerate(audit)]
    columns = [pl.Series(f"{site}_use", uses, dtype=pl.String) for site, uses in said.items()]
    return [*columns, pl.Series("host_agreement", agreements, dtype=pl.List(pl.String))]


def _lineage_columns(effective: EffectiveOfAll, ids: list[str]) -> list[pl.Series]:
    graph = effective.graph
    parents, missing = [], []
    for key in ids:
        behind = [edge for edge in (graph.edges[way] for way in graph.ways_up[graph.number[key]]) if edge.kind == "derived_from"]
        parents.append(len(behind))
        missing.append(sum(not graph.recorded[graph.number[edge.parent]] for edge in behind))
    return [pl.Series("parents", parents, dtype=pl.Int32), pl.Series("missing_parents", missing, dtype=pl.Int32)]


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


def _sorted(frame: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    if selection.sort in ("licence_use", "effective_use"):
        order = pl.col(selection.sort).replace_strict(STRENGTH, return_dtype=pl.Int8)
    elif selection.sort in ("name", "collection"):
        order = pl.col(selection.sort).str.to_lowercase()
    else:
        order = pl.col(selection.sort)
    return frame.sort([order, pl.col("id")], descending=[selection.descending, False], nulls_last=True)
