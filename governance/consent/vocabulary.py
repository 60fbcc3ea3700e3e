"""Closed words of consent: every check, help text and widget derives from these."""

from __future__ import annotations

from typing import Literal, get_args

from governance.catalogue.vocabulary import RESTRICTIONS, Restriction

__all__ = ["RESTRICTIONS", "Restriction"]

Mode = Literal["rfc", "paper"]
"""How robots.txt is read: by RFC 9309, or by the rule of Longpre et al. 2024 with what it loses."""
MODES: tuple[Mode, ...] = get_args(Mode)

SignalKind = Literal["robots", "terms", "ai_txt", "tdmrep", "content_usage", "content_signal", "header", "meta", "rsl"]
"""Where a statement was read."""
SIGNAL_KINDS: tuple[SignalKind, ...] = get_args(SignalKind)

Use = Literal["crawl", "training", "ai_input", "search", "mining", "any_ai"]
"""What a statement is about; robots.txt speaks of crawling alone."""
USES: tuple[Use, ...] = get_args(Use)

Certainty = Literal["stated", "inherited", "inferred", "draft"]
"""How sure a reading is: said of this agent, said of everyone, worked out, or in words that are still a draft."""
CERTAINTIES: tuple[Certainty, ...] = get_args(Certainty)

Purpose = Literal["training", "search", "assistant", "archive", "agent", "data", "other", "unknown"]
"""What an operator says its crawler is for."""
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)

Respect = Literal["yes", "no", "unclear"]
"""Whether an operator says that its crawler follows robots.txt."""
RESPECTS: tuple[Respect, ...] = get_args(Respect)

Stratum = Literal["head", "random"]
"""The largest domains of a corpus, all looked at, or the sample of the rest."""
STRATA: tuple[Stratum, ...] = get_args(Stratum)
