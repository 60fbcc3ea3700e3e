"""The frame of all datasets: what the catalogue states of each, its terms under a policy, its place in the lineage."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.select import FacetIndex
from governance.catalogue.vocabulary import HOSTS, SITES, USE_CLASSES, Host, HostAgreement, UseClass
from governance.provenance.keyed import distinct_rows
from governance.provenance.licences import STRENGTH, Statements, own_terms
from governance.provenance.lineage import EffectiveOfAll, LineageGraph
from governance.provenance.policies import Policy

LIST_FACETS = (
    "language", "language_family", "script", "task", "task_group", "domain", "text_source", "topic",
    "generating_model", "data_format", "creator", "creator_country", "creator_kind",
)  # fmt: skip
Numbers = NDArray[np.integer]
FLAGS = {True: "yes", False: "no"}


def dataset_frame(connection: duckdb.DuckDBPyConnection, effective: EffectiveOfAll) -> pl.DataFrame:
    """Make the frame of all datasets, ordered by name; `with_reasons` adds the rest of the exports' columns."""
    frame = _plain_columns(connection, effective.graph.snapshot)
    ids = frame["id"]
    numbers = effective.graph.number.codes_at(ids)
    return frame.with_columns(
        *_terms_columns(effective, ids, numbers),
        *_lineage_columns(effective.graph, numbers),
        *_site_columns(effective, ids),
    )


def with_reasons(frame: pl.DataFrame, effective: EffectiveOfAll) -> pl.DataFrame:
    """Add to some rows of the frame what only a reader of them needs: path and reason of the effective use."""
    decided = effective.decided(effective.graph.number.codes_at(frame["id"]))
    place = frame.columns.index("deciding_licence") + 1
    return frame.select(*frame.columns[:place], *decided, *frame.columns[place:])


def facet_index(frame: pl.DataFrame) -> FacetIndex:
    """Make the frame ready for counting."""
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


def _plain_columns(connection: duckdb.DuckDBPyConnection, snapshot: str) -> pl.DataFrame:
    frame = connection.execute(
        """
        WITH metric AS (
            SELECT dataset_id, metric, arg_max(value, month) AS value, max(month) AS month
            FROM dataset_metric WHERE snapshot = $snapshot GROUP BY dataset_id, metric
        )
        SELECT d.*, c.name AS collection, coalesce(web.sites, 0) AS sites, coalesce(web.sites_known, 0) AS sites_known,
               web.sources_full, coalesce(terms.found, []) AS source_terms,
               down.value AS downloads, down.month AS downloads_month,
               cited.value AS citations, cited.month AS citations_month, lower(d.name) AS place
        FROM dataset AS d
        JOIN collection AS c ON c.snapshot = d.snapshot AND c.id = d.collection_id
        LEFT JOIN metric AS down ON down.dataset_id = d.id AND down.metric = 'downloads'
        LEFT JOIN metric AS cited ON cited.dataset_id = d.id AND cited.metric = 'citations'
        LEFT JOIN dataset_consent AS web ON web.snapshot = d.snapshot AND web.dataset_id = d.id
        LEFT JOIN (
            SELECT collection_id, list_sort(list(DISTINCT question || ':' || verdict)) AS found
            FROM source_terms GROUP BY collection_id
        ) AS terms ON terms.collection_id = d.collection_id
        WHERE d.snapshot = $snapshot
        """,
        {"snapshot": snapshot},
    ).pl()
    frame = frame.sort("place", "id").drop("place")
    numbered = frame.select("id").with_row_index("row")
    return frame.with_columns(_list_column(connection, snapshot, facet, numbered) for facet in LIST_FACETS)


def _list_column(connection: duckdb.DuckDBPyConnection, snapshot: str, facet: str, numbered: pl.DataFrame) -> pl.Series:
    stated = connection.execute(
        "SELECT dataset_id AS id, value FROM dataset_facet WHERE snapshot = ? AND facet = ?", [snapshot, facet]
    ).pl()
    values = stated["value"].unique().sort()
    listed = (
        stated.with_columns(pl.col("value").cast(pl.Enum(values)))
        .join(numbered, on="id")
        .sort("row", "value")
        .group_by("row", maintain_order=True)
        .agg(pl.col("value").cast(pl.String))
    )
    empty = pl.lit([], dtype=pl.List(pl.String))
    rows = numbered.select("row").join(listed, on="row", how="left", maintain_order="left")
    # In one piece: polars joins the pieces anew at every gather of a page.
    return rows.select(pl.col("value").fill_null(empty).alias(facet)).to_series().rechunk()


def _terms_columns(effective: EffectiveOfAll, ids: pl.Series, numbers: Numbers) -> list[pl.Series]:
    own, audit = effective.own, effective.stated["audit"]
    mine = own.codes_at(ids)
    named = [list(dict.fromkeys(one.licence_id for one in stated)) for stated in audit.distinct]
    classes = pl.Series(USE_CLASSES)
    return [
        pl.Series("licence_use", [terms.use for terms in own.distinct], dtype=pl.String).gather(mine),
        pl.Series("attribution", [terms.attribution for terms in own.distinct], dtype=pl.Boolean).gather(mine),
        pl.Series("share_alike", [terms.share_alike for terms in own.distinct], dtype=pl.Boolean).gather(mine),
        classes.gather(effective.use[numbers]).alias("effective_use"),
        pl.Series("effective_attribution", effective.attribution[numbers].astype(bool)),
        pl.Series("effective_share_alike", effective.share_alike[numbers].astype(bool)),
        pl.Series("licences", named, dtype=pl.List(pl.String)).gather(audit.codes_at(ids)),
        effective.deciding(numbers),
    ]


def _site_columns(effective: EffectiveOfAll, ids: pl.Series) -> list[pl.Series]:
    alone = {host: effective.policy.model_copy(update={"hosts": (host,)}) for host in HOSTS}
    classes = (None, *USE_CLASSES)
    said: dict[Host, NDArray[np.integer]] = {}
    for host in HOSTS:
        stated = effective.stated[host]
        uses = [
            own_terms(mine, alone[host]).use if host == "audit" else site_use(mine, alone[host])
            for mine in stated.distinct
        ]
        said[host] = np.array([classes.index(use) for use in uses], dtype=np.int8)[stated.codes_at(ids)]
    distinct, codes = distinct_rows([said[host] for host in HOSTS])
    agreements = [
        [
            f"{site}:{host_agreement(USE_CLASSES[audit - 1], classes[use])}"
            for site, use in zip(SITES, uses, strict=True)
        ]
        for audit, *uses in distinct.tolist()
    ]
    words = pl.Series(classes, dtype=pl.String)
    columns = [words.gather(said[site]).alias(f"{site}_use") for site in SITES]
    return [*columns, pl.Series("host_agreement", agreements, dtype=pl.List(pl.String)).gather(codes)]


def _lineage_columns(graph: LineageGraph, numbers: Numbers) -> list[pl.Series]:
    derived = (graph.why["kind"] == "derived_from").to_numpy()
    unrecorded = derived & ~graph.recorded.to_numpy()[graph.parent]
    size = len(graph.ids)
    return [
        pl.Series("parents", np.bincount(graph.child[derived], minlength=size)[numbers], dtype=pl.Int32),
        pl.Series("missing_parents", np.bincount(graph.child[unrecorded], minlength=size)[numbers], dtype=pl.Int32),
    ]
