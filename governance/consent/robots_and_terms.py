"""Where robots.txt and terms of service of the same sites do not agree: both kept, neither resolved."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl
from pydantic import BaseModel

from governance.catalogue.vocabulary import RESTRICTIONS, Restriction
from governance.consent.terms import UNRESTRICTED, VERDICTS, SiteTerms, Verdict
from governance.errors import NotFound

FORBIDS: tuple[Verdict, ...] = ("No AI", "No Scraping", "No Scraping & AI")
"""Verdicts that forbid what a crawler for training does."""


class Meeting(BaseModel, frozen=True):
    """Sites whose terms have one verdict and whose robots.txt has one level.

    Args:
        verdict: Of the terms, merged by the published rule.
        restriction: The strictest level over the AI developers' agents, newest reading.
        n: Sites, a count.
        tokens: Their tokens in the corpus; sites without a weight there add none.
    """

    verdict: Verdict
    restriction: Restriction
    n: int
    tokens: float


class RobotsAndTerms(BaseModel, frozen=True):
    """What robots.txt and terms say of the same sites.

    Args:
        corpus: Whose tokens weigh the sites.
        cells: Every verdict that occurs with every level; a count of 0 says that no such site was read.
        n: Sites of which both are known.
        tokens: Their tokens in the corpus.
        open_despite_terms: Sites whose terms forbid training or scraping and whose robots.txt closes less than all.
        shut_despite_terms: Sites whose terms leave use open and whose robots.txt closes everything.
        disagreeing_tokens: Share of the tokens of both kinds together; ``None`` where no site has a weight.
        terms_only: Sites with terms whose robots.txt nobody read here.
        robots_only: Sites with a level whose terms nobody read here.
    """

    corpus: str
    cells: tuple[Meeting, ...]
    n: int
    tokens: float
    open_despite_terms: int
    shut_despite_terms: int
    disagreeing_tokens: float | None
    terms_only: int
    robots_only: int


def robots_and_terms(
    connection: duckdb.DuckDBPyConnection, terms: Sequence[SiteTerms], corpus: str = "c4"
) -> RobotsAndTerms:
    """Set the newest imported levels beside terms that somebody read.

    Args:
        connection: The catalogue, with levels of sites imported.
        terms: One a site, e.g. ``merge_all(own_terms(workbench))``.
        corpus: Whose tokens weigh the sites.

    Raises:
        NotFound: There is no such corpus.

    Source: the comparison of Longpre et al. 2024, section 3; their verdicts are not published.
    """
    known = [str(name) for (name,) in connection.execute("SELECT id FROM corpus ORDER BY id").fetchall()]
    if corpus not in known:
        raise NotFound(f"there is no corpus '{corpus:.40}'", "option corpus", f"use one of {', '.join(known)}")
    levels = connection.execute(
        "SELECT l.domain_id AS domain, l.restriction AS restriction, coalesce(c.tokens, 0) AS tokens "
        "FROM domain_level AS l LEFT JOIN corpus_domain AS c ON c.domain_id = l.domain_id AND c.corpus = ?",
        [corpus],
    ).pl()
    read = pl.DataFrame(
        {"domain": [one.domain for one in terms], "verdict": [one.verdict for one in terms]},
        schema={"domain": pl.String, "verdict": pl.String},
    ).unique("domain", keep="last", maintain_order=True)
    both = read.join(levels, on="domain")
    return _counted(corpus, both, terms_only=read.height - both.height, robots_only=levels.height - both.height)


def _counted(corpus: str, both: pl.DataFrame, *, terms_only: int, robots_only: int) -> RobotsAndTerms:
    met = {
        (str(verdict), str(level)): (int(n), float(tokens))
        for verdict, level, n, tokens in both.group_by("verdict", "restriction")
        .agg(pl.len(), pl.col("tokens").sum().alias("sum"))
        .iter_rows()
    }
    present = {verdict for verdict, _ in met}
    cells = tuple(
        Meeting(verdict=verdict, restriction=level, n=n, tokens=tokens)
        for verdict in VERDICTS
        if verdict in present
        for level in RESTRICTIONS
        for n, tokens in [met.get((verdict, level), (0, 0.0))]
    )
    open_cells = [cell for cell in cells if cell.verdict in FORBIDS and cell.restriction != "full"]
    shut_cells = [cell for cell in cells if cell.verdict in UNRESTRICTED[1:] and cell.restriction == "full"]
    tokens = sum(cell.tokens for cell in cells)
    apart = sum(cell.tokens for cell in (*open_cells, *shut_cells))
    return RobotsAndTerms(
        corpus=corpus,
        cells=cells,
        n=both.height,
        tokens=tokens,
        open_despite_terms=sum(cell.n for cell in open_cells),
        shut_despite_terms=sum(cell.n for cell in shut_cells),
        disagreeing_tokens=apart / tokens if tokens else None,
        terms_only=terms_only,
        robots_only=robots_only,
    )
