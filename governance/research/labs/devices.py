"""Devices against seeds: does another chip change the gaps between groups more than another seed does?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations, product
from math import comb, factorial

import numpy as np
import polars as pl

from governance.errors import BadInput
from governance.research.labs.grid import Floats, Ints, grid_of
from governance.research.labs.lab import Lab, LabFigure, LabResult, Number, Setting, Settings, number, text
from governance.research.labs.reading import need_column

POINTS = 100
EXACT = 2000
SHIFT = 0.10
"""Planted: what device B takes from the rare group, as a share."""


def spread_between(values: Floats, devices: Ints) -> float:
    """Give the variance of the device means of each column, summed over the columns.

    Args:
        values: Shape (runs, columns).
        devices: A run, the number of its device.
    """
    means = np.stack([values[devices == one].mean(axis=0) for one in np.unique(devices)])
    return float(means.var(axis=0, ddof=1).sum())


def dealt(devices: Ints, blocks: Ints | None, tries: int, seed: int) -> tuple[Iterator[Ints], int, bool]:
    """Deal devices to runs anew, all ways where they are few; within a seed where every seed ran on every device.

    Args:
        devices: A run, the number of its device.
        blocks: A run, the number of its seed; ``None``: seeds differ by device.
        tries: Random ways, where not all are tried.
        seed: Of them.

    Returns:
        The ways, how many, and whether these are all.
    """
    rng = np.random.default_rng(seed)
    if blocks is not None:
        places = [np.flatnonzero(blocks == one) for one in np.unique(blocks)]
        total = factorial(places[0].size) ** len(places)
        if total <= EXACT:
            orders = product(permutations(range(places[0].size)), repeat=len(places))
            return (_within(devices, places, order) for order in orders), total, True
        return (
            _within(devices, places, [rng.permutation(places[0].size) for _ in places]) for _ in range(tries)
        ), tries, False  # fmt: skip
    first = int((devices == devices[0]).sum())
    if np.unique(devices).size == 2 and comb(devices.size, first) <= EXACT:
        other = next(one for one in np.unique(devices) if one != devices[0])
        ways = combinations(range(devices.size), first)
        return (_chosen(way, devices[0], other, devices.size) for way in ways), comb(devices.size, first), True
    return (rng.permutation(devices) for _ in range(tries)), tries, False


def _within(devices: Ints, places: list[Ints], orders: object) -> Ints:
    found = devices.copy()
    for place, order in zip(places, orders, strict=True):  # type: ignore[call-overload]
        found[place] = devices[place][list(order)]
    return found


def _chosen(way: tuple[int, ...], one: int, other: int, size: int) -> Ints:
    found = np.full(size, other)
    found[list(way)] = one
    return found


def device_test(values: Floats, devices: Ints, blocks: Ints | None, tries: int, seed: int) -> tuple[float, int, bool]:
    """Ask whether devices differ more than where they are dealt to runs at random.

    Args:
        values: Shape (runs, columns).
        devices: A run, the number of its device.
        blocks: A run, the number of its seed where every seed ran on every device.
        tries: Random ways.
        seed: Of them.

    Returns:
        p (one-sided), ways, whether these are all.
    """
    seen = spread_between(values, devices)
    ways, count, exact = dealt(devices, blocks, tries, seed)
    more = sum(spread_between(values, way) >= seen * (1 - 1e-9) for way in ways)
    return (more / count if exact else (1 + more) / (1 + count)), count, exact


def _run(frame: pl.DataFrame, settings: Settings, seed: int) -> LabResult:
    by = text(settings, "by")
    if by == "group":
        need_column(frame, "group", "predictions", "the gaps between groups")
    grid = grid_of(frame)
    names, devices = np.unique(grid.devices, return_inverse=True)
    if names.size < 2:
        raise BadInput("there is one device only", "predictions, column device", "give runs on two devices or more")
    if np.bincount(devices).min() < 2:
        raise BadInput("a device has one run only", "predictions, column run", "give each device two runs or more")
    parts = grid.groups if by == "group" else grid.classes
    groups = np.unique(parts)
    if groups.size < 2:
        raise BadInput(f"there is one {by} only", "predictions", "give two or more of them")
    right = grid.right.astype(float)
    overall = right.mean(axis=0)
    by_group = np.stack([right[parts == one].mean(axis=0) for one in groups], axis=1)
    gaps = by_group - overall[:, None]
    seeds, blocks = np.unique(grid.runs, return_inverse=True)
    crossed = seeds.size * names.size == len(grid.runs)
    tries = int(number(settings, "permutations"))
    p_gap, ways, exact = device_test(gaps, devices, blocks if crossed else None, tries, seed)
    p_all, _, _ = device_test(overall[:, None], devices, blocks if crossed else None, tries, seed)
    # Where the seeds are crossed, what a seed does everywhere is no part of the noise.
    usual = np.stack([gaps[blocks == one].mean(axis=0) for one in range(seeds.size)])[blocks]
    clean = gaps - usual if crossed else gaps
    table = pl.concat([
        pl.DataFrame({by: [str(one) for one in groups]}), _table(clean, gaps, devices, crossed),
        pl.DataFrame({"accuracy": by_group.mean(axis=0)}),
    ], how="horizontal")  # fmt: skip
    least = 1 / ways if exact else 1 / (ways + 1)
    told = "changes the gaps more than seeds do" if p_gap <= 0.05 else "is not told from seeds in the gaps"
    if least > 0.05:
        told = f"cannot be told from seeds with so few runs (p is at least {least:.2f})"
    far = table.sort("device range", by, descending=[True, False]).row(0, named=True)
    answer = (
        f"The device {told} (p = {p_gap:.3f}); the gap of '{far[by]}' moves by {far['device range']:.1f} points "
        f"between devices, seeds have an SD of {far['seed SD']:.1f}"
    )
    means = pl.DataFrame([
        {by: str(group), "device": str(name), "gap": POINTS * float(gaps[devices == at, column].mean()),
         "accuracy": float(by_group[devices == at, column].mean())}
        for column, group in enumerate(groups) for at, name in enumerate(names)
    ])  # fmt: skip
    return LabResult(
        answer=f"{answer}.",
        figures=(LabFigure(
            title=f"Gap of each {by} to the average by device, points", table=means, chart="bars", x="gap", y=by,
            series="device", x_title="accuracy less the average, points", alt=answer, reference=0.0,
        ),),
        numbers=(
            Number(f"p of the gaps, {'all' if exact else 'random'} {ways:,} ways, at least {least:.2g}", p_gap, "p"),
            Number("p of the average", p_all, "p"),
            Number(f"range between devices, {far[by]}", far["device range"], "points"),
            Number(f"SD between seeds, {far[by]}", far["seed SD"], "points"),
        ),
        tables={"Devices and seeds": table},
        method="variance of device means of the gaps, devices dealt to runs anew"
        + (" within each seed" if crossed else ""),
        n=grid.labels.size, counted="items", interval="permutation test, one-sided", seed=seed,
        limits=(
            "It says whether devices differ in these runs, not which part of a device does it.",
            f"{grid.left_out:,} items that not every run answered are left out.",
            *(() if crossed else ("Seeds are not the same on every device, so what a seed does counts as noise.",)),
        ),
    )  # fmt: skip


def _table(clean: Floats, gaps: Floats, devices: Ints, crossed: bool) -> pl.DataFrame:
    """Give the range of the gaps between devices and their SD between seeds, in points, a row a group."""
    count = int(devices.max()) + 1
    means = np.stack([gaps[devices == at].mean(axis=0) for at in range(count)])
    left = clean - np.stack([clean[devices == at].mean(axis=0) for at in range(count)])[devices]
    free = (count - 1) * (len(devices) / count - 1) if crossed else len(devices) - count
    spread = POINTS * np.sqrt((left**2).sum(axis=0) / free)
    return pl.DataFrame({"device range": POINTS * np.ptp(means, axis=0), "seed SD": spread})


def example(seed: int, shift: float = SHIFT, items: int = 500, runs: int = 8) -> pl.DataFrame:
    """Make predictions of seeds on two devices; on B the rare group is served worse.

    Args:
        seed: Of the draws.
        shift: What B takes from the rare group, as a share; 0 plants nothing.
        items: In all; a quarter is rare.
        runs: Seeds, all on both devices.
    """
    rng = np.random.default_rng(seed)
    rare = np.arange(items) % 4 == 0
    labels = rng.choice(["yes", "no"], items)
    ease = rng.uniform(0.7, 0.95, items)
    frames = []
    for run in range(1, runs + 1):
        luck = rng.normal(0, 0.01)
        for device in ("A", "B"):
            right = rng.random(items) < ease + luck - np.where(rare & (device == "B"), shift, 0.0)
            frames.append(pl.DataFrame({
                "item": [f"i{place:04}" for place in range(items)], "group": np.where(rare, "rare", "common"),
                "run": f"seed-{run}", "device": device, "label": labels,
                "prediction": np.where(right, labels, np.where(labels == "yes", "no", "yes")),
            }))  # fmt: skip
    return pl.concat(frames)


DEVICES = Lab(
    name="device-or-seed",
    title="Devices against seeds",
    topic="Groups",
    question="Does another device change the gaps between groups more than another seed does?",
    source="predictions",
    run=_run,
    example=example,
    planted="On device B the rare group loses 10 points; both devices ran the same eight seeds.",
    papers=("hardware-fairness", "tooling-randomness"),
    claims=("hardware-fairness/disparity",),
    needs=("item", "run", "prediction", "label", "device"),
    settings=(
        Setting("by", "By", "choice", "group", "Whose gaps are looked at; a class is the right answer",
                ("group", "class")),
        Setting("permutations", "Random deals", "number", 1000, "Ways of dealing devices to runs, where not all fit",
                low=100, high=10_000, whole=True),
    ),
)  # fmt: skip
