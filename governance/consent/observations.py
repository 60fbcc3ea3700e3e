"""Observations: the level of each agent at each host in each month, read from snapshots, the same text only once.

A part holds one row a snapshot, the levels of all agents in one short word, so a corpus of millions of hosts stays
small; `observations` opens that up to a row an agent, as `corpus_audit` reads it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from governance.consent.levels import PARSER_VERSION, inherited, restriction_levels
from governance.consent.own_sources import read_slice
from governance.consent.snapshots import Found, Refused, Snapshot
from governance.consent.vocabulary import RESTRICTIONS
from governance.errors import BadInput
from governance.mapping import Batch

FORMAT = 1
"""Goes up when parts are written differently, so that old ones are not taken for new."""
CACHED = 50_000
"""Texts whose levels a worker remembers."""
CODES: dict[str, str] = {level: level[0] for level in RESTRICTIONS}
LEVELS = {code: level for level, code in CODES.items()}
PART = {
    "domain": pl.String(),
    "observed": pl.Date(),
    "content_hash": pl.String(),
    "levels": pl.String(),
    "paper": pl.String(),
    "inherited": pl.String(),
    "problem": pl.String(),
    "place": pl.String(),
    "n": pl.Int64(),
}
"""Columns of a part; a row is either a snapshot or a reason with how often it came up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says to the agents, a letter each, in their order.

    Args:
        content_hash: SHA-256 of the bytes; ``None`` where the host could not be reached.
        levels: By RFC 9309.
        paper: By the published rule.
        inherited: ``1`` where the level is taken over from ``*``.
    """

    content_hash: str | None
    levels: str
    paper: str
    inherited: str


_MEMORY: dict[str, dict[bytes, Reading]] = {}
"""What this process has read, by the observer's version; of one version only."""


