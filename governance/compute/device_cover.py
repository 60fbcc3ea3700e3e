"""A user's own matrix of functions and devices, and the cheapest devices that run everything."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from pydantic import BaseModel

from governance.catalogue.own_tables import read_rows
from governance.errors import BadInput

MAX_ROWS = 200_000
MAX_DEVICES = 200
COLUMNS = ("function", "device", "works")
YES = ("true", "yes", "1", "pass", "passed", "works")
NO = ("false", "no", "0", "fail", "failed")
PRICE_COLUMNS = ("device", "price")
EXAMPLE = """function,device,works
embedding_lookup,cpu,yes
embedding_lookup,gpu,yes
embedding_lookup,tpu,no
fft,cpu,yes
fft,gpu,yes
fft,tpu,no
matmul,cpu,yes
matmul,gpu,yes
matmul,tpu,yes
sparse_softmax,cpu,no
sparse_softmax,gpu,no
sparse_softmax,tpu,no
top_k,cpu,no
top_k,gpu,yes
top_k,tpu,yes
"""
EXAMPLE_PRICES = "device,price\ncpu,0.4\ngpu,2.5\ntpu,1.2\n"
"""Invented, to show how a matrix and its prices are written."""


class Matrix(BaseModel, frozen=True):
    """Which function runs on which device.

    Args:
        functions: All that were named, sorted.
        devices: All that were named, sorted.
        runs: Device to the functions that work on it.
        untested: Pairs that the table leaves out; they count as not working.
    """

    functions: tuple[str, ...]
    devices: tuple[str, ...]
    runs: dict[str, frozenset[str]]
    untested: int


class Cover(BaseModel, frozen=True):
    """The cheapest set of devices on which every function runs somewhere.

    Args:
        functions: How many were asked for.
        devices: The set, sorted.
        cost: What it costs together, in the unit of the prices.
        runs_on: Function to the cheapest device of the set that runs it.
        nowhere: Functions that no device with a price runs; the set covers the others.
        unpriced: Devices of the matrix without a price, left out.
        single: The cheapest device that runs them all alone, where there is one.
        single_cost: What that one costs.
    """

    functions: int
    devices: tuple[str, ...]
    cost: float
    runs_on: dict[str, str]
    nowhere: tuple[str, ...]
    unpriced: tuple[str, ...]
    single: str | None
    single_cost: float | None


def read_matrix(text: str, where: str = "matrix") -> Matrix:
    r"""Read a table of function, device and whether it works.

    Args:
        text: CSV with the columns function, device, works; works is yes or no, true or false, 1 or 0.
        where: Its name in errors.

    Raises:
        BadInput: It is too big, a column is missing, a value cannot be read, or a pair comes twice.

    >>> read_matrix("function,device,works\nfft,gpu,yes\nfft,tpu,no\n").runs["tpu"]
    frozenset()
    """
    cells: dict[tuple[str, str], bool] = {}
    for place, row in read_rows(text, COLUMNS, where):
        _add(cells, row, place)
    if not cells:
        raise BadInput("the table has no rows", where, "give at least one function and device")
    functions, devices = sorted({one for one, _ in cells}), sorted({device for _, device in cells})
    if len(devices) > MAX_DEVICES:
        raise BadInput(f"{len(devices):,} devices", where, f"give at most {MAX_DEVICES}")
    runs = {
        device: frozenset(one for one, place in cells if place == device and cells[one, place]) for device in devices
    }
    return Matrix(
        functions=tuple(functions),
        devices=tuple(devices),
        runs=runs,
        untested=len(functions) * len(devices) - len(cells),
    )


def read_prices(text: str, where: str = "prices") -> dict[str, float]:
    r"""Read what each device costs.

    Args:
        text: CSV with the columns device and price; prices in any one unit.
        where: Its name in errors.

    Raises:
        BadInput: It is too big, a column is missing, a price is no number from 0 up, or a device comes twice.

    >>> read_prices("device,price\ngpu,2.5\n")
    {'gpu': 2.5}
    """
    prices: dict[str, float] = {}
    for place, row in read_rows(text, PRICE_COLUMNS, where):
        device, written = row["device"], row["price"]
        try:
            price = float(written)
        except ValueError:
            price = math.nan
        if not (device and math.isfinite(price) and price >= 0):
            raise BadInput(f"'{device:.40}' at '{written:.40}'", place, "name the device and give a number from 0 up")
        if device in prices:
            raise BadInput(f"{device:.80} comes twice", place, "keep one of the lines")
        prices[device] = price
    return prices


def cheapest_devices(matrix: Matrix, prices: Mapping[str, float], functions: Iterable[str] = ()) -> Cover:
    r"""Give the cheapest set of devices on which every function runs somewhere.

    The set is the exact optimum of weighted set cover, solved as an integer programme.

    Args:
        matrix: As `read_matrix` gives it.
        prices: Device to its cost, in any one unit; a device without one is left out.
        functions: Those that are needed; all of the matrix when none is named.

    Raises:
        BadInput: A function or device is not in the matrix, a price is not a number from 0 up, or none is given.

    >>> matrix = read_matrix("function,device,works\nfft,gpu,yes\nfft,tpu,no\nmatmul,tpu,yes\nmatmul,gpu,yes")
    >>> cheapest_devices(matrix, {"gpu": 3.0, "tpu": 1.0}).devices
    ('gpu',)
    """
    needed = tuple(sorted(set(functions))) or matrix.functions
    _check_asked(matrix, prices, needed)
    offered = sorted(set(matrix.devices) & set(prices))
    nowhere = tuple(one for one in needed if not any(one in matrix.runs[device] for device in offered))
    covered = [one for one in needed if one not in nowhere]
    chosen = _solve(matrix, prices, offered, covered)
    by_price = sorted(chosen, key=lambda device: (prices[device], device))
    alone = [device for device in offered if covered and set(covered) <= matrix.runs[device]]
    single = min(alone, key=lambda device: (prices[device], device), default=None)
    return Cover(
        functions=len(needed),
        devices=tuple(chosen),
        cost=math.fsum(prices[device] for device in chosen),
        runs_on={one: next(device for device in by_price if one in matrix.runs[device]) for one in covered},
        nowhere=nowhere,
        unpriced=tuple(sorted(set(matrix.devices) - set(prices))),
        single=single,
        single_cost=None if single is None else float(prices[single]),
    )


def cover_rows(matrix: Matrix, cover: Cover) -> pl.DataFrame:
    """Give a row for each function and device: whether it runs there, and whether the set uses it there."""
    rows = [
        {
            "function": function,
            "device": device,
            "works": function in matrix.runs[device],
            "chosen": device in cover.devices,
            "used": cover.runs_on.get(function) == device,
        }
        for function in matrix.functions
        for device in matrix.devices
    ]
    return pl.DataFrame(rows)


def _solve(matrix: Matrix, prices: Mapping[str, float], offered: list[str], covered: list[str]) -> list[str]:
    if not covered:
        return []
    # Functions that run on the same devices ask for the same thing: each such set is one constraint.
    rows = sorted({tuple(one in matrix.runs[device] for device in offered) for one in covered})
    from scipy.optimize import Bounds, LinearConstraint, milp  # here, since loading it takes long
    from scipy.sparse import csr_array

    system = csr_array(np.asarray(rows, dtype=np.float64))
    cost = np.asarray([prices[device] for device in offered], dtype=np.float64)
    scale = cost.max() or 1.0
    # A little for each device keeps those that are free from being added without need.
    found = milp(
        c=cost / scale + 1e-9,
        constraints=LinearConstraint(system, lb=1, ub=np.inf),
        integrality=np.ones(len(offered)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise BadInput("no cheapest set was found", "matrix", "ask for fewer functions or devices")
    return [device for device, taken in zip(offered, found.x, strict=True) if taken > 0.5]


def _add(cells: dict[tuple[str, str], bool], row: Mapping[str, str], where: str) -> None:
    function, device, works = (row[name] for name in COLUMNS)
    if len(cells) >= MAX_ROWS:
        raise BadInput("there are too many rows", where, f"give at most {MAX_ROWS:,}")
    if not function or not device:
        raise BadInput("the function or the device is not named", where, "fill in both")
    if works.lower() not in (*YES, *NO):
        raise BadInput(f"'{works:.40}' does not say whether it works", where, "write yes or no")
    if (function, device) in cells:
        raise BadInput(f"{function:.80} on {device:.80} comes twice", where, "keep one of the lines")
    cells[function, device] = works.lower() in YES


def _check_asked(matrix: Matrix, prices: Mapping[str, float], needed: Iterable[str]) -> None:
    unknown = sorted(set(needed) - set(matrix.functions))
    if unknown:
        raise BadInput(f"'{unknown[0]:.80}' is not in the matrix", "functions", "name functions of the matrix")
    strange = sorted(set(prices) - set(matrix.devices))
    if strange:
        raise BadInput(f"'{strange[0]:.80}' is not in the matrix", "prices", f"use {', '.join(matrix.devices[:20])}")
    if not prices:
        raise BadInput("no device has a price", "prices", "give the cost of each device")
    for device, price in prices.items():
        if not (math.isfinite(price) and price >= 0):
            raise BadInput(f"a price of {price}", f"prices, device {device}", "give a number from 0 up")
