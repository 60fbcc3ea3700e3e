"""A memo on a training history under compute thresholds: the answer first, then everything it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from governance.compute.counting import CountedRun
from governance.compute.history import History
from governance.compute.results import CUTS, InstrumentResult, ScenarioResult
from governance.compute.rules import CountingRule
from governance.compute.thresholds import Instrument
from governance.compute.variants import Band
from governance.compute.what_if_table import WhatIfTable
from governance.compute.whatif import Comparison, what_ifs
from governance.exports.memo_blocks import Bar, Bars, Block, Heading, Memo, Paragraph, Point, Points, Table
from governance.exports.memo_words import (
    EVIDENCE_WORDS,
    STATUS_WORDS,
    line_words,
    margin_words,
    probability_words,
    progress_words,
    total_words,
)
from governance.exports.words import flop_words

MOST_RUNS = 60
MOST_EFFECTS = 8
NOT_LEGAL_ADVICE = "This is not legal advice."
COUNTS_WORDS = {"yes": "counts", "no": "does not count", "unclear": "the text does not say"}


@dataclass(frozen=True, slots=True)
class _Subject:
    result: ScenarioResult
    history: History
    instruments: Mapping[str, Instrument]
    rules: Mapping[str, CountingRule] = field(default_factory=dict)


def scenario_memo(
    result: ScenarioResult,
    history: History,
    instruments: Sequence[Instrument],
    title: str,
    catalogue_version: str,
    *,
    rules: Sequence[CountingRule] = (),
    what_ifs: WhatIfTable | None = None,
) -> Memo:
    """Write the memo of a scenario; no clock is read, so the same input gives the same memo.

    Args:
        result: What `assess_scenario` gave for the history and instruments.
        history: The runs.
        instruments: Thresholds, for their dates and tests.
        title: What to call it.
        catalogue_version: Version of the catalogue the instruments come from.
        rules: Counting rules, for their titles.
        what_ifs: What changes the answer, if that was asked.
    """
    about = _Subject(result, history, {one.id: one for one in instruments}, {one.id: one for one in rules})
    blocks = [
        *_question(about),
        *_answer(about),
        *_details(about),
        *_inputs(history),
        *_cross_checks(about),
        *_what_ifs(about, what_ifs),
        *_limits(about),
        *_sources(about, what_ifs),
        Heading("Version", 2),
        Points((Point("Catalogue", catalogue_version),)),
    ]
    return Memo(title, result.as_of, tuple(blocks))


def _question(about: _Subject) -> Iterator[Block]:
    named = f" of {about.history.title}" if about.history.title else ""
    yield Heading("Question", 2)
    yield Paragraph(
        f"Does the training history{named} exceed a compute threshold, by the texts as they stand on "
        f"{about.result.as_of.isoformat()}? The judged model is the one made by the run '{about.history.final}'."
    )


def _answer(about: _Subject) -> Iterator[Block]:
    judged = [one for one in about.result.instruments if one.verdict is not None and not one.is_unasked]
    yield Heading("Answer", 2)
    deciding = [one for one in judged if one.decides]
    yield Paragraph(f"In force and binding on that day: {_tally(deciding)}.")
    ordered = sorted(judged, key=lambda one: (not one.in_force, not one.binding))
    rows = tuple(
        (
            f"{one.instrument} ({one.jurisdiction})",
            _status(one),
            str(one.verdict),
            probability_words(one.probability_low, one.probability_high),
            total_words(one.total) if one.counting_rule else "no sum of compute",
            _line(about, one.id),
        )
        for one in ordered
    )
    if rows:
        yield Table(("Instrument", "Status", "Verdict", "P(exceeds)", "Total", "Line"), rows)
    unasked = [one for one in about.result.instruments if one.is_unasked]
    if unasked:
        names = ", ".join(one.instrument for one in unasked)
        yield Paragraph(f"Not asked, since the history says nothing of its clusters and chips: {names}.")
    empty = [one.jurisdiction for one in about.result.instruments if one.status == "none"]
    if empty:
        yield Paragraph(f"No compute threshold was found in: {', '.join(empty)}.")


def _details(about: _Subject) -> Iterator[Block]:
    for one in about.result.instruments:
        if one.in_force and one.verdict is not None and not one.is_unasked:
            yield Heading(f"{one.instrument} ({one.jurisdiction})", 2)
            yield Points(tuple(_points(one, about)))
            yield from _counted(one)
            yield from _turns_on(one)


def _points(one: InstrumentResult, about: _Subject) -> Iterator[Point]:
    yield Point("Verdict", f"{one.verdict}; P(exceeds) {probability_words(one.probability_low, one.probability_high)}")
    if one.counting_rule:
        yield Point("Total", total_words(one.total))
    if one.total_with_unclear:
        yield Point("With the runs on which the text is silent", total_words(one.total_with_unclear))
    yield Point("Line", _line(about, one.id))
    if one.margin:
        yield Point("Margin", margin_words(one.margin))
    if one.counting_rule:
        rule = about.rules.get(one.counting_rule)
        yield Point("Counting rule", f"{rule.title} ({rule.id}, {rule.basis})" if rule else one.counting_rule)
    yield Point("Status", _status(one, about.instruments.get(one.id)))
    yield Point("Citation", one.citation)
    for tier in one.tiers:
        said = probability_words(tier.probability_low, tier.probability_high)
        yield Point(tier.name, f"{tier.verdict}; P {said}")
    yield Point("Owed where it exceeds", one.duty)
    yield Point("By when", one.due)
    if one.missing:
        yield Point("Not known", ", ".join(_words(name) for name in one.missing))
    if one.settling:
        share = f"{one.settling.share:.0%} of its outcomes settle the verdict"
        yield Point("What would settle it", f"{_settling(one.settling.fact)}: {share}")
    yield Point("Evidence", ", ".join(f"{name} {level}" for name, level in sorted(one.evidence.items())))


def _counted(one: InstrumentResult) -> Iterator[Block]:
    found = (*one.counted, *one.unclear, *one.not_counted)
    if found:
        yield Table(("Run", "Counts", "As", "Paragraph", "Why"), tuple(map(_counted_row, found[:MOST_RUNS])))
        yield from _more(len(found) - MOST_RUNS, "runs")


def _counted_row(run: CountedRun) -> tuple[str, ...]:
    part = _words(run.part) if run.part else "nothing"
    return run.run, COUNTS_WORDS[run.counts], part, run.paragraph, run.reason


def _turns_on(one: InstrumentResult) -> Iterator[Block]:
    effects = [effect for effect in one.tornado[:MOST_EFFECTS] if effect.span > 0]
    if effects:
        head = ("What it turns on", "P at its lowest tenth", "P at its highest tenth", "From 0 to 1")
        yield Bars(head, tuple(Bar(_words(effect.input), effect.lowest, effect.highest) for effect in effects))


def _inputs(history: History) -> Iterator[Block]:
    yield Heading("Inputs as read", 2)
    rows: list[tuple[str, ...]] = []
    for run in history.runs[:MOST_RUNS]:
        kind = f"{_words(run.kind)}, {_words(run.form)}" if run.form != "dense" else _words(run.kind)
        who = f"{kind}; by {run.developer}" if run.developer else kind
        read = [f"{_words(name)}: {quantity.echo()}" for name, quantity in run.inputs.items()]
        rows.append((run.id, who, "; ".join(read) or "no numbers"))
    yield Table(("Run", "What it did", "Numbers"), tuple(rows))
    yield from _more(len(history.runs) - MOST_RUNS, "runs")
    if history.edges:
        edges = tuple((edge.child, _words(edge.kind), edge.parent) for edge in history.edges[:MOST_RUNS])
        yield Table(("Run", "How", "From"), edges)
        yield from _more(len(history.edges) - MOST_RUNS, "links")
    known = history.circumstances
    stated = [(_words(name), quantity.echo()) for name, quantity in known.amounts.items()]
    stated += [(_words(name), ", ".join(map(_words, words))) for name, words in known.facts.items()]
    if stated:
        yield Table(("Circumstance", "As stated"), tuple(stated))


def _cross_checks(about: _Subject) -> Iterator[Block]:
    if about.result.cross_checks:
        yield Heading("Two ways of counting, compared", 2)
        rows = tuple(
            (
                check.run,
                flop_words(check.architecture, 3),
                flop_words(check.hardware, 3),
                f"{check.ratio:.2f}",
                "within a factor of 2" if check.agrees else "look at the inputs again",
            )
            for check in about.result.cross_checks[:MOST_RUNS]
        )
        yield Table(("Run", "FLOP by model and tokens", "FLOP by chips and time", "Ratio", ""), rows)


def _what_ifs(about: _Subject, table: WhatIfTable | None) -> Iterator[Block]:
    if table is None:
        return
    titles = {one.id: one.title for one in what_ifs()}
    yield Heading("What if", 2)
    asked = {one.id for one in about.result.instruments if one.verdict is not None and not one.is_unasked}
    moved = [row for row in table.rows if row.moves and row.instrument in asked]
    tried = len({(row.what_if, row.variant) for row in table.rows})
    yield Paragraph(f"{tried} changed histories were judged; {len(moved)} verdicts are others than before.")
    if moved:
        head = ("What if", "Changed history", "Instrument", "Before", "After")
        rows = tuple(
            (
                titles[row.what_if],
                f"{row.variant}. {row.note}" if row.note else row.variant,
                _name(about, row.instrument),
                _compared(row.before),
                _compared(row.after),
            )
            for row in moved
        )
        yield Table(head, rows)
    points = [Point(titles[one.what_if], _banded(one.band)) for one in table.bands]
    points += [Point(titles[one.what_if], f"not judged: {one.what}; {one.fix}") for one in table.not_applied]
    if points:
        yield Points(tuple(points))


def _limits(about: _Subject) -> Iterator[Block]:
    low, high = CUTS
    yield Heading("Limits", 2)
    yield Points(
        (
            Point("Draws", f"{about.result.draws:,}, seed {about.result.seed}; the same again gives the same numbers"),
            Point("Intervals", "from the 5% to the 95% quantile of the draws"),
            Point("Verdicts", f"exceeds from P {high:.2f}, below up to P {low:.2f}, indeterminate between them"),
            Point("Margins", progress_words()),
            Point("Evidence", EVIDENCE_WORDS),
            Point("", NOT_LEGAL_ADVICE),
        )
    )


def _sources(about: _Subject, table: WhatIfTable | None) -> Iterator[Block]:
    yield Heading("Sources", 2)
    points = []
    for one in about.result.instruments:
        if one.verdict is not None and not one.is_unasked:
            points.append(Point(one.instrument, one.citation))
            points += [Point("", "", url) for url in one.urls]
    used = {row.what_if for row in table.rows} | {one.what_if for one in table.bands} if table else set()
    for each in what_ifs():
        if each.id in used:
            points.append(Point(each.title, "; ".join(each.sources)))
    yield Points(tuple(dict.fromkeys(points))) if points else Paragraph("None.")


def _status(one: InstrumentResult, instrument: Instrument | None = None) -> str:
    said = STATUS_WORDS[one.status]
    if not one.binding and one.status == "in_force":
        said += ", not binding"
    if instrument is None:
        return said
    dates = [
        f"{word} {day.isoformat()}"
        for word, day in (("from", instrument.applies_from), ("until", instrument.applies_until),
                          ("fines from", instrument.fines_from))
        if day
    ]  # fmt: skip
    if dates:
        said += f" ({', '.join(dates)})"
    return f"{said}. {one.status_note}" if one.status_note else said


def _line(about: _Subject, instrument: str) -> str:
    found = about.instruments.get(instrument)
    return line_words(found) if found else "unknown"


def _tally(results: Iterable[InstrumentResult]) -> str:
    verdicts = [str(one.verdict) for one in results]
    counts = [(verdicts.count(word), word) for word in ("exceeds", "indeterminate", "below")]
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "none"


def _compared(one: Comparison) -> str:
    said = probability_words(one.probability_low, one.probability_high)
    return f"{one.verdict}, P {said}; {total_words(one.total)}"


def _banded(band: Band) -> str:
    between = f" ({flop_words(band.low, 3)} to {flop_words(band.high, 3)})" if band.low < band.high else ""
    return f"{band.title}: {flop_words(band.middle, 3)} {band.unit}{between}. {band.source}"


def _name(about: _Subject, instrument: str) -> str:
    found = about.instruments.get(instrument)
    return found.instrument if found else instrument


def _settling(fact: str) -> str:
    return "what the text says of the runs it does not mention" if fact == "counting" else _words(fact)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _more(count: int, what: str) -> Iterator[Block]:
    if count > 0:
        yield Paragraph(f"{count:,} more {what} are left out here.")
