"""A toy of sparsity: prune a small matrix by magnitude and see what of it is left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from governance.errors import BadInput

Floats = NDArray[np.float64]
PruneBy = Literal["magnitude", "random"]
PRUNE_BY: tuple[PruneBy, ...] = get_args(PruneBy)
SPARSITIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
MOST = 1_000_000
"""Numbers of a matrix."""


class PrunePoint(BaseModel, frozen=True):
    """A matrix at one sparsity.

    Args:
        method: How it was pruned.
        asked: Sparsity asked for, 0 to 1.
        sparsity: Share of zeros that there are, 0 to 1.
        kept: Numbers left, a count.
        error: Norm of what was taken over the norm of all, 0 to 1.
        output_error: The same of the output for random inputs, mean over them.
    """

    method: PruneBy
    asked: float
    sparsity: float
    kept: int
    error: float
    output_error: float


def prune(matrix: Floats, sparsity: float, by: PruneBy = "magnitude", *, seed: int = 0) -> Floats:
    """Set the smallest numbers of a matrix to 0, or random ones.

    Args:
        matrix: Any shape.
        sparsity: Share set to 0, 0 to 1, rounded down to whole numbers.
        by: The smallest in size; of equals those that come first.
        seed: Of a random choice.

    Raises:
        BadInput: The share is out of range, or the matrix is empty, too big or not finite.

    >>> prune(np.array([[3.0, -1.0], [2.0, 4.0]]), 0.5).tolist()
    [[3.0, 0.0], [0.0, 4.0]]
    """
    if not 0 <= sparsity <= 1:
        raise BadInput(f"a sparsity of {sparsity}", "sparsity", "use a number from 0 to 1")
    if not 1 <= matrix.size <= MOST or not np.isfinite(matrix).all():
        raise BadInput(f"a matrix of {matrix.size:,} numbers", "matrix", f"give 1 to {MOST:,} finite numbers")
    many = int(np.floor(sparsity * matrix.size + 1e-9))
    order = (
        np.argsort(np.abs(matrix), axis=None, kind="stable")
        if by == "magnitude"
        else np.random.default_rng(seed).permutation(matrix.size)
    )
    left = matrix.copy()
    left.flat[order[:many]] = 0.0
    return left


def prune_curve(
    matrix: Floats, sparsities: Sequence[float] = SPARSITIES, *, methods: Sequence[PruneBy] = PRUNE_BY, seed: int = 0
) -> list[PrunePoint]:
    """Prune a matrix at several sparsities and measure what is lost.

    The error by magnitude is the least that any choice of the same count can have, by this norm; it says nothing of
    a trained network's accuracy.

    Args:
        matrix: Two dimensions.
        sparsities: From 0 to 1.
        methods: Compared.
        seed: Of the random choice and of the inputs.

    Raises:
        BadInput: The matrix has other dimensions or is all zeros.
    """
    if matrix.ndim != 2 or not np.any(matrix):
        raise BadInput(f"an array of {matrix.ndim} dimensions", "matrix", "give rows and columns, not all zeros")
    inputs = np.random.default_rng(seed).standard_normal((matrix.shape[1], 64))
    whole, output = float(np.linalg.norm(matrix)), matrix @ inputs
    found = []
    for method in methods:
        for sparsity in sparsities:
            left = prune(matrix, sparsity, method, seed=seed)
            lost = np.linalg.norm(output - left @ inputs, axis=0) / np.linalg.norm(output, axis=0)
            found.append(PrunePoint(
                method=method, asked=sparsity, sparsity=float((left == 0).mean()), kept=int(np.count_nonzero(left)),
                error=float(np.linalg.norm(matrix - left)) / whole, output_error=float(lost.mean()),
            ))  # fmt: skip
    return found


def toy_matrix(rows: int = 64, columns: int = 64, *, heavy: float = 0.0, seed: int = 0) -> Floats:
    """Draw a toy matrix: normal numbers, some of them made larger.

    Args:
        rows: 2 to 500.
        columns: 2 to 500.
        heavy: Share of numbers that are ten times larger, 0 to 1: what magnitude can exploit.
        seed: Of the draws.

    Raises:
        BadInput: A size is out of range.
    """
    if not 2 <= rows <= 500 or not 2 <= columns <= 500 or not 0 <= heavy <= 1:
        raise BadInput(f"{rows:,} × {columns:,} with {heavy} heavy", "matrix", "use 2 to 500, and a share from 0 to 1")
    rng = np.random.default_rng(seed)
    matrix: Floats = rng.standard_normal((rows, columns))
    matrix[rng.random((rows, columns)) < heavy] *= 10
    return matrix
