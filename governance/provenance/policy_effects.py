"""What a licence policy does to the numbers: counts by class, and which datasets another policy would move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import duckdb
from pydantic import BaseModel

from governance.catalogue.vocabulary import USE_CLASSES, UseClass
from governance.provenance.lineage import LineageGraph, effective_of_all, load_graph
from governance.provenance.policies import Policy

Uses = dict[str, tuple[UseClass, UseClass]]


class PolicyCounts(BaseModel, frozen=True):
    """How many datasets a policy puts into each class.

    Args:
        policy: Its id.
        n: Datasets of the snapshot.
        licence_use: Datasets by class of their own licences.
        effective_use: The same once lineage counts.
    """

    policy: str
    n: int
    licence_use: dict[str, int]
    effective_use: dict[str, int]


class Moved(BaseModel, frozen=True):
    """A dataset that another policy puts into another class."""

    id: str
    name: str
    own_before: UseClass
    own_after: UseClass
    effective_before: UseClass
    effective_after: UseClass


class PolicyPreview(BaseModel, frozen=True):
    """What changes when one policy takes the place of another.

    Args:
        snapshot: State of the audit.
        before: Counts under the one.
        after: Counts under the other.
        own_changed: Datasets whose own class changes, a count.
        effective_changed: Datasets whose effective class changes, a count.
        moved: Every dataset that changes either, by name.
    """

    snapshot: str
    before: PolicyCounts
    after: PolicyCounts
    own_changed: int
    effective_changed: int
    moved: tuple[Moved, ...]


def policy_counts(
    connection: duckdb.DuckDBPyConnection, policies: Iterable[Policy], snapshot: str = "current"
) -> tuple[PolicyCounts, ...]:
    """Count the datasets of a snapshot by class, under each policy.

    Args:
        connection: An open catalogue.
        policies: The policies, own ones among them.
        snapshot: State of the audit.
    """
    graph = load_graph(connection, snapshot)
    return tuple(_counts(policy, _uses(connection, graph, policy)) for policy in policies)


def policy_preview(
    connection: duckdb.DuckDBPyConnection, before: Policy, after: Policy, snapshot: str = "current"
) -> PolicyPreview:
    """Tell which datasets change class when a policy takes the place of another.

    Args:
        connection: An open catalogue.
        before: The policy to compare with.
        after: The policy to look at; it need not be saved.
        snapshot: State of the audit.
    """
    graph = load_graph(connection, snapshot)
    old, new = _uses(connection, graph, before), _uses(connection, graph, after)
    moved = sorted(
        (
            Moved(
                id=key,
                name=graph.labels[graph.number[key]],
                own_before=old[key][0],
                own_after=own,
                effective_before=old[key][1],
                effective_after=effective,
            )
            for key, (own, effective) in new.items()
            if old[key] != (own, effective)
        ),
        key=lambda one: (one.name.casefold(), one.id),
    )
    return PolicyPreview(
        snapshot=snapshot,
        before=_counts(before, old),
        after=_counts(after, new),
        own_changed=sum(one.own_before != one.own_after for one in moved),
        effective_changed=sum(one.effective_before != one.effective_after for one in moved),
        moved=tuple(moved),
    )


def _uses(connection: duckdb.DuckDBPyConnection, graph: LineageGraph, policy: Policy) -> Uses:
    everything = effective_of_all(connection, graph, policy)
    own = everything.own
    effective = everything.use[graph.number.codes_at(own.ids)].tolist()
    pairs = (
        (own.distinct[code].use, USE_CLASSES[use]) for code, use in zip(own.codes.tolist(), effective, strict=True)
    )
    return dict(zip(own.ids, pairs, strict=True))


def _counts(policy: Policy, uses: Uses) -> PolicyCounts:
    own, effective = (Counter(pair[at] for pair in uses.values()) for at in (0, 1))
    return PolicyCounts(
        policy=policy.id,
        n=len(uses),
        licence_use={use: own[use] for use in USE_CLASSES},
        effective_use={use: effective[use] for use in USE_CLASSES},
    )
