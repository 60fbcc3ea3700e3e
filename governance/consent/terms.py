"""Terms of service: what somebody read on a site's pages, merged as published, and the share of tokens under limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, get_args

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.consent.vocabulary import STRATA
from governance.consent.weighted_shares import Stratum as Drawn
from governance.consent.weighted_shares import weighted_shares
from governance.errors import BadInput

Axis = Literal["ai_scraping", "licence", "compete"]
"""What each page is asked: on training and scraping, on non-commercial use, on competing and redistribution."""
AXES: tuple[Axis, ...] = get_args(Axis)

CODES: dict[Axis, dict[int, str]] = {
    "ai_scraping": {
        1: "No Scraping & AI",
        2: "No Scraping",
        3: "No AI",
        4: "Conditional Use",
        5: "Unrestricted Use",
    },
    "licence": {1: "NC Only", 2: "Conditional Use", 3: "Unrestricted Use"},
    "compete": {1: "Non-Compete", 2: "No Re-Distribution", 3: "Non-Compete", 4: "Unrestricted Use"},
}
"""The published codes; the lowest over a site's pages stands for the site."""

Verdict = Literal[
    "No Terms Pages",
    "Unrestricted Use",
    "Conditional Use",
    "No Re-Distribution",
    "Non-Compete",
    "NC Only",
    "No AI",
    "No Scraping",
    "No Scraping & AI",
]
"""What is left of a site's terms in one word, from the loosest to the strictest."""
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
UNRESTRICTED: tuple[Verdict, ...] = ("No Terms Pages", "Unrestricted Use")
RESTRICTED: tuple[Verdict, ...] = tuple(one for one in VERDICTS if one not in UNRESTRICTED)
"""What counts as restricted, conditional use included, as in the paper."""


class Quoted(BaseModel, frozen=True):
    """A figure that others published and nobody can compute again: what it is of, who says so, why not."""

    share: float
    corpus: str
    source: str
    reason: str


QUOTED = Quoted(
    share=0.45,
    corpus="C4",
    source="Longpre et al. 2024, arXiv 2407.14933",
    reason="the verdicts site by site were not published, so it cannot be computed again; the authors' notebook "
    "prints other figures, 43 and 28",
)
"""The paper's own figure."""


class PageTerms(BaseModel, frozen=True):
    """What one reader found on one page of a site's terms.

    Args:
        domain: The site.
        page: Address of the page; empty where the site has no terms.
        ai_scraping, licence, compete: Codes as in `CODES`; ``None`` where the page does not speak of it.
        reviewer: Who read it.
        observed: When.
        evidence: Where the words stand, e.g. a section or an archived copy; not the words themselves.
    """

    domain: str
    page: str = ""
    ai_scraping: int | None = None
    licence: int | None = None
    compete: int | None = None
    reviewer: str = ""
    observed: date | None = None
    evidence: str = ""


class SiteTerms(BaseModel, frozen=True):
    """A site's terms, merged over its pages.

    Args:
        domain: The site.
        verdict: By the published rule.
        codes: The lowest code over the pages, by what was asked.
        restricted: Whether the verdict is among those the paper counts.
        dropped: A conditional licence that the published rule loses, because nothing is said of training.
        pages: Pages read, a count.
    """

    domain: str
    verdict: Verdict
    codes: dict[Axis, int]
    restricted: bool
    dropped: bool
    pages: int


class TermsShare(BaseModel, frozen=True):
    """Token-weighted share of sites whose terms restrict.

    Args:
        share: 0 to 1; ``None`` where no site has a weight.
        low, high: 95% interval from drawing the sites anew within their stratum.
        n: Sites with terms and a weight.
        n_head: Of them in the head.
        unread: Share of the tokens given whose site nobody read.
        by_verdict: Share of the read tokens under each verdict.
        dropped: Sites whose conditional licence the published rule loses, a count.
        corrected: The share if those counted as restricted.
        unmatched: Sites read that have no weight, a count.
        head_share: Tokens of the corpus in its head; ``None`` where the sites given are the corpus.
        speaks_of: What the share is of: the whole corpus only where sites of both its head and the rest were read.
        definition: What is counted, in words.
    """

    share: float | None
    low: float | None
    high: float | None
    n: int
    n_head: int
    unread: float
    by_verdict: dict[Verdict, float]
    dropped: int
    corrected: float | None
    unmatched: int
    head_share: float | None
    speaks_of: Literal["sites given", "corpus", "head", "random"]
    definition: str = (
        "restricted: any verdict but Unrestricted Use and No Terms Pages, conditional use included; the lowest code "
        "over a site's pages, merged as in Longpre et al. 2024"
    )


