"""Claims that the public card of what a paper released answers: languages it lists, sizes and rows it states.

A card is the authors' own, as the abstract is: agreeing says that the two agree, not that anything was measured.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from governance.catalogue.normalise.tables import read_table
from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates
from governance.research.vocabulary import Basis, Unit

RELEASES = "touchstone-releases"
COUNTED = "Its list was counted, which is stronger than a stated number; but card and abstract are the authors' own."
STATED = "The card states it as the abstract does: both are the authors' own, and nothing was measured."
ABSENT = "No card of it is among the facts here."
FOR_ALL = ("tiny-aya-base", "tiny-aya-global")
"""Members of the family that are for no region."""

LISTED: dict[str, tuple[str, str]] = {
    "aya-23/languages": ("aya-23-8b", f"{COUNTED} Simplified and traditional Chinese count once."),
    "aya-23/prior_languages": ("aya-101", COUNTED),
    "aya-model/languages": ("aya-101", COUNTED),
    "aya-dataset/collection_languages": (
        "aya-collection",
        ("An early version of the card lists one code more than the 114 that its own text then stated; later versions "
        "state 115."),
    ),
    "aya-expanse/languages": ("m-arenahard", f"{COUNTED} Each language is a subset of its own in the released data."),
    "command-a/languages": ("command-a", COUNTED),
    "global-mmlu/languages": ("global-mmlu", f"{COUNTED} Each language is a subset of its own in the released data."),
    "include/languages": ("include-base-44", f"{COUNTED} Each language is a folder of its own in the released data."),
    "kaleidoscope/languages": (
        "kaleidoscope",
        "The card itself could not be read: the list is that of a program by others that reads the data.",
    ),
    "m-rewardbench/languages": (
        "m-rewardbench", f"{COUNTED} The data have 24 folders: Chinese has two, one for each way of writing.",
    ),
    "rlhf-many-languages/languages": (
        "aya-23-8b",
        ("The paper's own model has no card that could be read. This is the list of Aya 23 8B, of which it is said to "
        "be a further trained version: a weaker check than a card of its own."),
    ),
    "tiny-aya/languages": (
        "tiny-aya-earth",
        ("The card's codes are fewer than the 70 that the maker's documentation states. Which are missing is not "
        "known: the documentation's own list could not be read to its end."),
    ),
}  # fmt: skip
"""Claim to the release whose languages are counted, and what must be known."""

SIZES: dict[str, tuple[str, float]] = {
    "aya-23/small_size": ("aya-23-8b", 1e9),
    "aya-23/large_size": ("aya-23-35b", 1e9),
    "aya-vision/small_size": ("aya-vision-8b", 1e9),
    "aya-vision/large_size": ("aya-vision-32b", 1e9),
    "tiny-aya/params": ("tiny-aya-earth", 1e7),
}
"""Claim to the release whose parameters are read, and the last place that the paper prints."""

ROWS: dict[str, tuple[str, float | None, float, str]] = {
    "aya-dataset/instances": (
        "aya-collection", 1e6, 1e6,
        ("An early version of the card gives the count to the row: the abstract cuts it to whole millions, rounded it "
        "would be 514. Both are the authors' own."),
    ),
    "kaleidoscope/questions": (
        "kaleidoscope", None, 0.0,
        "The card itself could not be read: a program by others that reads the data states the count.",
    ),
    "m-rewardbench/instances": (
        "m-rewardbench", 10.0, 0.0,
        ("Rows of one folder as the card's metadata count them. Translation tasks, which the card counts apart, are "
        "left out."),
    ),
}  # fmt: skip
"""Claim to the release whose rows are read, the last place printed, the tolerance, and what must be known."""


def languages_listed(connection: duckdb.DuckDBPyConnection, release: str, note: str) -> Computed:
    """Count the languages that the card of a release lists.

    Args:
        connection: The catalogue.
        release: Its id.
        note: What must be known.
    """
    row = connection.execute(
        "SELECT count(DISTINCT language), count(*) FROM release_language WHERE release_id = ?", [release]
    ).fetchone()
    value, n = (int(row[0]), int(row[1])) if row else (0, 0)
    return Computed(
        value=value or None, unit="count", n=n, sources=(RELEASES,), reason=note if value else ABSENT,
        method=f"distinct ISO 639-3 codes over what the card of {release} lists",
    )  # fmt: skip


def size_stated(connection: duckdb.DuckDBPyConnection, release: str, note: str) -> Computed:
    """Read the parameters that the card of a release states."""
    return _stated(connection, release, note, "parameters", "parameters")


def rows_stated(connection: duckdb.DuckDBPyConnection, release: str, note: str) -> Computed:
    """Read the rows that the card of a release states."""
    return _stated(connection, release, note, "instances", "count")


def _stated(connection: duckdb.DuckDBPyConnection, release: str, note: str, column: str, unit: Unit) -> Computed:
    row = connection.execute("SELECT parameters, instances FROM release WHERE id = ?", [release]).fetchone()
    found = dict(zip(("parameters", "instances"), row or (None, None), strict=True))[column]
    words = "parameters" if column == "parameters" else "rows"
    return Computed(
        value=found, unit=unit, n=1, sources=(RELEASES,), reason=ABSENT if found is None else note,
        method=f"{words} of {release} as its card states them",
    )  # fmt: skip


def _enter(
    claim_id: str, work: Callable[[duckdb.DuckDBPyConnection, str, str], Computed], release: str, note: str,
    unit: Unit, basis: Basis, rounded_to: float | None = None, tolerance: float = 0.0,
) -> None:  # fmt: skip
    def compute(connection: duckdb.DuckDBPyConnection) -> Computed:
        return work(connection, release, note)

    compute.__qualname__ = work.__qualname__
    paper = claim_id.partition("/")[0]
    replicates(
        claim_id, unit=unit, needs=(RELEASES,), basis=basis, page="paper", query={"id": paper}, rounded_to=rounded_to,
        tolerance=tolerance,
    )(compute)  # fmt: skip


for _claim, (_release, _note) in LISTED.items():
    _enter(_claim, languages_listed, _release, _note, "count", "rows")
for _claim, (_release, _place) in SIZES.items():
    _enter(_claim, size_stated, _release, STATED, "parameters", "stated", rounded_to=_place)
for _claim, (_release, _printed, _tolerance, _note) in ROWS.items():
    _enter(_claim, rows_stated, _release, _note, "count", "stated", rounded_to=_printed, tolerance=_tolerance)


@replicates("aya-model/lower_resource", unit="%", needs=(RELEASES,), page="paper", query={"id": "aya-model"})
def lower_resource(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Give the share of Aya 101's languages that the audit groups as low-resource."""
    rows = connection.execute(
        "SELECT DISTINCT language FROM release_language WHERE release_id = 'aya-101' AND language IS NOT NULL"
    ).fetchall()
    low = {row["code"] for row in read_table("low_resource_languages") if not row["script"]}
    few = sum(code in low for (code,) in rows)
    return Computed(
        value=100 * few / len(rows) if rows else None, unit="%", n=len(rows), sources=(RELEASES,),
        method="languages of Aya 101's card that the Data Provenance audit groups as low-resource, over all it lists",
        reason=f"{few} of {len(rows)} by the audit's list, which is another scale than the paper's. The audit names "
        "some members, such as Central and Northern Kurdish, where the card names the whole, which then does not "
        "count." if rows else ABSENT,
    )  # fmt: skip


@replicates("tiny-aya/regional", unit="count", needs=(RELEASES,), page="paper", query={"id": "tiny-aya"})
def regional(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Count the models of Tiny Aya's family that are for a region."""
    rows = connection.execute(
        "SELECT name FROM release WHERE paper_id = 'tiny-aya' AND kind = 'model' AND NOT list_contains(?, id) "
        "ORDER BY name",
        [list(FOR_ALL)],
    ).fetchall()
    names = ", ".join(name for (name,) in rows)
    return Computed(
        value=len(rows) or None, unit="count", n=len(rows), sources=(RELEASES,),
        method="models that the makers' collection names, without the base model and the one for all languages",
        reason=f"{names}. Collection and abstract are the authors' own." if rows else ABSENT,
    )  # fmt: skip
