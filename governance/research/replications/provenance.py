"""Claims computed from the audit of datasets."""

from __future__ import annotations

from statistics import median

import duckdb

from governance.catalogue.normalise import language_name
from governance.catalogue.vocabulary import SITES
from governance.provenance.datasets import load_datasets
from governance.provenance.divide import divide
from governance.provenance.hosts import Measure, host_audit, host_shares
from governance.research.claim_types import Computed
from governance.research.replications.registry import Reading, replicates

SNAPSHOT = "2023-10-25"
"""The state of the audit that the paper describes."""
SITE_NAMES = {"huggingface": "Hugging Face", "github": "GitHub", "paperswithcode": "Papers with Code"}
AYA = "Aya Dataset"


@replicates(
    "data-provenance-initiative/datasets", unit="count", needs=("dpi",), page="datasets", query={"snapshot": SNAPSHOT}
)
def audited_datasets(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the text datasets of the snapshot that the paper describes."""
    audit = host_audit(connection, snapshot=SNAPSHOT)
    records = audit.hosts["audit"].records
    return Computed(
        value=records, unit="count", n=records, method=f"text datasets in the snapshot of {SNAPSHOT}, counted",
        sources=("dpi",),
    )  # fmt: skip


@replicates("data-provenance-initiative/licence_omission", unit="%", needs=("dpi",), page="hosts")
def licence_omission(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share without a licence on the site where it is largest."""
    return _worst_site(connection, "omission", "datasets for which the site states no licence, of all")


@replicates("data-provenance-initiative/licence_error", unit="%", needs=("dpi",), page="hosts")
def licence_error(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of stated licences of another class than the audit's, on the site where it is largest."""
    return _worst_site(connection, "error", "stated licences of another use class than the audit's, of those stated")


@replicates(
    "data-provenance-initiative/closed_share", unit="points", needs=("dpi",), page="composition",
    query={"snapshot": SNAPSHOT},
    reading=Reading(
        "Of the datasets with a low-resource language a larger share is closed to commercial use than of the others.",
        ">=", 0.0,
    ),
)  # fmt: skip
def closed_languages(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Compare the closed share of datasets with a low-resource language with that of the others."""
    found = divide(load_datasets(connection, SNAPSHOT)).low_resource
    low, high = (None if one is None else 100 * one for one in (found.low, found.high))
    return Computed(
        value=None if found.difference is None else 100 * found.difference, unit="points", n=found.first.n, low=low,
        high=high, sources=("dpi",),
        method="closed share (non-commercial or academic only, by the datasets' own licences) of datasets with a "
        f"low-resource language less that of the others, in the snapshot of {SNAPSHOT}; interval by Newcombe",
        reason="One of the four kinds of material that the claim names; the page has the others.",
    )  # fmt: skip


@replicates("aya-dataset/human_languages", unit="count", needs=("dpi",), page="datasets", query={"collection": AYA})
def human_languages(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the languages of the human-written collection as the audit lists it; Arabic in any form counts once."""
    rows = connection.execute(
        """
        SELECT DISTINCT dataset.id, value FROM dataset_facet AS facet
        JOIN dataset ON dataset.id = facet.dataset_id AND dataset.snapshot = facet.snapshot
        WHERE dataset.snapshot = 'current' AND collection_id = ? AND facet.facet = 'language'
        """,
        [AYA],
    ).fetchall()
    codes = {str(code) for _, code in rows}
    arabic = {code for code in codes if "Arabic" in language_name(code)}
    value = len(codes - arabic) + bool(arabic)
    return Computed(
        value=value or None, unit="count", n=len({name for name, _ in rows}), sources=("dpi",),
        method=f"distinct ISO 639-3 codes of the audited datasets of the collection, the {len(arabic)} forms of Arabic "
        "counted as one language",
        reason=f"The audit has {len(codes)} codes; that the authors count Arabic once is our reading.",
    )  # fmt: skip


def _worst_site(connection: duckdb.DuckDBPyConnection, measure: Measure, counted: str) -> Computed:
    shares = {
        str(one.host): one.share
        for one in host_shares([host_audit(connection, snapshot=SNAPSHOT)])
        if one.measure == measure and one.share.share is not None
    }
    worst = max(shares, key=lambda host: shares[host].share or 0)
    each = ", ".join(f"{SITE_NAMES[site]} {100 * (shares[site].share or 0):.1f}%" for site in SITES if site in shares)
    top = shares[worst]
    assert top.share is not None and top.low is not None and top.high is not None  # noqa: PT018
    return Computed(
        value=100 * top.share, unit="%", n=top.n, low=100 * top.low, high=100 * top.high,
        median=median(100 * (one.share or 0) for one in shares.values()), sources=("dpi",), query={"site": worst},
        method=f"{counted}, on the site where that is largest, in the snapshot of {SNAPSHOT}; interval by Wilson",
        reason=f"The floor is taken for the site where it is worst ({SITE_NAMES[worst]}), not for each: {each}.",
    )  # fmt: skip
