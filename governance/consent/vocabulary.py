"""Closed words of consent: every check, help text and widget derives from these."""

from __future__ import annotations

from typing import Literal, get_args

from governance.catalogue.vocabulary import RESTRICTIONS, Restriction

__all__ = ["RESTRICTIONS", "Restriction"]

LEVEL_WORDS: dict[Restriction, str] = {"full": "closed", "partial": "partly closed", "none": "open"}
"""Levels as people read them, the strictest first; files, options and JSON keep the short words."""

Mode = Literal["rfc", "paper"]
"""How robots.txt is read: by RFC 9309, or by the rule of Longpre et al. 2024 with what it loses."""
MODES: tuple[Mode, ...] = get_args(Mode)

SignalKind = Literal["robots", "terms", "ai_txt", "tdmrep", "content_usage", "content_signal", "header", "meta", "rsl"]
"""Where a statement was read."""
SIGNAL_KINDS: tuple[SignalKind, ...] = get_args(SignalKind)
KIND_LABELS: dict[SignalKind, str] = {
    "robots": "robots.txt", "terms": "Terms", "ai_txt": "ai.txt", "tdmrep": "TDMRep", "content_usage": "Content-Usage",
    "content_signal": "Content-Signal", "header": "Header", "meta": "Meta tag", "rsl": "RSL",
}  # fmt: skip

Use = Literal["crawl", "training", "ai_input", "search", "mining", "any_ai"]
"""What a statement is about; robots.txt speaks of crawling alone."""
USES: tuple[Use, ...] = get_args(Use)
USE_LABELS: dict[Use, str] = {
    "crawl": "crawling", "training": "training", "ai_input": "input to AI", "search": "search",
    "mining": "text and data mining", "any_ai": "any use for AI",
}  # fmt: skip

Certainty = Literal["stated", "inherited", "inferred", "draft"]
"""How sure a reading is: said of this agent, said of everyone, worked out, or in words that are still a draft."""

Purpose = Literal["training", "search", "assistant", "archive", "agent", "data", "other", "unknown"]
"""What an operator says its crawler is for."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

Respect = Literal["yes", "no", "unclear"]
"""Whether an operator says that its crawler follows robots.txt."""
RESPECTS: tuple[Respect, ...] = get_args(Respect)

Stratum = Literal["head", "random"]
"""The largest domains of a corpus, all looked at, or the sample of the rest."""
STRATA: tuple[Stratum, ...] = get_args(Stratum)

SourceQuestion = Literal["scraping", "ai", "use", "model_terms", "model_scraping"]
"""What somebody asked of the terms of a dataset's sources, and of the model that wrote examples."""
SOURCE_QUESTIONS: tuple[SourceQuestion, ...] = get_args(SourceQuestion)

SourceVerdict = Literal[
    "prohibited", "likely_prohibited", "not_prohibited", "noncommercial", "likely_noncommercial", "non_compete",
    "commercial", "open", "unspecified", "unsure", "no_site",
]  # fmt: skip
"""What they found."""
SOURCE_VERDICTS: tuple[SourceVerdict, ...] = get_args(SourceVerdict)

SiteType = Literal[
    "news", "organisation", "encyclopedia", "commerce", "academic", "social", "government", "blog", "other"
]
"""What kind of service a site is, as Longpre et al. 2024 tell them apart."""
SITE_TYPES: tuple[SiteType, ...] = get_args(SiteType)

SiteTopic = Literal[
    "news", "general", "science", "social", "business", "entertainment", "books", "legal", "blogs", "other"
]
"""What a site is about, in the groups of Longpre et al. 2024."""
SITE_TOPICS: tuple[SiteTopic, ...] = get_args(SiteTopic)

SeriesRule = Literal["published", "older_wider"]
"""Under which rule a published series counts a site as fully restricted; the two do not compare."""
SERIES_RULES: tuple[SeriesRule, ...] = get_args(SeriesRule)

SeriesStratum = Literal["all", "head", "random"]
"""Part of a corpus that a published series is about."""
SERIES_STRATA: tuple[SeriesStratum, ...] = get_args(SeriesStratum)

EventKind = Literal["crawler", "site", "network", "law", "standard"]
"""What kind of thing happened when a series made a step."""
