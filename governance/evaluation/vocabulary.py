"""Closed words of evaluation: checks, help texts, options and widgets derive from these."""

from __future__ import annotations

from typing import Literal, get_args

Format = Literal["battles", "scores", "predictions"]
"""What a file of an evaluation holds: votes on pairs, figures of models, or answers to items."""
FORMATS: tuple[Format, ...] = get_args(Format)

Outcome = Literal["a", "b", "tie", "both_bad"]
"""Who won a battle; both bad is kept apart from a tie, though a rating may count them alike."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

JudgeKind = Literal["human", "model"]

Better = Literal["higher", "lower"]
"""Which way a score is better."""
BETTERS: tuple[Better, ...] = get_args(Better)

Method = Literal["bt", "elo", "winrate", "borda"]
"""How battles become a ranking: Bradley-Terry, Elo, mean win rate, Borda count."""

Ties = Literal["half", "davidson", "drop"]
"""What a tie counts: half a win for each, an outcome of its own (Davidson 1970), or nothing."""

Interval = Literal["bootstrap", "cluster", "sandwich", "wilson"]
"""Where an interval comes from: votes drawn again, whole clusters drawn again, a robust variance, or (of a win rate)
Wilson's formula."""

Cluster = Literal["judge", "prompt"]
"""What makes votes go together."""
CLUSTERS: tuple[Cluster, ...] = get_args(Cluster)

Annotation = Literal[
    "human", "expert", "derived", "automatic", "automatic_reviewed", "model_generated", "model_generated_reviewed"
]
"""Who or what made the labels of a benchmark; derived: they follow from the texts, such as a star rating."""

Translated = Literal["native", "translated"]
"""Whether the texts of a benchmark were written in its languages or came there by translation."""

Missing = Literal["complete", "present"]
"""How missing scores are met: only tasks that all compared models have, or each task ranks those that it has."""
MISSINGS: tuple[Missing, ...] = get_args(Missing)

Aggregate = Literal["borda", "mean"]
"""How scores on many tasks become one ranking of models."""
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
