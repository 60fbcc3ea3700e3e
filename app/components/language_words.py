"""What the page on languages says: answers, captions, tables and reports."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from app.components.frame import counted, plain
from app.components.language_charts import short
from governance.evaluation.formats.tables import SetCard
from governance.evaluation.groups.chosen import Figures, unit_name
from governance.evaluation.groups.coverage import NOT_KNOWN, GroupCover
from governance.evaluation.groups.culture import Culture
from governance.evaluation.groups.languages import LanguageReport
from governance.evaluation.groups.raters import RaterGap
from governance.evaluation.report import Report
from governance.evaluation.vocabulary import Better

QUESTION = "How much worse is it in other languages?"
PUBLISHED_DROP = (
    "Published, not recomputed: in Japanese, people saw a fall of 16.0% after quantisation, automatic tasks one of "
    "1.7%: **9.4 times** (Marchisio et al. 2024, abstract)."
)
NO_TIERS = (
    "The classes of Joshi et al. 2020 are on the web without a licence, so none are shipped: bring your own table."
)
MODEL_COLUMNS = {
    "model": "model", "has": "languages", "mean": "mean", "reference": "reference", "worst": "worst",
    "worst_language": "worst language", "gap": "worst − reference", "ratio": "worst / best", "sd": "SD",
    "range": "range", "tail_mean": "mean of worst tenth", "rank": "rank by mean", "rank_reference": "by reference",
    "rank_worst": "by worst",
}  # fmt: skip


def languages_answer(report: LanguageReport) -> str:
    """Say what the worst language costs the best model, and whether rankings hold."""
    first = next((one for one in report.models if one.mean is not None), None)
    if first is None or first.worst is None:
        return "**No model has enough languages to be compared.**"
    where = unit_name(first.worst_language or "")
    against = (
        "" if first.reference is None else f", against {first.reference:.3f} in {unit_name(report.reference or '')}"
    )
    best = f"{plain(short(first.model))}, best on the mean ({first.mean:.3f})"
    text = f"**{best}, gives {first.worst:.3f} in {plain(where)}**{against}"
    changes = report.changes
    if changes is not None and changes.tau_reference_mean is not None:
        text += (
            f" · ranking by {unit_name(report.reference or '')} and by the mean of all agree at τ "
            f"**{changes.tau_reference_mean:.2f}**, mean and worst at {changes.tau_mean_worst or 0:.2f}"
        )
    return text


def compared_words(report: LanguageReport) -> str:
    """Say how many models and languages are compared, and which are left out."""
    grid = report.grid
    absent = [one for one in report.models if not one.compared]
    text = f"{len(grid.compared_models)} models × {len(grid.shared_units)} languages that all of them have"
    if absent:
        named = ", ".join(f"{short(one.model)} ({one.has})" for one in absent[:3])
        text += f"; not compared, with too few languages: {named}" + (
            f" and {len(absent) - 3} more" if absent[3:] else ""
        )
    dropped = len(grid.units) - len(grid.shared_units)
    return text + (f"; {counted(dropped, 'language')} not shared by all" if dropped else "")


def settings_words(figures: Figures) -> str:
    """Say which scores these are."""
    tasks = figures.tasks[0] if len(figures.tasks) == 1 else f"mean over {len(figures.tasks)} tasks"
    way = f"{figures.better} is better" + (" (assumed)" if figures.assumed else "")
    return " · ".join([tasks, figures.metric, f"split {figures.split or 'not stated'}", way])


def source_words(card: SetCard) -> str:
    """Name the source with its licence."""
    return f"Source: {card.source} ({card.licence or 'licence not stated'})"


def model_table(report: LanguageReport) -> pl.DataFrame:
    """Give a row a model under the page's headings."""
    rows = [one.model_dump() for one in report.models]
    for row in rows:
        row["worst_language"] = row["worst_language"] and unit_name(row["worst_language"])
    return pl.DataFrame(rows, infer_schema_length=None).select(
        pl.col(name).alias(heading) for name, heading in MODEL_COLUMNS.items()
    )


