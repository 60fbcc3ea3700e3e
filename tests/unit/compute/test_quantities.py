import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from governance.compute.quantities import LONGEST_ECHO, Quantity, read_quantity
from governance.compute.vocabulary import DIMENSIONS, DISTRIBUTIONS
from governance.errors import BadInput

# Written, what it measures, the number it is.
EXACT = [
    ("70e9", "parameters", 7e10),
    ("70B", "parameters", 7e10),
    ("70 bn parameters", "parameters", 7e10),
    ("15T", "tokens", 1.5e13),
    ("1.1 trillion tokens", "tokens", 1.1e12),
    ("1e25", "flop", 1e25),
    ("10²⁵", "flop", 1e25),
    ("10^25 FLOP", "flop", 1e25),
    ("1.5 × 10^25", "flop", 1.5e25),
    ("3.8e25 FLOPs", "flop", 3.8e25),
    ("10 petaflop/s-days", "flop", 10 * 1e15 * 86_400),
    ("2 PFLOP/s", "flop_per_second", 2e15),
    ("989 TFLOPS", "flop_per_second", 9.89e14),
    ("312 teraflop per second", "flop_per_second", 3.12e14),
    ("1,000,000", "chips", 1e6),
    ("1 000 000", "chips", 1e6),
    ("1\u2009000\u202f000", "chips", 1e6),
    ("1\u00a0000\u00a0000 GPUs", "chips", 1e6),
    ("1_000", "chips", 1e3),
    ("25k", "chips", 25e3),
    ("90 days", "hours", 2160.0),
    ("3 months", "hours", 3 * 365.25 / 12 * 24),
    ("7200 s", "hours", 2.0),
    ("370,000 GPU-hours", "chip_hours", 3.7e5),
    ("35 %", "fraction", 0.35),
    ("35%", "fraction", 0.35),
    ("100 %", "fraction", 1.0),
    (".5", "fraction", 0.5),
    ("1e-3", "fraction", 0.001),
    ("1.05x", "factor", 1.05),
    ("$500M", "usd", 5e8),
    ("500 million USD", "usd", 5e8),
    ("2 GWh", "kwh", 2e6),
    ("30 MW", "watts", 3e7),
    ("300 Gbit/s", "bits_per_second", 3e11),
    ("80", "count", 80.0),
    ("  70B  ", "parameters", 7e10),
    (70_000_000_000, "parameters", 7e10),
    (0.35, "fraction", 0.35),
]
# Written, what it measures, distribution, low, mid, high.
RANGES = [
    ("60 to 200 billion", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("60-200B", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("60 billion to 200 billion", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("60B – 200B", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("800 million to 2B", "parameters", "lognormal", 8e8, math.sqrt(8e8 * 2e9), 2e9),
    ("between 60 and 200 billion", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("lognormal(60e9, 200e9)", "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ("1e24-1e26", "flop", "lognormal", 1e24, 1e25, 1e26),
    ("1e9 to 4B", "tokens", "lognormal", 1e9, 2e9, 4e9),
    ("1 to 4 months", "hours", "lognormal", 730.5, 1461.0, 2922.0),
    ("2-10 %", "fraction", "uniform", 0.02, 0.06, 0.1),
    ("0.3..0.5", "fraction", "uniform", 0.3, 0.4, 0.5),
    ("30% to 50%", "fraction", "uniform", 0.3, 0.4, 0.5),
    ("1e-3-2e-3", "fraction", "uniform", 0.001, 0.0015, 0.002),
    ("uniform(1.02,1.15)", "factor", "uniform", 1.02, 1.085, 1.15),
    ("triangular(1,1.05,1.6)", "factor", "triangular", 1.0, 1.05, 1.6),
    ("triangular(25%, 38%, 50%)", "fraction", "triangular", 0.25, 0.38, 0.5),
    ("60,000 to 200,000", "chips", "lognormal", 6e4, math.sqrt(6e4 * 2e5), 2e5),
    ({"low": 6e10, "high": 2e11}, "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ({"low": "60B", "high": "200B"}, "parameters", "lognormal", 6e10, math.sqrt(6e10 * 2e11), 2e11),
    ({"low": 1, "mid": 1.05, "high": 1.6}, "factor", "triangular", 1.0, 1.05, 1.6),
    ({"low": 1, "mid": 3, "high": 9, "distribution": "lognormal"}, "flop", "lognormal", 1.0, 3.0, 9.0),
    ({"low": 0.3, "high": 0.5, "distribution": "uniform"}, "fraction", "uniform", 0.3, 0.4, 0.5),
]
# Written, what it measures, a part of what is wrong, a part of how to mend it.
BAD = [
    ("", "tokens", "nothing is written", "leave the input out"),
    ("   ", "tokens", "nothing is written", "leave the input out"),
    ("0", "tokens", "zero", "above zero"),
    ("1e-400", "tokens", "zero", "above zero"),
    ("-5B", "parameters", "below zero", "above zero"),
    (-1.0, "parameters", "below zero", "above zero"),
    ("−3", "chips", "below zero", "above zero"),
    ("NaN", "flop", "nan is not a number", "write a number"),
    (math.nan, "flop", "nan is not a number", "write a number"),
    ("inf", "flop", "inf is not a number", "write a number"),
    (math.inf, "flop", "too large", "1e+40"),
    (10**400, "flop", "too large", "1e+40"),
    ("1e400", "flop", "too large", "1e+40"),
    ("1e999999999999", "flop", "too large", "1e+40"),
    ("200B to 60B", "parameters", "200000000000 is above 60000000000", "lower number first"),
    ("60B to 200", "parameters", "unit on one end only", "after the last number"),
    ("triangular(1, 2, 1.5)", "factor", "2 is outside 1 to 1.5", "low, most likely, high"),
    ("triangular(1, 2)", "factor", "triangular with 2 numbers", "3 numbers"),
    ("uniform()", "factor", "not a number", "write a number"),
    ("lognormal(60,000, 200,000)", "chips", "lognormal with 4 numbers", "2 numbers"),
    ("lognormal(0.3, 0.5)", "fraction", "log-normal fraction", "uniform"),
    ("1e25 FLOP/s", "flop", "'flop/s' is a rate", "times the seconds"),
    ("2 PFLOP", "flop_per_second", "'pflop' counts operations", "PFLOP/s"),
    ("5 trillion words", "tokens", "words are not tokens", "1.3"),
    ("3 billion characters", "tokens", "chars are not tokens", "about 4"),
    ("500 GB", "tokens", "bytes are not tokens", "about 4"),
    ("1.2", "fraction", "1.2 is above 1", "100 %"),
    ("35", "fraction", "35 is above 1", "write 35 % if"),
    ("120 %", "fraction", "1.2 is above 1", "100 %"),
    ("30 to 50", "fraction", "30 is above 1", "write 30 % if"),
    ("5 bananas", "tokens", "'bananas' is not a unit", "write tokens"),
    ("200 GPU-hours", "hours", "unit of chip hours", "write hours"),
    ("5 e", "flop", "'e' is not a unit", "write FLOP"),
    ("1,5", "factor", "'1,5' is not a number", "decimals with a point"),
    ("about 3e24", "flop", "'about' does not say", "a range"),
    ("> 1e25", "flop", "'>' does not say", "a range"),
    ("9" * 10_000, "flop", "10000 characters long", "at most 200"),
    ("a lot", "flop", "'a lot' is not a number", "70B"),
    ("\x1b[31m<script>\u202e", "tokens", "'?[31m<script>?' is not a number", "70B"),
    ("'; DROP TABLE model; --", "tokens", "is not a number", "70B"),
    (True, "chips", "'True' is not a number", "70B"),
    (None, "chips", "'None' is not a number", "70B"),
    ({"low": 1}, "flop", "lacks low or high", "low and high"),
    ({"low": None, "high": 3}, "flop", "'None' is not one number", "70B"),
    ({"low": "1 to 2", "high": 3}, "flop", "'1 to 2' is not one number", "70B"),
    ({"low": 1, "high": 3, "middle": 2}, "flop", "'middle' is not a part", "low and high"),
    ({"low": 1, "high": 3, "distribution": "normal"}, "flop", "'normal' is not a distribution", "lognormal"),
    ({"low": 1, "mid": 5, "high": 9, "distribution": "lognormal"}, "flop", "follows from its ends", "triangular"),
]
sizes = st.floats(1e-3, 1e30)
spreads = st.floats(1.01, 1e3)


@st.composite
def quantities(draw):
    """Give quantities of every distribution, as text in every notation that is canonical."""
    low, first, second = draw(sizes), draw(spreads), draw(spreads)
    kind = draw(st.sampled_from(DISTRIBUTIONS))
    numbers = {"exact": [low], "triangular": [low, low * first, low * first * second]}.get(kind, [low, low * first])
    text = f"{numbers[0]!r}" if kind == "exact" else f"{kind}({', '.join(map(repr, numbers))})"
    return read_quantity(text, draw(st.sampled_from([one for one in DIMENSIONS if one != "fraction"])))


@pytest.mark.parametrize(("text", "dimension", "value"), EXACT, ids=[f"{one[0]}-{one[1]}" for one in EXACT])
def test_exact(text, dimension, value):
    read = read_quantity(text, dimension)
    assert (read.low, read.mid, read.high, read.distribution) == (value, value, value, "exact")
    assert read_quantity(read.text, dimension) == read


@pytest.mark.parametrize(
    ("text", "dimension", "distribution", "low", "mid", "high"), RANGES, ids=[f"{one[0]}" for one in RANGES]
)
def test_range(text, dimension, distribution, low, mid, high):
    read = read_quantity(text, dimension)
    assert (read.distribution, read.low, read.high) == (distribution, low, high)
    assert read.mid == pytest.approx(mid, rel=1e-12)
    assert read_quantity(read.text, dimension) == read


@pytest.mark.parametrize(("text", "dimension", "what", "fix"), BAD, ids=[f"{str(one[0])[:25]!r}" for one in BAD])
def test_refused(text, dimension, what, fix):
    with pytest.raises(BadInput) as refusal:
        read_quantity(text, dimension, "scenario.yaml, run base")
    assert what in refusal.value.what
    assert fix in refusal.value.fix
    assert refusal.value.where.startswith("scenario.yaml, run base")
    assert len(refusal.value.what) < LONGEST_ECHO + 60


@given(st.text(max_size=300), st.sampled_from(DIMENSIONS))
def test_any_text_is_read_or_refused(text, dimension):
    refused: list[BadInput] = []
    try:
        read = read_quantity(text, dimension)
    except BadInput as refusal:
        refused.append(refusal)
    else:
        assert 0 < read.low <= read.mid <= read.high < math.inf
        assert read_quantity(read.text, dimension) == read
    assert all(one.what.isprintable() for one in refused)


@pytest.mark.parametrize(
    ("text", "dimension", "echo"),
    [
        ("60-200B", "parameters", "60 billion to 200 billion parameters (90% interval, log-normal)"),
        ("70B", "parameters", "70 billion parameters"),
        ("1e25", "flop", "1e25 FLOP"),
        ("2-10 %", "fraction", "2% to 10% (uniform)"),
        ("triangular(1,1.05,1.6)", "factor", "1 to 1.6, most likely 1.05 (triangular)"),
        ("90 days", "hours", "2,160 hours"),
    ],
)
def test_echo(text, dimension, echo):
    assert read_quantity(text, dimension).echo() == echo


@given(quantities())
def test_round_trip(quantity):
    assert read_quantity(quantity.text, quantity.dimension) == quantity
    assert Quantity.model_validate_json(quantity.model_dump_json()) == quantity


@given(quantities(), st.floats(1e-3, 1e3))
def test_scaled(quantity, factor):
    scaled = quantity.scaled(factor)
    u = np.array([0.05, 0.3, 0.5, 0.95])
    np.testing.assert_allclose(scaled.quantile(u), quantity.quantile(u) * factor, rtol=1e-6)
    assert (scaled.distribution, scaled.dimension) == (quantity.distribution, quantity.dimension)
    assert read_quantity(scaled.text, scaled.dimension) == scaled


@given(quantities(), st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=20))
def test_quantiles_never_fall(quantity, shares):
    values = quantity.quantile(np.sort(np.array(shares)))
    assert np.all(np.diff(values) >= -1e-12 * values[1:])
    assert values.shape == (len(shares),)


@given(quantities())
def test_quantiles_at_the_stated_ends(quantity):
    ends = {"lognormal": (0.05, 0.95)}.get(quantity.distribution, (0.0, 1.0))
    np.testing.assert_allclose(quantity.quantile(np.array(ends)), [quantity.low, quantity.high], rtol=1e-9)


@given(quantities())
def test_mean_is_that_of_the_quantiles(quantity):
    # The midpoint rule misses the far tail of a wide log-normal.
    assume(quantity.distribution != "lognormal" or quantity.high / quantity.low < 100)
    u = (np.arange(100_000) + 0.5) / 100_000
    assert quantity.quantile(u).mean() == pytest.approx(quantity.mean, rel=2e-3)


def test_triangular_against_scipy():
    from scipy.stats import triang

    u = np.linspace(0.001, 0.999, 101)
    oracle = triang(c=0.05 / 0.6, loc=1, scale=0.6).ppf(u)
    np.testing.assert_allclose(read_quantity("triangular(1,1.05,1.6)", "factor").quantile(u), oracle, rtol=1e-12)


def test_lognormal_against_scipy():
    from scipy.stats import lognorm

    u = np.linspace(0.001, 0.999, 101)
    oracle = lognorm(s=math.log(100) / (2 * 1.6448536269514722), scale=1e25).ppf(u)
    np.testing.assert_allclose(read_quantity("1e24 to 1e26", "flop").quantile(u), oracle, rtol=1e-9)


def test_a_quantity_of_another_dimension_is_refused():
    with pytest.raises(BadInput, match="is in tokens"):
        read_quantity(Quantity.of(5, "tokens"), "parameters")


def test_ends_out_of_order_cannot_be_built():
    with pytest.raises(ValueError, match="in this order"):
        Quantity(low=2, mid=1, high=3, distribution="triangular", dimension="factor", text="x")
