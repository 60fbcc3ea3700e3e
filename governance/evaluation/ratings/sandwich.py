"""The robust variance of Bradley-Terry and Davidson skills."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from governance.evaluation.ratings.cells import Floats, Numbers
from governance.evaluation.ratings.votes import SECOND, TIE, Votes


def covariance(votes: Votes, members: Numbers, skill: Floats, log_nu: float | None, ridge: float) -> Floats:
    """Give the robust covariance of the skills of one part of the comparison graph.

    It holds whether or not the model does: the curvature of the likelihood twice around the variance of the votes'
    scores. With clusters, the scores of a cluster are added up first, and G/(G-1) corrects for their number.

    Args:
        votes: All votes; with clusters where these go together.
        members: Numbers of the part's models.
        skill: Their skills.
        log_nu: Logarithm of Davidson's parameter; ``None``: Bradley-Terry.
        ridge: Weight of the prior of the fit.

    Returns:
        Covariance in squared logits, shape (members, members); rows and columns sum to 0.

    Source: Huber 1967; White 1982; for clusters Liang and Zeger 1986.
    """
    place = np.full(len(votes.models), -1)
    place[members] = np.arange(len(members))
    cells = np.flatnonzero(place[votes.first] >= 0)
    a, b = place[votes.first[cells]], place[votes.second[cells]]
    outcome, weight = votes.outcome[cells], votes.weight[cells]
    gap = skill[a] - skill[b]
    nu = 0.0 if log_nu is None else np.exp(log_nu)
    below = np.exp(gap / 2) + np.exp(-gap / 2) + nu
    win, tie = np.exp(gap / 2) / below, nu / below
    seen = np.where(outcome == TIE, 0.0, np.where(outcome == SECOND, -0.5, 0.5))
    mean = (2 * win + tie - 1) / 2
    rows = np.arange(len(cells))
    size = len(members) + (log_nu is not None)
    parts = [(rows, a, weight * (seen - mean)), (rows, b, -weight * (seen - mean))]
    if log_nu is not None:
        parts.append((rows, np.full(len(cells), size - 1), weight * ((outcome == TIE) - tie)))
    row, column, value = (np.concatenate(one) for one in zip(*parts, strict=True))
    scores = csr_array((value, (row, column)), shape=(len(cells), size))
    if votes.clusters is None:
        meat = (scores.T @ scores.multiply(votes.count[cells][:, None]).tocsr()).toarray()
    else:
        summed = votes.clusters[:, cells] @ scores
        groups = int((np.diff(votes.clusters[:, cells].tocsr().indptr) > 0).sum())
        meat = (summed.T @ summed).toarray() * groups / max(groups - 1, 1)
    bread = _curvature(a, b, weight * votes.count[cells], win, tie, len(members), davidson=log_nu is not None)
    inverse = np.linalg.inv(bread + ridge * np.eye(size) + _gauge(size, len(members)))
    whole = inverse @ meat @ inverse
    found: Floats = whole[: len(members), : len(members)]
    return found


def _gauge(size: int, models: int) -> Floats:
    gauge = np.zeros((size, size))
    gauge[:models, :models] = 1 / models
    return gauge


def _curvature(
    a: Numbers, b: Numbers, games: Floats, win: Floats, tie: Floats, models: int, *, davidson: bool
) -> Floats:
    gap = 2 * win + tie - 1
    size = models + davidson
    bread = np.zeros((size, size))
    spread = games * (1 - tie - gap**2) / 4
    for x, y, sign in ((a, a, 1), (b, b, 1), (a, b, -1), (b, a, -1)):
        np.add.at(bread, (x, y), sign * spread)
    if davidson:
        cross = -games * gap * tie / 2
        np.add.at(bread, (a, np.full(len(a), models)), cross)
        np.add.at(bread, (b, np.full(len(b), models)), -cross)
        bread[models, :models] = bread[:models, models]
        bread[models, models] = (games * tie * (1 - tie)).sum()
    return bread