def languages_report(card: SetCard, report: LanguageReport) -> Report:
    """Write the view on languages as a report."""
    figures, changes = report.figures, report.changes
    tables = {"Models": model_table(report)}
    if changes is not None:
        tables["Rankings by language"] = changes.by_unit.sort("tau_mean", nulls_last=True)
    return Report(
        title=f"Languages: {card.title}", question=QUESTION, answer=_bare(languages_answer(report)),
        n=len(report.grid.compared_models) * len(report.grid.shared_units), counted="scores compared",
        estimator="mean over languages, each counting once; Kendall's tau b", ties="ranks: min; tau: tau b",
        interval=report.interval, seed=None, data_version=card.version, source=card.source, licence=card.licence,
        settings=_settings(figures) | {"Reference": report.reference, "Compared": compared_words(report)},
        tables=tables,
        limits=(
            "A missing language is missing, never 0.",
            "Scores in two languages differ by the difficulty of the items too, not by the model alone.",
            "Differences between models carry no interval unless n is stated.",
        ),
    )  # fmt: skip


def culture_answer(found: Culture, synthetic: bool) -> str:
    """Say whether the sensitive part moves the ranking more than chance does."""
    part = found.parts[0]
    mark = "**SYNTHETIC** · " if synthetic else ""
    units = f"On the {part.units} sensitive of {found.units} units"
    text = f"{units} models move by **{part.mean_move:.2f} places** on average"
    if part.p is None:
        return f"{mark}{text}; whether that is more than chance cannot be tested: {part.reason}."
    said = "more than" if part.p < 0.05 else "no more than"
    bounds = f"{part.null_low:.2f} to {part.null_high:.2f}; p {part.p:.3f}"
    return f"{mark}{text}, **{said} random parts as large do** ({bounds})"


def culture_report(card: SetCard, figures: Figures, found: Culture, synthetic: bool) -> Report:
    """Write the view on culture as a report."""
    tables = {name: pl.DataFrame([one.model_dump() for one in rows], infer_schema_length=None)
              for name, rows in (("Parts", found.parts), ("Models", found.models))}  # fmt: skip
    return Report(
        title=f"Culture: {card.title}", question="Do rankings change on culturally sensitive items?",
        answer=_bare(culture_answer(found, synthetic)), n=found.units, counted="units (items or tasks)",
        estimator="mean change of rank against all units; random parts of equal size without replacement as the null",
        ties=f"ranks: {found.ties}", interval=f"95% range of {found.resamples} random parts", seed=found.seed,
        data_version=card.version, source=card.source, licence=card.licence,
        settings=_settings(figures) | {"A unit counts": found.weights, "Left out": ", ".join(found.left_out) or "none"},
        tables=tables, limits=("What is sensitive is what the subset column says.",),
    )  # fmt: skip


def coverage_answer(groups: Sequence[GroupCover], word: str, better: Better = "higher") -> str:
    """Say which group has most languages and which is worst."""
    known = [one for one in groups if one.group != NOT_KNOWN]
    scored = [one for one in known if one.gap is not None]
    if not known:
        return f"**No {word} is known for these languages.**"
    largest = max(known, key=lambda one: one.languages)
    total = sum(one.languages for one in groups)
    text = f"**{largest.languages} of {total} languages are {plain(largest.group)}**"
    if scored:
        sign = 1 if better == "higher" else -1
        low = min(scored, key=lambda one: sign * (one.gap or 0))
        n = counted(low.shared, "language")
        text += f" · worst on the mean: **{plain(low.group)}**, {low.gap:+.3f} against the reference ({n})"
    missing = sum((one.listed or 0) - one.languages for one in known if one.listed is not None)
    return text + (f" · {counted(missing, 'language')} of your table not here" if missing > 0 else "")


