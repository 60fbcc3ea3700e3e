"""All papers ready to be narrowed, and what is known of one: its facts, its claims, and where one can check them."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.connect import catalogue_version
from governance.catalogue.narrowed import Narrowed, Records, row_of, spaced, value_labels
from governance.research.claims import LedgerRow, computable, ledger
from governance.research.paper_frame import paper_frame, paper_index
from governance.research.paper_places import Place, places_of
from governance.research.paper_selection import PaperSelection
from governance.research.releases import Release, paper_releases
from governance.research.vocabulary import ClaimKind, Comparator, Status, Unit

WORDS = ("theme", "modality", "code")
"""Facets whose values are words of ours, shown with spaces."""
CARD = "paper"
"""Address of the page of one paper, which is no place to go from there."""
LABELS = {("theme", "merging_moe"): "merging and mixtures of experts", ("modality", "any"): "any modality"}


class Papers(Records):
    """All papers of a catalogue, ordered by title; see `governance.research.paper_frame`."""

    ties = (pl.col("title").str.to_lowercase(), pl.col("id"))


class PapersResult(Narrowed[Papers, PaperSelection]):
    """What a selection of papers gives."""


class PaperClaim(BaseModel, frozen=True):
    """One claim of a paper, in our words.

    Args:
        id: Of the claim.
        kind: numeric: it states a number.
        text: The quantity, or what is claimed.
        published: The number; ``None`` for a claim without one.
        unit: Of the number.
        comparator: How it is claimed; up_to is the greatest over some settings.
        context: What else the number rests on, where that is known.
        status: What stands beside it now; ``None``: it waits to be computed here.
        computed: What comes out now.
        computed_unit: Of that; where a number was published, always its unit.
        reason: Why nothing is computed, or why it differs; empty where there is nothing to say.
        page: Address of the page where one can turn the knobs; ``None``: there is none.
        query: Settings of that page.
        lab: Name of the lab where a file of one's own gives the comparable figure.
    """

    id: str
    kind: ClaimKind
    text: str
    published: float | None
    unit: Unit | None
    comparator: Comparator | None
    context: str | None
    status: Status | None
    computed: float | None
    computed_unit: Unit | None
    reason: str
    page: str | None
    query: dict[str, str]
    lab: str | None


class RelatedPaper(BaseModel, frozen=True):
    """Another paper with some of the same themes."""

    id: str
    title: str
    year: int | None
    themes: tuple[str, ...]


class PaperCard(BaseModel, frozen=True):
    """Everything known about one paper.

    Args:
        paper: Its row in the frame; unknown is ``None``.
        claims: What it claims, those with a number first.
        releases: What it released, as public cards state it.
        places: Pages where one can check its findings or turn the knobs, the closest first.
        related: Other papers of its themes, those that share most first, then the newest.
        source: Whom to credit for the facts.
        licence: Of the facts, not of the paper.
    """

    paper: dict[str, object]
    claims: tuple[PaperClaim, ...]
    releases: tuple[Release, ...]
    places: tuple[Place, ...]
    related: tuple[RelatedPaper, ...]
    source: str
    licence: str


def load_papers(connection: duckdb.DuckDBPyConnection) -> Papers:
    """Load all papers, ready for counting."""
    frame = paper_frame(connection)
    return Papers(frame, paper_index(frame), _labels(frame), catalogue_version(connection))


def select_papers(papers: Papers, selection: PaperSelection) -> PapersResult:
    """Narrow the papers and count every facet as if its own choice were open."""
    return PapersResult.of(papers, selection)


def paper_card(connection: duckdb.DuckDBPyConnection, paper_id: str) -> PaperCard:
    """Tell everything known about one paper.

    Args:
        connection: An open catalogue.
        paper_id: Its id, e.g. ``consent-in-crisis``.

    Raises:
        NotFound: There is no such paper.
    """
    frame = paper_frame(connection)
    row = row_of(frame, paper_id, "paper", "papers")
    claims = paper_claims(connection, paper_id)
    credit = connection.execute("SELECT citation, licence FROM source WHERE id = ?", [row["source_id"]]).fetchall()
    return PaperCard(
        paper=row,
        claims=claims,
        releases=paper_releases(connection, paper_id),
        places=places_of(
            paper_id,
            (one.page for one in claims if one.page and one.page != CARD),
            sorted({lab for one in claims if (lab := one.lab or one.query.get("lab"))}),
        ),
        related=_related(frame, row),
        source=str(credit[0][0]),
        licence=str(credit[0][1] or "not stated"),
    )


def paper_claims(connection: duckdb.DuckDBPyConnection, paper_id: str) -> tuple[PaperClaim, ...]:
    """List the claims of a paper, those with a number first, then by id; statuses are those an earlier run kept."""
    found = ledger(connection, compute=False)
    own = sorted((row for row in found if row.claim.paper_id == paper_id), key=lambda row: row.claim.kind != "numeric")
    return tuple(map(_claim, own))


def _claim(row: LedgerRow) -> PaperClaim:
    stated = row.claim.model_dump(include=set(PaperClaim.model_fields))
    kept = row.replication
    waits = kept is None and bool(computable([row.claim]))
    return PaperClaim(
        **stated,
        status=None if waits else row.status,
        computed=kept.computed if kept else None,
        computed_unit=kept.computed_unit if kept else None,
        reason="" if waits else row.reason,
        page=row.page,
        query=row.query,
        lab=row.lab,
    )


def author_words(authors: list[str], et_al: bool | None) -> str:
    """Write the authors as they are given; "et al." where there are more.

    >>> author_words(["Ann Ng", "Bo Li"], True), author_words(["Ann Ng"], False)
    ('Ann Ng, Bo Li et al.', 'Ann Ng')
    """
    return ", ".join(authors) + (" et al." if et_al and authors else "")


def word_label(facet: str, word: str) -> str:
    """Give what to call a word of a facet of papers.

    >>> word_label("theme", "merging_moe"), word_label("theme", "data_mixture")
    ('merging and mixtures of experts', 'data mixture')
    """
    return LABELS.get((facet, word), spaced(word))


def _related(frame: pl.DataFrame, row: Mapping[str, object]) -> tuple[RelatedPaper, ...]:
    shared = pl.col("theme").list.set_intersection(pl.lit(row["theme"], dtype=pl.List(pl.String)))
    near = (
        frame.filter(pl.col("id") != row["id"])
        .with_columns(shared.alias("shared"))
        .filter(pl.col("shared").list.len() > 0)
        .sort(pl.col("shared").list.len(), "day", "id", descending=[True, True, False], nulls_last=True)
    )
    return tuple(
        RelatedPaper(id=one["id"], title=one["title"], year=one["year"], themes=tuple(sorted(one["shared"])))
        for one in near.iter_rows(named=True)
    )


def _labels(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    return {key: word_label(*key) for key in value_labels(frame, dict.fromkeys(WORDS, spaced))}
