"""The frame of all datasets: what the catalogue states of each, its terms under a policy, its place in the lineage."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from governance.catalogue.facets import DATASET_FACETS
from governance.catalogue.select import FacetIndex
from governance.catalogue.vocabulary import HOSTS, SITES, USE_CLASSES, HostAgreement, UseClass
from governance.provenance.licences import STRENGTH, Statements, own_terms
from governance.provenance.lineage import EffectiveOfAll, LineageGraph
from governance.provenance.policies import Policy

LIST_FACETS = (
    "language", "language_family", "script", "task", "task_group", "domain", "text_source", "topic",
    "generating_model", "data_format", "creator", "creator_country", "creator_kind",
)  # fmt: skip
FLAGS = {True: "yes", False: "no"}


def dataset_frame(connection: duckdb.DuckDBPyConnection, effective: EffectiveOfAll) -> pl.DataFrame:
    """Make the frame of all datasets, ordered by name; its columns are those of the exports."""
    frame = _plain_columns(connection, effective.graph.snapshot)
    ids = frame["id"].to_list()
    return frame.with_columns(
        *_terms_columns(effective, ids), *_lineage_columns(effective.graph, ids), *_site_columns(effective, ids)
    )


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
