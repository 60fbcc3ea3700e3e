"""What a reader must know before believing a rating, in words."""

from __future__ import annotations

from governance.evaluation.ratings.batch import RIDGE
from governance.evaluation.ratings.estimators import Estimated
from governance.evaluation.ratings.rating import Settings
from governance.evaluation.ratings.votes import Votes

ENOUGH_CLUSTERS = 30
NAMED = 5


def cautions(votes: Votes, settings: Settings, found: Estimated) -> tuple[str, ...]:
    """Say what is odd about the votes or their rating."""
    return tuple(text for text in (
        _alike(found, settings), _parts(found), _prior(found), _hard(found, settings),
        _gone(votes), _few_clusters(votes), _alone(votes), _unmet(votes, settings), _order(settings),
    ) if text)  # fmt: skip


def _alike(found: Estimated, settings: Settings) -> str | None:
    if settings.interval is None or found.low is not None:
        return None
    return (
        "Every resample gives the same scores: the votes are too few, or all alike, to say how sure these are, so no "
        "interval is given."
    )


def _parts(found: Estimated) -> str | None:
    sizes = [int((found.part == number).sum()) for number in range(len(found.prior))]
    if len(sizes) == 1:
        return None
    few = len(sizes) <= NAMED
    listed = f"{', '.join(map(str, sizes[: NAMED - 1] if not few else sizes[:-1]))} and {sizes[-1] if few else 'fewer'}"
    return (
        f"The battles fall into {len(sizes)} parts, of {listed} models, between which nobody met: ranks are within a "
        "part, and scores of different parts cannot be compared."
    )


def _prior(found: Estimated) -> str | None:
    if not any(found.prior):
        return None
    return (
        "Some models never lost, or never won, against the rest, which puts their skill at infinity: a prior that a "
        f"model is average, worth {RIDGE:g} votes, keeps it finite. Read the score of such a model as 'at least', or "
        "'at most'."
    )


def _hard(found: Estimated, settings: Settings) -> str | None:
    if not found.hard or any(found.prior):
        return None
    return (
        f"In {found.hard:,} of {settings.resamples:,} resamples some model never lost or never won; the same small "
        "prior kept them finite, so the far ends of the widest intervals are its choice."
    )


def _gone(votes: Votes) -> str | None:
    if not votes.gone:
        return None
    listed = ", ".join(votes.gone[:NAMED]) + (", …" if len(votes.gone) > NAMED else "")
    return f"Not rated, for all their votes were left out: {listed}."


def _few_clusters(votes: Votes) -> str | None:
    if votes.clusters is None or votes.clusters.shape[0] >= ENOUGH_CLUSTERS:
        return None
    return f"Only {votes.clusters.shape[0]} clusters: below about {ENOUGH_CLUSTERS}, intervals tend to be too narrow."


def _alone(votes: Votes) -> str | None:
    return f"{votes.alone:,} votes are of no known cluster and stand each for itself." if votes.alone else None


def _unmet(votes: Votes, settings: Settings) -> str | None:
    if settings.method not in ("winrate", "borda"):
        return None
    size = len(votes.models)
    pairs, met = size * (size - 1) // 2, len(votes.cells().first)
    if met == pairs:
        return None
    return f"{pairs - met:,} of {pairs:,} pairs never met: models are compared over different opponents."


def _order(settings: Settings) -> str | None:
    if settings.method != "elo":
        return None
    return "Elo depends on the order of the battles; its interval does not say by how much."
