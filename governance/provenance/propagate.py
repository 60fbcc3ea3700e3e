"""Carry terms down the lineage: each node's strictest class over itself and all it derives from.

A search from the strictest class downwards settles each node at its first visit, so cycles and
self-loops need no care. Time is linear in nodes and edges; beside the graph and the result it
holds 9 bytes a node.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from governance.catalogue.compiled import compiled
from governance.errors import BadInput

COMPILED_FROM_SIZE = 100_000
"""Nodes plus edges above which loading the compiler (half a second) pays."""

Classes = NDArray[np.int8]
Nodes = NDArray[np.int32]
Numbers = NDArray[Any] | list[int]


class Children(NamedTuple):
    """A graph by parent: the children of node ``i`` are ``children[offsets[i]:offsets[i + 1]]``."""

    offsets: Nodes
    children: Nodes


class Propagation(NamedTuple):
    """What reaches each node.

    Args:
        effective: The strictest class over a node and all its ancestors.
        via: The parent it came through, -1 where it is the node's own. Following it takes the
            fewest steps to a node of that class; of equally short ways the parent numbered lowest.
    """

    effective: Classes
    via: Nodes


def to_csr(n: int, parents: NDArray[np.integer], children: NDArray[np.integer]) -> Children:
    """Group edges by parent.

    Args:
        n: Number of nodes; they are numbered from 0.
        parents: For each edge the node that is derived from.
        children: For each edge the node that derives from it.

    Raises:
        BadInput: The ends differ in number, or name a node that does not exist.

    >>> to_csr(3, np.array([2, 0, 2]), np.array([1, 1, 0]))
    Children(offsets=array([0, 1, 1, 3], dtype=int32), children=array([1, 1, 0], dtype=int32))
    """
    if parents.size != children.size:
        raise _bad(f"{parents.size:,} parents and {children.size:,} children", "give both ends of each edge")
    if any(ends.dtype.kind not in "iu" for ends in (parents, children)):
        raise _bad("the ends of the edges are not whole numbers", "give node numbers")
    if parents.size > np.iinfo(np.int32).max or n > np.iinfo(np.int32).max:
        raise _bad(f"{n:,} nodes and {parents.size:,} edges", "split the graph: at most 2,147,483,647 of each")
    for ends in (parents, children):
        if ends.size and (ends.min() < 0 or ends.max() >= n):
            raise _bad(f"an edge names a node outside 0 to {n - 1}", "number the nodes from 0")
    offsets = np.zeros(n + 1, dtype=np.int32)
    np.cumsum(np.bincount(parents, minlength=n), out=offsets[1:])
    if n + parents.size < COMPILED_FROM_SIZE:
        return Children(offsets, children[np.argsort(parents, kind="stable")].astype(np.int32))
    grouped = np.empty(parents.size, dtype=np.int32)
    _group_compiled()(parents, children, offsets[:-1].copy(), grouped)
    return Children(offsets, grouped)


def propagate(
    strength: NDArray[np.integer], offsets: NDArray[np.integer], children: NDArray[np.integer]
) -> Propagation:
    """Give each node the strictest class over itself and all it derives from.

    The result depends on the graph only, not on the order of its edges.

    Args:
        strength: Each node's own class, 0 to 127; larger is stricter. A yes or no is 0 or 1.
        offsets: Where each node's children start, and the end; see `to_csr`.
        children: The children of all nodes.

    Raises:
        BadInput: The arrays do not fit each other.

    >>> effective, via = propagate(np.array([3, 0, 1]), *to_csr(3, np.array([0, 1]), np.array([1, 2])))
    >>> effective.tolist(), via.tolist()
    ([3, 3, 3], [-1, 0, 1])
    """
    _check(strength, offsets, children)
    size = strength.size
    effective, via = np.full(size, -1, dtype=np.int8), np.full(size, -1, dtype=np.int32)
    own = strength.astype(np.int8)
    if size + children.size >= COMPILED_FROM_SIZE:
        steps, queue = np.zeros(size, dtype=np.int32), np.empty(size, dtype=np.int32)
        _spread_compiled()(own, offsets, children, effective, via, steps, queue)
        return Propagation(effective, via)
    found, through = effective.tolist(), via.tolist()
    _spread(own.tolist(), offsets.tolist(), children.tolist(), found, through, [0] * size, [0] * size)
    return Propagation(np.array(found, dtype=np.int8), np.array(through, dtype=np.int32))


def path(via: NDArray[np.integer], node: int) -> list[int]:
    """Walk from a node to the one that decides its class; a node that decides its own stands alone.

    Raises:
        BadInput: There is no such node, or ``via`` is not what `propagate` gave.

    >>> path(np.array([-1, 0, 1]), 2)
    [2, 1, 0]
    """
    if not 0 <= node < via.size:
        raise _bad(f"there is no node {node}", f"use 0 to {via.size - 1}")
    walked = [node]
    while (before := int(via[walked[-1]])) >= 0:
        walked.append(before)
        if len(walked) > via.size:
            raise _bad("the way back from a node never ends", "pass the via of propagate unchanged")
    return walked


def ends(via: NDArray[np.integer]) -> Nodes:
    """Give for each node the last of its `path`, the one that decides its class.

    >>> ends(np.array([-1, 0, 1])).tolist()
    [0, 0, 0]
    """
    found = np.where(via < 0, np.arange(via.size), via).astype(np.int32)
    while (further := found[found]).tobytes() != found.tobytes():
        found = further
    return found


def paths(via: NDArray[np.integer], nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
    """Give the `path` of each of many nodes, one after the other: whose it is (its place in ``nodes``), and each step.

    >>> paths(np.array([-1, 0, 1]), np.array([2, 0]))
    (array([0, 0, 0, 1]), array([2, 1, 0, 0]))
    """
    whose, steps = [np.arange(nodes.size)], [nodes]
    while steps[-1].size:
        before = via[steps[-1]]
        whose.append(whose[-1][before >= 0])
        steps.append(before[before >= 0])
    joined = np.concatenate(whose)
    order = np.argsort(joined, kind="stable")
    return joined[order], np.concatenate(steps)[order]


def _spread(
    own: Numbers, offsets: Numbers, children: Numbers, effective: Numbers, via: Numbers, steps: Numbers, queue: Numbers
) -> None:
    strictest = 0
    for level in own:
        strictest = max(strictest, level)
    for level in range(strictest, -1, -1):
        end = 0
        for node in range(len(own)):
            if own[node] == level and effective[node] < 0:
                effective[node] = level
                queue[end] = node
                end += 1
        at = 0
        while at < end:
            parent = queue[at]
            at += 1
            for edge in range(offsets[parent], offsets[parent + 1]):
                child = children[edge]
                if effective[child] < 0:
                    effective[child] = level
                    via[child] = parent
                    steps[child] = steps[parent] + 1
                    queue[end] = child
                    end += 1
                elif effective[child] == level and steps[child] == steps[parent] + 1 and parent < via[child]:
                    via[child] = parent


def _group(parents: Numbers, children: Numbers, places: Numbers, grouped: Numbers) -> None:
    for edge in range(len(parents)):
        parent = parents[edge]
        grouped[places[parent]] = children[edge]
        places[parent] += 1


@cache
def _spread_compiled() -> Callable[..., None]:
    return compiled(_spread)


@cache
def _group_compiled() -> Callable[..., None]:
    return compiled(_group)


def _check(strength: NDArray[np.integer], offsets: NDArray[np.integer], children: NDArray[np.integer]) -> None:
    if any(array.dtype.kind not in "iu" for array in (strength, offsets, children)):
        raise _bad("an array does not hold whole numbers", "give integers")
    if strength.size and (strength.min() < 0 or strength.max() > np.iinfo(np.int8).max):
        raise _bad(f"classes from {strength.min()} to {strength.max()}", "use 0 to 127")
    fits = offsets.size == strength.size + 1 and offsets[0] == 0 and offsets[-1] == children.size
    if not fits or (np.diff(offsets) < 0).any():
        raise _bad("the offsets do not fit the nodes and their children", "make them with to_csr")
    if children.size and (children.min() < 0 or children.max() >= strength.size):
        raise _bad(f"a child is outside 0 to {strength.size - 1}", "make the children with to_csr")


def _bad(what: str, fix: str) -> BadInput:
    return BadInput(what, "lineage graph", fix)