@dataclass(frozen=True)
class Observer:
    """Turns batches into parts; a text that was seen before is not read again.

    Args:
        agents: Product tokens, in the order of the letters.
        default: The day of a snapshot without one; such a snapshot is refused where it is ``None``.
    """

    agents: tuple[str, ...]
    default: date | None = None
    _known: dict[bytes, Reading] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Take up what this process has read for the same question: each batch brings a copy of its own."""
        if self.version not in _MEMORY:
            _MEMORY.clear()
        object.__setattr__(self, "_known", _MEMORY.setdefault(self.version, {}))

    def __reduce__(self) -> tuple[type[Observer], tuple[tuple[str, ...], date | None]]:
        return Observer, (self.agents, self.default)

    @property
    def version(self) -> str:
        """Name all that changes what comes out."""
        return f"observations {FORMAT}; {PARSER_VERSION}; {self.default}; {','.join(self.agents)}"

    def __call__(self, batch: Batch) -> pl.DataFrame:
        """Read a batch to one part."""
        return self.part(found for piece in batch for found in read_slice(piece))

    def part(self, found: Iterable[Snapshot | Refused]) -> pl.DataFrame:
        """Read snapshots to one part."""
        columns: dict[str, list[object]] = {name: [] for name in PART if name not in ("problem", "place", "n")}
        reasons: Counter[str] = Counter()
        places: dict[str, str] = {}
        for one in found:
            if isinstance(one, Snapshot) and one.observed is None and self.default is None:
                one = Refused(reason="no date", place=one.domain)
            if isinstance(one, Refused):
                reasons[one.reason] += 1
                places.setdefault(one.reason, one.place)
                continue
            reading = self.read(one.content)
            columns["domain"].append(one.domain)
            columns["observed"].append(one.observed or self.default)
            columns["content_hash"].append(reading.content_hash)
            columns["levels"].append(reading.levels)
            columns["paper"].append(reading.paper)
            columns["inherited"].append(reading.inherited)
        kept = pl.DataFrame(columns, schema={name: PART[name] for name in columns})
        refused = pl.DataFrame(
            {"problem": list(reasons), "place": [places[one] for one in reasons], "n": list(reasons.values())},
            schema={name: PART[name] for name in ("problem", "place", "n")},
        )
        return pl.concat([kept, refused], how="diagonal").select(list(PART))

    def read(self, content: bytes | None) -> Reading:
        """Read one text; ``None`` stands for a host that cannot be reached, which is closed until it answers."""
        if content is None:
            everyone = CODES["full"] * len(self.agents)
            return Reading(None, everyone, CODES["none"] * len(self.agents), "1" * len(self.agents))
        digest = hashlib.sha256(content)
        key = digest.digest()
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= CACHED:
                self._known.clear()
            known = self._known[key] = self._read(content, digest.hexdigest())
        return known

    def _read(self, content: bytes, content_hash: str) -> Reading:
        levels, paper = (restriction_levels(content, self.agents, mode) for mode in ("rfc", "paper"))
        taken = inherited(content, self.agents, "rfc")
        return Reading(
            content_hash,
            "".join(CODES[levels[agent]] for agent in self.agents),
            "".join(CODES[paper[agent]] for agent in self.agents),
            "".join("1" if agent in taken else "0" for agent in self.agents),
        )


def observer(agents: Sequence[str], default: date | None = None) -> Observer:
    """Make an observer.

    Raises:
        BadInput: No agent is named, or one is no product token.

    >>> observer(["GPTBot"]).part([]).height
    0
    """
    named = tuple(dict.fromkeys(agents))
    if not named:
        raise BadInput("no agent is named", "agents", "name at least one, such as GPTBot")
    for agent in named:
        if not agent or not agent.isprintable() or "," in agent or len(agent) > 200:
            raise BadInput(f"'{agent:.80}' is no product token", "agents", "write it as in robots.txt, such as GPTBot")
    return Observer(named, default)


def snapshots_of(parts: Sequence[Path] | pl.DataFrame, domains: Sequence[str] | None = None) -> pl.DataFrame:
    """Give the last snapshot of each host in each month, one row each, sorted.

    Args:
        parts: Files of parts, or one part in memory.
        domains: Only these; by default all.

    Returns:
        Columns domain, month (its first day), observed, content_hash, levels, paper, inherited.
    """
    lazy = parts.lazy() if isinstance(parts, pl.DataFrame) else pl.scan_parquet(sorted(parts))
    found = lazy.filter(pl.col("domain").is_not_null())
    if domains is not None:
        found = found.filter(pl.col("domain").is_in(pl.Series(domains, dtype=pl.String).implode()))
    order = ("domain", "observed", "content_hash")
    return (
        found.select(*order[:1], pl.col("observed").dt.truncate("1mo").alias("month"), *list(PART)[1:6])
        .sort(order, nulls_last=False)
        .unique(["domain", "month"], keep="last", maintain_order=True)
        .collect()
    )


def observations(snapshots: pl.DataFrame, agents: Sequence[str], parser_version: str = PARSER_VERSION) -> pl.DataFrame:
    """Open snapshots up to a row an agent.

    Args:
        snapshots: From `snapshots_of`.
        agents: All that were read for, in that order.
        parser_version: The reader's.

    Returns:
        Columns domain, month, agent, restriction, paper_restriction, inherited, content_hash, parser_version, sorted
        by the first two and then in the order of the agents.
    """
    letters = [pl.col(name).str.extract_all(".") for name in ("levels", "paper", "inherited")]
    levels = pl.Enum(list(RESTRICTIONS))
    return (
        snapshots.lazy()
        .with_columns(*letters, agent=pl.lit(pl.Series([list(agents)])))
        .explode("levels", "paper", "inherited", "agent")
        .select(
            "domain",
            "month",
            pl.col("agent").cast(pl.Enum(list(agents))),
            pl.col("levels").replace_strict(LEVELS, return_dtype=levels).alias("restriction"),
            pl.col("paper").replace_strict(LEVELS, return_dtype=levels).alias("paper_restriction"),
            (pl.col("inherited") == "1").alias("inherited"),
            "content_hash",
            pl.lit(parser_version).alias("parser_version"),
        )
        .collect()
    )


def refused_of(parts: Sequence[Path] | pl.DataFrame) -> pl.DataFrame:
    """Count the records that gave no snapshot, by reason, each with the first place in the order of their names."""
    lazy = parts.lazy() if isinstance(parts, pl.DataFrame) else pl.scan_parquet(sorted(parts))
    found = lazy.filter(pl.col("problem").is_not_null())
    return found.group_by("problem").agg(pl.col("n").sum(), pl.col("place").min()).sort("problem").collect()


def observe(found: Found, agents: Sequence[str], default: date | None = None) -> pl.DataFrame:
    """Read snapshots held in memory to one part, as a page does with what was pasted."""
    return observer(agents, default).part(found)
