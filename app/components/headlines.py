"""The one number that a page's figure stands for, as it is kept when the figure is sent to evidence."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.footprint_words import MEASURES, subject
from app.components.host_words import find
from app.components.threshold_words import NO_TEST, short_name
from governance.assessment.records import Figure
from governance.catalogue.vocabulary import HOST_LABELS, Host
from governance.compute.footprint_report import FootprintReport
from governance.compute.results import InstrumentResult, ScenarioResult
from governance.exports.memo_words import total_words
from governance.provenance.datasets import SelectionResult, Summary
from governance.provenance.hosts import HostShare


def threshold_figure(result: ScenarioResult, one: InstrumentResult) -> Figure:
    """Give the probability that a run exceeds an instrument's threshold on the day asked."""
    total = one.total
    counted = "" if total is None else f"; counted compute {total_words(total)}"
    drawn = f"{result.draws:,} Monte Carlo draws, seed {result.seed}"
    open_ends = one.probability is None
    return Figure(
        name=f"Probability of exceeding {short_name(one)} on {result.as_of}"[:200],
        value=one.probability,
        unit="probability",
        low=one.probability_low if open_ends else None,
        high=one.probability_high if open_ends else None,
        n=result.draws,
        method=f"{drawn}; verdict: {one.verdict or NO_TEST}{counted}",
        inputs={"as_of": result.as_of.isoformat(), "instrument": one.id, "counting_rule": one.counting_rule},
    )


def footprint_figure(report: FootprintReport, measure: str) -> Figure:
    """Give the total of a measure, training and use together, with its 90% interval."""
    result = report.result
    amount = getattr(result.total, measure)
    name, _, unit = MEASURES[measure].partition(", ")
    return Figure(
        name=f"{subject(report)}: total {name}"[:200],
        value=None if amount is None else amount.median,
        unit=unit,
        low=None if amount is None else amount.low,
        high=None if amount is None else amount.high,
        n=result.draws,
        method=f"median and 90% of {result.draws:,} Monte Carlo draws, seed {result.seed}",
    )


def host_figure(shares: Sequence[HostShare], host: Host, modality: str) -> Figure:
    """Give the share of datasets for which a site states no licence, in the newest snapshot."""
    none = find(shares, shares[-1].snapshot, host, "omission")
    return Figure(
        name=f"{modality.capitalize()} datasets without a licence on {HOST_LABELS[host]}",
        value=none.share,
        unit="share",
        low=none.low,
        high=none.high,
        n=none.n,
        method="95% Wilson interval",
    )


def selection_figure(result: SelectionResult, figures: Summary) -> Figure:
    """Give how many datasets a selection holds, with what their licences allow."""
    selection = result.selection
    return Figure(
        name="Datasets of a selection",
        value=float(result.total),
        unit=f"of {result.datasets.frame.height:,} datasets",
        n=result.total,
        method=f"snapshot {selection.snapshot}, policy {result.datasets.policy.title}",
        inputs={"selection": selection.to_query()},
        rows=tuple(
            {"licences": name, **{str(use): count for use, count in counts.items()}}
            for name, counts in (("own", figures.licence_use), ("once lineage counts", figures.effective_use))
        ),
    )