def merge_terms(domain: str, pages: Sequence[PageTerms]) -> SiteTerms:
    """Merge what was read on a site's pages by the published rule.

    Any prohibition of training or scraping comes first, then non-commercial use only, then competing and
    redistribution, and else what is said of training and scraping. The rule's quirk is kept and shown: a conditional
    licence is lost where that last verdict is unrestricted.

    Args:
        domain: The site.
        pages: What was read there; a page without any code is no terms page.

    >>> merge_terms("a.example", [PageTerms(domain="a.example", ai_scraping=5, licence=2)]).verdict
    'Unrestricted Use'
    """
    codes: dict[Axis, int] = {}
    for axis in AXES:
        found = [code for page in pages if (code := getattr(page, axis)) is not None]
        if found:
            codes[axis] = min(found)
    said = {axis: CODES[axis][code] for axis, code in codes.items()}
    scraping = said.get("ai_scraping", "Unrestricted Use")
    if not codes:
        verdict = "No Terms Pages"
    elif scraping.startswith("No "):
        verdict = scraping
    elif said.get("licence") == "NC Only":
        verdict = "NC Only"
    elif said.get("compete", "Unrestricted Use") != "Unrestricted Use":
        verdict = said["compete"]
    else:
        verdict = scraping
    known = VERDICTS[VERDICTS.index(verdict)]
    return SiteTerms(
        domain=domain,
        verdict=known,
        codes=codes,
        restricted=known in RESTRICTED,
        dropped=known == "Unrestricted Use" and said.get("licence") == "Conditional Use",
        pages=sum(any(getattr(page, axis) is not None for axis in AXES) for page in pages),
    )


def merge_all(pages: Iterable[PageTerms]) -> tuple[SiteTerms, ...]:
    """Merge the pages of each site, in the order of its name."""
    by_site: dict[str, list[PageTerms]] = {}
    for page in pages:
        by_site.setdefault(page.domain, []).append(page)
    return tuple(merge_terms(domain, by_site[domain]) for domain in sorted(by_site))


def terms_share(
    sites: Sequence[SiteTerms],
    weights: pl.DataFrame,
    *,
    head_share: float | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> TermsShare:
    """Measure which share of a corpus's tokens lies on sites whose terms restrict.

    Args:
        sites: As `merge_all` gives them.
        weights: Columns domain and tokens; stratum (head or random) where ``head_share`` is given.
        head_share: Share of the corpus's tokens in its head; ``None``: the sites given are the corpus.
        draws: Of the bootstrap.
        seed: Same seed, same interval.

    Raises:
        BadInput: No site read has a weight, or a stratum is missing.

    >>> read = merge_all([PageTerms(domain="a.example", ai_scraping=1), PageTerms(domain="b.example", ai_scraping=5)])
    >>> terms_share(read, pl.DataFrame({"domain": ["a.example", "b.example"], "tokens": [1.0, 3.0]})).share
    0.25
    """
    if "stratum" not in weights.columns:
        if head_share is not None:
            raise BadInput("the weights name no stratum", "weights", "add a column stratum: head or random")
        weights = weights.with_columns(stratum=pl.lit(None, dtype=pl.String))
    known = pl.DataFrame(
        {
            "domain": [one.domain for one in sites],
            "verdict": [one.verdict for one in sites],
            "dropped": [one.dropped for one in sites],
        },
        schema={"domain": pl.String, "verdict": pl.String, "dropped": pl.Boolean},
    )
    joined = weights.join(known, on="domain", how="left")
    read = joined.filter(pl.col("verdict").is_not_null())
    if not read.height:
        raise BadInput("no site that was read has a weight", "weights", "check that both name hosts alike")
    tokens = read["tokens"].cast(pl.Float64).to_numpy()
    stratum = read["stratum"].cast(pl.String)
    strata = [Drawn(np.ones(read.height, dtype=bool), None)]
    if head_share is not None:
        parts = dict(zip(STRATA, (head_share, 1 - head_share), strict=True))
        strata = [Drawn((stratum == name).fill_null(value=False).to_numpy(), part) for name, part in parts.items()]
    members = np.ones((read.height, 1), dtype=bool)
    flags = np.stack([read["verdict"].is_in(RESTRICTED).to_numpy(), read["dropped"].to_numpy()])
    full = [np.where(one, 2, 0).astype(np.int8)[:, None, None] for one in (flags[0], flags[0] | flags[1])]
    found = weighted_shares(full[0], tokens, members, strata, draws=draws, seed=seed)
    corrected = weighted_shares(full[1], tokens, members, strata, draws=0, seed=seed)
    by_verdict = {
        name: _level(np.where((read["verdict"] == name).to_numpy(), 2, 0), tokens, members, strata) for name in VERDICTS
    }
    whole = float(joined["tokens"].sum())
    return TermsShare(
        share=_known(found.shares),
        low=_known(found.low),
        high=_known(found.high),
        n=read.height,
        n_head=int((stratum == "head").sum()),
        unread=1 - float(tokens.sum()) / whole if whole else 0.0,
        by_verdict={name: share for name, share in by_verdict.items() if share},
        dropped=int(flags[1].sum()),
        corrected=_known(corrected.shares),
        unmatched=known.join(weights, on="domain", how="anti").height,
        head_share=head_share,
        speaks_of=_speaks_of(stratum, head_share),
    )


def _speaks_of(stratum: pl.Series, head_share: float | None) -> Literal["sites given", "corpus", "head", "random"]:
    if head_share is None:
        return "sites given"
    there = [name for name in STRATA if (stratum == name).any()]
    return "corpus" if len(there) > 1 else there[0] if there else "sites given"


def _level(levels: np.ndarray, tokens: np.ndarray, members: np.ndarray, strata: Sequence[Drawn]) -> float:
    found = weighted_shares(levels.astype(np.int8)[:, None, None], tokens, members, strata, draws=0, seed=0)
    return _known(found.shares) or 0.0


def _known(values: np.ndarray) -> float | None:
    value = float(values[0, 0, 2])
    return None if np.isnan(value) else value