def coverage_report(card: SetCard, report: LanguageReport, groups: Sequence[GroupCover], word: str) -> Report:
    """Write the view on coverage as a report."""
    return Report(
        title=f"Coverage by {word}: {card.title}", question="Which languages are covered, and how well?",
        answer=_bare(coverage_answer(groups, word, report.figures.better)), n=len(report.grid.units),
        counted="languages",
        estimator="mean over models and languages of a group, each counting once", ties="", interval="", seed=None,
        data_version=card.version, source=card.source, licence=card.licence,
        settings=_settings(report.figures) | {"Compared": compared_words(report)},
        tables={"Groups": group_table(groups)},
        limits=("A group of one language says nothing about the group.",),
    )  # fmt: skip


def group_table(groups: Sequence[GroupCover]) -> pl.DataFrame:
    """Give a row a group under the page's headings."""
    frame = pl.DataFrame(
        [
            {"group": one.group, "languages": one.languages, "in the table": one.listed, "compared": one.shared,
             "mean": one.mean, "against reference": one.gap, "worst language": one.worst_language, "worst": one.worst,
             "which": ", ".join(one.names)}
            for one in groups
        ],
        infer_schema_length=None,
    )  # fmt: skip
    return frame if any(one.listed is not None for one in groups) else frame.drop("in the table")


def rater_answer(found: Sequence[RaterGap], synthetic: bool) -> str:
    """Say how many times larger the drop is that people see."""
    most = max(found, key=lambda one: one.ratio or 0)
    mark = "**SYNTHETIC** · " if synthetic else ""
    if most.ratio is None or most.human.change is None or most.automatic.change is None:
        return f"{mark}**No ratio can be given**: {most.reason}."
    bounds = "" if most.low is None else f" (95%: {most.low:.1f} to {most.high:.1f})"
    seen = f"people see **{most.human.change:+.1f}%**, metrics **{most.automatic.change:+.1f}%**"
    return f"{mark}In {plain(most.name)} {seen}: **{most.ratio:.1f} times**{bounds}"


def rater_table(found: Sequence[RaterGap]) -> pl.DataFrame:
    """Give a row a language under the page's headings."""
    return pl.DataFrame(
        [
            {"language": one.name, "people, %": one.human.change, "people low": one.human.low,
             "people high": one.human.high, "n people": one.human.n, "automatic, %": one.automatic.change,
             "automatic low": one.automatic.low, "automatic high": one.automatic.high, "n automatic": one.automatic.n,
             "ratio": one.ratio, "ratio low": one.low, "ratio high": one.high, "note": one.reason}
            for one in found
        ],
        infer_schema_length=None,
    )  # fmt: skip


def rater_report(card: SetCard, found: Sequence[RaterGap], synthetic: bool, seed: int, resamples: int) -> Report:
    """Write the view on people and machines as a report."""
    counts = [one.human.n for one in found[:1]]
    return Report(
        title=f"People and machines: {card.title}", question="Do people see a drop that metrics do not?",
        answer=_bare(rater_answer(found, synthetic)), n=counts[0], counted="judgements of people on the new model",
        estimator="mean relative change over paired figures", ties="",
        interval=f"95%, shares drawn again with their n, {resamples} times", seed=seed, data_version=card.version,
        source=card.source, licence=card.licence, settings={"Base": found[0].base, "New": found[0].new},
        tables={"Relative change": rater_table(found)},
        limits=("People and metrics judge different qualities: the ratio compares two drops, not two truths.",),
    )  # fmt: skip


def _settings(figures: Figures) -> dict[str, object]:
    return {
        "Tasks": ", ".join(figures.tasks[:5]) + (f" and {len(figures.tasks) - 5} more" if figures.tasks[5:] else ""),
        "Metric": figures.metric, "Split": figures.split or "not stated", "Scoring": figures.scoring,
        "Compared by": figures.by, "Better": figures.better + (" (assumed)" if figures.assumed else ""),
    }  # fmt: skip


def _bare(text: str) -> str:
    return text.replace("**", "").replace("\\", "")
