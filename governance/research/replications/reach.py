"""Claims on whose languages a model covers, computed from its list of languages and from who speaks what."""

from __future__ import annotations

import duckdb

from governance.evaluation.groups.reach import people_reached
from governance.research.claim_types import Computed
from governance.research.replications.registry import replicates

RELEASES, SPEAKERS = "touchstone-releases", "cldr"
AYA_23 = "aya-23-8b"
"""Aya 23; the later paper speaks of as many languages, and its model is set against this one."""
ABOUT = 5.0
"""Points around "about half" that we still take for half."""


@replicates("rlhf-many-languages/population", unit="%", needs=(RELEASES, SPEAKERS), tolerance=ABOUT, page="languages",
            query={"show": "reach"})  # fmt: skip
@replicates("aya-23/population", unit="%", needs=(RELEASES, SPEAKERS), tolerance=ABOUT, page="languages",
            query={"show": "reach"})  # fmt: skip
def share_of_people(connection: duckdb.DuckDBPyConnection) -> Computed:
    """Bound the share of the world's people who use one of the 23 languages; the low bound is compared."""
    rows = connection.execute(
        "SELECT DISTINCT language FROM release_language WHERE release_id = ? AND language IS NOT NULL ORDER BY 1",
        [AYA_23],
    ).fetchall()
    languages = [str(code) for (code,) in rows]
    sources = (RELEASES, SPEAKERS)
    if not languages:
        reason = f"No languages of {AYA_23} are among the facts."
        return Computed(value=None, unit="%", method="not run", sources=sources, reason=reason)
    found = people_reached(connection, languages)
    english = next((one.high / found.population for one in found.languages if one.language == "eng"), 0.0)
    return Computed(
        value=100 * found.low_share, low=100 * found.low_share, high=100 * found.high_share, bounds=True, unit="%",
        n=found.countries, sources=sources, query={"languages": ",".join(languages)},
        method=f"{len(languages)} languages of {AYA_23} over {found.countries} countries of CLDR, weighted by "
        "population: at least the largest share of one language in each country, at most the sum; the low bound is "
        "compared, being the one that assumes least",
        reason="CLDR counts whoever uses a language, second languages too: English alone is "
        f"{100 * english:.0f}% of people there. How the papers counted is not known to us; first languages alone would "
        f"give less. Adding the languages up would give {100 * found.simple_sum / found.population:.0f}%, counting "
        "people twice.",
    )  # fmt: skip
