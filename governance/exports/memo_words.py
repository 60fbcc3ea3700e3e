"""How a memo writes numbers, verdicts and states, in few words and the same everywhere."""

from __future__ import annotations

from governance.compute.drift import HALVING_MONTHS
from governance.compute.legal_vocabulary import StatusThen
from governance.compute.results import CUTS, GROWTH_A_YEAR, Margin
from governance.compute.thresholds import Instrument
from governance.compute.totals import Total
from governance.exports.words import flop_words

STATUS_WORDS: dict[StatusThen, str] = {
    "in_force": "in force",
    "enacted": "enacted, not yet in force",
    "passed": "passed, not signed",
    "proposed": "proposed",
    "draft": "draft",
    "vetoed": "vetoed",
    "rescinded": "rescinded",
    "superseded": "superseded",
    "not_enforced": "not enforced",
    "none": "no threshold found",
    "not_yet": "not yet written",
}
METRIC_WORDS = {
    "modification_unknown_original": "compute of the modification",
    "modification_ratio": "compute of the modification over the original's:",
    "original_compute": "compute of the original",
    "modification_compute": "compute of the modification",
}
"""Metrics whose name says too little."""
EVIDENCE_WORDS = "verified: the text was read; secondary: read about; recalled: from memory"


def number_words(value: float, unit: str) -> str:
    """Write a threshold's number with its unit.

    >>> number_words(5e8, "USD"), number_words(1e25, "FLOP"), number_words(4800, "")
    ('500,000,000 USD', '1e25 FLOP', '4,800')
    """
    exponent = value >= 1e12 or value < 1
    text = f"{value:.4g}".replace("e+", "e") if exponent else f"{value:,.10g}"
    return f"{text} {unit}".strip()


def total_words(total: Total | None) -> str:
    """Write a total with the interval that holds 90% of the draws.

    >>> total_words(Total(median=1e25, low=5e24, high=2e25))
    '1.00e25 FLOP (90%: 5.00e24 to 2.00e25)'
    """
    if total is None:
        return "nothing counted"
    if total.low == total.high:
        return f"{flop_words(total.median, 3)} FLOP"
    return f"{flop_words(total.median, 3)} FLOP (90%: {flop_words(total.low, 3)} to {flop_words(total.high, 3)})"


def probability_words(low: float | None, high: float | None) -> str:
    """Write a probability with two decimals, never so that it would read as another verdict or as certain.

    >>> probability_words(0.589, 0.589), probability_words(0.0, 1.0), probability_words(0.999, 0.999)
    ('0.59', '0.00 to 1.00', 'above 0.99')
    >>> probability_words(0.8999, 0.8999), probability_words(0.0, 0.001), probability_words(None, None)
    ('0.89', '0.00 to 0.01', 'unknown')
    """
    if low is None or high is None:
        return "unknown"
    if low != high:
        return f"{_decimals(low)} to {_decimals(high)}"
    if 0 < low < 0.005:
        return "below 0.01"
    return "above 0.99" if 0.995 <= low < 1 else _decimals(low)


def margin_words(found: Margin) -> str:
    """Say how far the median is from the line, and what that is worth in months.

    >>> from governance.compute.scenario import margin
    >>> margin_words(margin(1e26, 2.5e25))
    'the line is 4.0 times the median: 16 months of algorithmic progress, or 11 months of growth in training compute'
    """
    above = found.factor < 1
    factor = 1 / found.factor if above else found.factor
    said = f"the median is {factor:.3g} times the line" if above else f"the line is {factor:.1f} times the median"
    if found.drift_months is None or found.growth_months is None:
        return said
    drift, growth = (_months(abs(one)) for one in (found.drift_months, found.growth_months))
    return f"{said}: {drift} of algorithmic progress, or {growth} of growth in training compute"


def line_words(instrument: Instrument) -> str:
    """Write what an instrument holds compute and money against."""
    used = instrument.logic.replace("(", " ").replace(")", " ").split()
    numbers = [
        f"{_metric(test.metric)} {test.op} {number_words(test.value, test.unit)}"
        for test in instrument.tests
        if test.value is not None and test.id in used
    ]
    return "; ".join(numbers) or "no number set"


def progress_words() -> str:
    """Say what the months of a margin rest on."""
    return (
        f"months assume that the compute for a level of performance halves in {HALVING_MONTHS:g} months "
        f"(arXiv 2403.05812) and that training compute grows {GROWTH_A_YEAR:g} times a year (Epoch AI)"
    )


def _metric(name: str) -> str:
    return METRIC_WORDS.get(name, name.replace("_", " "))


def _months(count: float) -> str:
    whole = round(count)
    return f"{whole} month{'' if whole == 1 else 's'}"


def _decimals(share: float) -> str:
    low, high = CUTS
    if low < share < high:
        share = min(max(share, low + 0.01), high - 0.01)
    elif 0 < share < 1:
        share = min(max(share, 0.01), 0.99)
    return f"{share:.2f}"
