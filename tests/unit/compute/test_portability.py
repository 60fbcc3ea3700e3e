"""Portability: the published table, own matrices, the cheapest devices, determinism."""

from __future__ import annotations

import itertools
import math

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.catalogue.connect import PROJECT, SCHEMA
from governance.compute.determinism import EXAMPLE as TIMINGS
from governance.compute.determinism import Timing, cost_of_determinism, read_timings
from governance.compute.device_cover import EXAMPLE, EXAMPLE_PRICES, Matrix, cheapest_devices, read_matrix, read_prices
from governance.compute.intervals import median_interval, wilson
from governance.compute.portability import LOST, functions_of, portability, slowdowns
from governance.compute.portability_import import import_portability
from governance.errors import BadInput

REPORTS = PROJECT.parent / "shared" / "data" / "raw" / "portability"
names = st.sampled_from("abcdef")


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A catalogue in memory with the rows that users import."""
    if not (REPORTS / "test_outcomes.csv").is_file():
        pytest.skip("the portability reports are not here")
    out = tmp_path_factory.mktemp("portability")
    import_portability(REPORTS, out)
    connection = duckdb.connect()
    for script in sorted(SCHEMA.glob("*.sql")):
        connection.execute(script.read_text(encoding="utf-8"))
    for table in ("portability_function", "portability_latency"):
        (file,) = out.glob(f"{table}.*")
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM '{file}'")
    return connection


@pytest.mark.parametrize(
    ("framework", "device", "run", "lost", "count", "n"),
    [
        ("pytorch", "tpu", "report 1", "complete_and_partial", 32, 64),
        ("pytorch", "tpu", "report 1", "without_gradient_checks", 28, 64),
        ("pytorch", "tpu", "report 1", "complete", 14, 64),
        ("pytorch", "gpu", "report 1", "complete_and_partial", 6, 64),
        ("tensorflow", "gpu", "report 1", "complete_and_partial", 20, 71),
        ("tensorflow", "gpu", "report 2", "complete_and_partial", 16, 71),
        ("tensorflow", "gpu", "soft placement", "complete_and_partial", 3, 71),
        ("tensorflow", "tpu", "report 1", "complete_and_partial", 25, 71),
        ("tensorflow", "tpu", "report 2", "complete_and_partial", 21, 71),
        ("jax", "tpu", "report 1", "complete_and_partial", 4, 64),
        ("jax", "gpu", "report 1", "complete_and_partial", 4, 64),
    ],
)
def test_as_published(catalogue, framework, device, run, lost, count, n):
    found = {(one.framework, one.device, one.run): one for one in portability(catalogue, lost=lost)}
    one = found[framework, device, run]
    assert (one.lost, one.n, one.share) == (count, n, count / n)
    assert one.low < one.share < one.high
    assert one.reason


def test_beside_the_paper(catalogue):
    found = {
        (one.framework, one.device, one.run): one for one in portability(catalogue, lost="without_gradient_checks")
    }
    assert f"{found['pytorch', 'tpu', 'report 1'].share:.2f}" == f"{found['pytorch', 'tpu', 'report 1'].published:.2f}"
    assert found["tensorflow", "gpu", "soft placement"].published is None
    assert "byte-identical" in found["jax", "tpu", "report 1"].note


def test_unknown_meaning(catalogue):
    with pytest.raises(BadInput, match="'all' is no meaning of lost"):
        portability(catalogue, lost="all")


def test_nothing_imported_gives_nothing(catalogue):
    assert functions_of(catalogue, "pytorch") == ()
    assert slowdowns(catalogue) == ()


@pytest.mark.outside_data
@pytest.mark.parametrize("lost", LOST)
def test_functions_add_up_to_the_counts(catalogue, rows, lost):
    for one in portability(catalogue, lost=lost):
        mine = [
            row
            for row in functions_of(rows, one.framework, lost=lost)
            if (row.device, row.run) == (one.device, one.run)
        ]
        assert (len(mine), sum(row.lost for row in mine)) == (one.n, one.lost)


@pytest.mark.outside_data
@pytest.mark.parametrize(
    ("framework", "gpu", "n", "slower", "tenfold"),
    [
        ("pytorch", "t4", 56, "100.0%", "87.5%"),
        ("pytorch", "a100", 56, "100.0%", "91.1%"),
        ("tensorflow", "t4", 59, "94.9%", "13.6%"),
        ("jax", "t4", 61, "8.2%", "0.0%"),
    ],
)
def test_slowdown(rows, framework, gpu, n, slower, tenfold):
    (one,) = [row for row in slowdowns(rows) if row.framework == framework and row.gpu_run.startswith(gpu)]
    assert (one.n, [f"{above.share:.1%}" for above in one.above]) == (n, [slower, tenfold])
    assert list(one.quantiles.values()) == sorted(one.quantiles.values())


@given(st.integers(0, 200), st.integers(0, 200))
def test_wilson_holds_the_share(count, more):
    n = count + more
    low, high = wilson(count, n)
    if n:
        assert 0 <= low <= count / n <= high <= 1
    else:
        assert (low, high) == (None, None)


@pytest.mark.parametrize(
    ("n", "expected"), [(5, (None, None)), (6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33))]
)
def test_median_interval(n, expected):
    # the ranks of the usual table for the sign test
    assert median_interval(range(1, n + 1)) == expected


cells = st.dictionaries(st.tuples(names, names), st.booleans(), min_size=1, max_size=30)


def to_matrix(made: dict[tuple[str, str], bool]) -> Matrix:
    lines = [f"f{function},d{device},{'yes' if works else 'no'}" for (function, device), works in made.items()]
    return read_matrix("\n".join(["function,device,works", *lines]))


@given(cells, st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_cover_is_feasible_and_cheapest(made, costs):
    matrix = to_matrix(made)
    prices = {device: float(cost) for device, cost in zip(matrix.devices, costs, strict=False)}
    found = cheapest_devices(matrix, prices)
    covered = set(matrix.functions) - set(found.nowhere)
    assert covered == set().union(*(matrix.runs[device] for device in matrix.devices))
    assert all(one in matrix.runs[found.runs_on[one]] and found.runs_on[one] in found.devices for one in covered)
    every = itertools.chain.from_iterable(
        itertools.combinations(matrix.devices, size) for size in range(len(matrix.devices) + 1)
    )
    best = min(
        sum(prices[device] for device in some)
        for some in every
        if covered <= set().union(*(matrix.runs[device] for device in some))
    )
    assert found.cost == best
    assert found.single_cost is None or found.cost <= found.single_cost


def test_runs_nowhere_and_without_a_price():
    matrix = read_matrix("function,device,works\nfft,gpu,no\nfft,tpu,yes\nsort,gpu,yes\n")
    found = cheapest_devices(matrix, {"gpu": 2.0})
    assert (found.devices, found.nowhere, found.unpriced) == (("gpu",), ("fft",), ("tpu",))
    assert matrix.untested == 1


def test_named_functions_alone_are_covered():
    matrix = read_matrix("function,device,works\nfft,gpu,yes\nfft,tpu,no\nsort,gpu,no\nsort,tpu,yes\n")
    assert cheapest_devices(matrix, {"gpu": 5, "tpu": 1}, ["sort"]).devices == ("tpu",)
    both = cheapest_devices(matrix, {"gpu": 5, "tpu": 1})
    assert (both.devices, both.cost, both.single) == (("gpu", "tpu"), 6, None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("", "no column 'function'", id="empty"),
        pytest.param("function,device\nfft,gpu", "no column 'works'", id="column"),
        pytest.param("function,device,works\n", "no rows", id="no-rows"),
        pytest.param("function,device,works\nfft,gpu,maybe", "'maybe' does not say", id="word"),
        pytest.param("function,device,works\n,gpu,yes", "not named", id="unnamed"),
        pytest.param("function,device,works\nfft,gpu", "'' does not say", id="short-line"),
        pytest.param("function,device,works\nfft,gpu,yes\nfft,gpu,no", "comes twice", id="twice"),
        pytest.param("x" * 5_000_001, "5,000,001 characters", id="too-big"),
        pytest.param(
            "function,device,works\n" + "\n".join(f"f,d{n},1" for n in range(201)), "201 devices", id="devices"
        ),
    ],
)
def test_matrix_refused(text, what):
    with pytest.raises(BadInput, match=what):
        read_matrix(text)


@pytest.mark.parametrize(
    ("prices", "functions", "what"),
    [
        pytest.param({}, [], "no device has a price", id="no-prices"),
        pytest.param({"cpu": 1}, [], "'cpu' is not in the matrix", id="device"),
        pytest.param({"gpu": -1}, [], "price of -1", id="negative"),
        pytest.param({"gpu": math.nan}, [], "price of nan", id="nan"),
        pytest.param({"gpu": 1}, ["sort"], "'sort' is not in the matrix", id="function"),
    ],
)
def test_cover_refused(prices, functions, what):
    with pytest.raises(BadInput, match=what):
        cheapest_devices(read_matrix("function,device,works\nfft,gpu,yes"), prices, functions)


def timings(*pairs: tuple[float, float]) -> list[Timing]:
    return [
        Timing(function=f"f{place}", default_seconds=one, deterministic_seconds=other)
        for place, (one, other) in enumerate(pairs)
    ]


def test_cost_of_determinism():
    found = cost_of_determinism(timings((1, 2), (2, 2), (1, 4), (4, 2), (1, 3), (1, 1)))
    assert (found.n, found.median, found.total, found.slowest, found.slower) == (6, 1.5, 1.4, "f2", 3)
    assert (found.low, found.high) == (0.5, 4.0)


def test_too_few_for_an_interval():
    assert cost_of_determinism(timings((1, 2))).low is None


@given(st.lists(st.tuples(st.floats(1e-6, 1e3), st.floats(1e-6, 1e3)), min_size=1, max_size=40))
def test_total_lies_between_the_ratios(pairs):
    found = cost_of_determinism(timings(*pairs))
    ratios = [other / one for one, other in pairs]
    assert min(ratios) * (1 - 1e-9) <= found.total <= max(ratios) * (1 + 1e-9)
    assert found.low is None or found.low <= found.median <= found.high


@pytest.mark.parametrize(
    ("times", "what"),
    [
        pytest.param([], "0 functions", id="none"),
        pytest.param(timings((0, 1)), "0.0 seconds", id="zero"),
        pytest.param(timings((1, math.inf)), "inf seconds", id="endless"),
        pytest.param([*timings((1, 1)), *timings((1, 1))], "comes twice", id="twice"),
    ],
)
def test_times_refused(times, what):
    with pytest.raises(BadInput, match=what):
        cost_of_determinism(times)


def test_examples_are_read():
    cover = cheapest_devices(read_matrix(EXAMPLE), read_prices(EXAMPLE_PRICES))
    assert cover.nowhere == ("sparse_softmax",)
    # cpu and tpu at 1.6 run the other four, which gpu alone does at 2.5
    assert (cover.devices, cover.cost, cover.single) == (("cpu", "tpu"), pytest.approx(1.6), "gpu")
    found = cost_of_determinism(read_timings(TIMINGS))
    assert (found.n, found.slowest) == (7, "scatter_add")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("device\ngpu", "there is no column 'price'", id="column"),
        pytest.param("device,price\ngpu,dear", "'gpu' at 'dear'", id="word"),
        pytest.param("device,price\ngpu,-1", "'gpu' at '-1'", id="negative"),
        pytest.param("device,price\n,1", "'' at '1'", id="nameless"),
        pytest.param("device,price\ngpu,1\ngpu,2", "gpu comes twice", id="twice"),
    ],
)
def test_prices_refused(text, what):
    with pytest.raises(BadInput, match=what):
        read_prices(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("function,default_seconds\nfft,1", "no column 'deterministic_seconds'", id="column"),
        pytest.param("function,default_seconds,deterministic_seconds\nfft,1,0", "a time of '0' seconds", id="zero"),
        pytest.param("function,default_seconds,deterministic_seconds\nfft,1,nan", "a time of 'nan'", id="nan"),
        pytest.param(
            "function,default_seconds,deterministic_seconds\n,1,1", "the function is not named", id="nameless"
        ),
        pytest.param('function,default_seconds,deterministic_seconds\n"' + "x" * 200_000, "not CSV", id="no-csv"),
    ],
)
def test_timings_refused(text, what):
    with pytest.raises(BadInput, match=what):
        read_timings(text)
