"""The verbs of groups and scorings: languages, culture, coverage, people beside machines, and rescoring."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_text
from governance.errors import BadInput
from governance.evaluation.formats.opening import open_named
from governance.evaluation.formats.tables import EvaluationSet
from governance.evaluation.groups.chosen import BYS, Figures, choose
from governance.evaluation.groups.coverage import coverage, families, read_tiers, scripts
from governance.evaluation.groups.culture import RESAMPLES, culture, guess_parts
from governance.evaluation.groups.examples import EXAMPLES
from governance.evaluation.groups.grid import COVER
from governance.evaluation.groups.languages import REFERENCE, LanguageReport, language_report
from governance.evaluation.groups.ranks import TIE_RULES
from governance.evaluation.groups.raters import human_raters, rater_gaps
from governance.evaluation.rescoring import BOARD, TOP, rescoring
from governance.evaluation.rescoring_ties import moved_by_rule, moved_range, stated_digits
from governance.evaluation.vocabulary import BETTERS, Better
from governance.exports.tables import csv_of

languages_app = typer.Typer()
BY = ("family", "script", "tier")

FileArgument = Annotated[
    str, typer.Argument(help=f"A file of scores, the id of a set, or an example: {', '.join(EXAMPLES)}.")
]
TaskOption = Annotated[list[str] | None, typer.Option("--task", help="Only this task; may be given again.")]
MetricOption = Annotated[str | None, typer.Option("--metric", help="The metric; needed where there are several.")]
SplitOption = Annotated[str | None, typer.Option("--split", help="The split; test, or the only one.")]
RaterOption = Annotated[
    str | None, typer.Option("--rater", help="The scoring: rater, or 'rater, day'; needed where there are several.")
]
ReferenceOption = Annotated[str, typer.Option("--reference", help="The language others are set against, e.g. eng.")]
ByOption = Annotated[str, typer.Option("--by", help=f"What is compared: {', '.join(BYS)}.")]
CoverOption = Annotated[float, typer.Option("--cover", help="Share of the languages a model needs to be compared.")]
BetterOption = Annotated[
    str | None, typer.Option("--better", help="Which way is better; the set's own way, or higher.")
]
TiesOption = Annotated[str, typer.Option("--ties", help=f"Ranks of equal scores: {', '.join(TIE_RULES)}.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Of the random draws.")]
ResamplesOption = Annotated[int, typer.Option("--resamples", min=1, max=100_000, help="Random draws.")]
CsvFlag = Annotated[bool, typer.Option("--csv", help="Print the rows as CSV and nothing else.")]


@languages_app.command("languages")
def languages_command(
    file: FileArgument,
    task: TaskOption = None,
    metric: MetricOption = None,
    split: SplitOption = None,
    rater: RaterOption = None,
    reference: ReferenceOption = REFERENCE,
    by: ByOption = "auto",
    cover: CoverOption = COVER,
    better: BetterOption = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Set each model's languages against a reference: gaps, the worst one, spread, and how ranks change."""
    opened = _open_scores(file)
    report = language_report(_chosen(opened, task, metric, split, rater, by, better), reference, cover)
    if as_csv:
        sys.stdout.buffer.write(csv_of(report.rows))
        return
    changes = report.changes
    settings = {**_settings(opened, report.figures), "reference": report.reference, "cover": cover, "ties": "min"}
    counts = {
        "models": len(report.grid.models), "compared": len(report.grid.compared_models),
        "languages": len(report.grid.units), "shared": len(report.grid.shared_units), "interval": report.interval,
        "tau_reference_mean": changes and changes.tau_reference_mean,
        "tau_mean_worst": changes and changes.tau_mean_worst,
        "tau_reference_worst": changes and changes.tau_reference_worst, "winners": changes and changes.winners,
    }  # fmt: skip
    languages = changes.by_unit.to_dicts() if changes else []
    if as_json:
        pairs = changes.tau.to_dicts() if changes else []
        rows = {"models": report.models, "languages": languages, "rows": report.rows.to_dicts(), "tau": pairs}
        emit({"settings": settings, "counts": counts, **rows}, True)
        return
    emit({**settings, **counts}, False)
    emit_rows([one.model_dump(include=set(SHOWN)) for one in report.models], title="models")
    emit_rows(languages, title="rankings by language")


SHOWN = ("model", "has", "mean", "reference", "worst", "worst_language", "gap", "ratio", "sd", "tail_mean", "rank",
         "rank_worst")  # fmt: skip


@languages_app.command("culture")
def culture_command(
    file: FileArgument,
    sensitive: Annotated[
        list[str] | None, typer.Option("--sensitive", help="A value of subset that is culturally sensitive; again.")
    ] = None,
    agnostic: Annotated[
        list[str] | None, typer.Option("--agnostic", help="A value that is culturally agnostic; again.")
    ] = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    split: SplitOption = None,
    rater: RaterOption = None,
    language: Annotated[list[str] | None, typer.Option("--language", help="Only this language; again.")] = None,
    better: BetterOption = None,
    ties: TiesOption = "average",
    resamples: ResamplesOption = RESAMPLES,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Compare rankings on culturally sensitive and agnostic items, beside random parts of the same size."""
    opened = _open_scores(file)
    figures = _chosen(opened, task, metric, split, rater, "language", better)
    guessed = guess_parts(figures.rows["subset"].drop_nulls().unique().to_list())
    parts = (sensitive or guessed[0], agnostic or guessed[1])
    found = culture(
        figures.of_languages(language or ()), *parts, better=figures.better, resamples=resamples, seed=seed,
        ties=choice(ties, TIE_RULES, "option ties"),
    )  # fmt: skip
    if as_csv:
        sys.stdout.buffer.write(csv_of(pl.DataFrame([one.model_dump() for one in found.models])))
        return
    chosen = {"sensitive": parts[0], "agnostic": parts[1], "languages": language or "all"}
    emit({**_settings(opened, figures), **chosen, **found.model_dump()}, as_json)


@languages_app.command("language-coverage")
def coverage_command(
    file: FileArgument,
    group: Annotated[str, typer.Option("--group", help=f"Of languages: {', '.join(BY)}.")] = "family",
    tiers: Annotated[
        Path | None, typer.Option("--tiers", help="For tier: CSV with the columns language,tier; none is shipped.")
    ] = None,
    task: TaskOption = None,
    metric: MetricOption = None,
    split: SplitOption = None,
    rater: RaterOption = None,
    reference: ReferenceOption = REFERENCE,
    better: BetterOption = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Count the languages of each family, script or resource tier, and say how well models do there."""
    opened = _open_scores(file)
    with open_catalogue() as connection:
        report = language_report(_chosen(opened, task, metric, split, rater, "auto", better), reference)
        known = families(connection, report.figures.frame["language"].unique().to_list())
    group_of, complete = _groups(choice(group, BY, "option group"), report, known, tiers)
    rows = coverage(report, group_of, complete=complete)
    if as_csv:
        flat = pl.DataFrame([one.model_dump(exclude={"names"}) for one in rows])
        sys.stdout.buffer.write(csv_of(flat))
        return
    emit({**_settings(opened, report.figures), "reference": report.reference, "group": group, "groups": rows}, as_json)


@languages_app.command("rater-gap")
def rater_gap_command(
    file: FileArgument,
    base: Annotated[str, typer.Option("--base", help="The model before, e.g. at full precision.")],
    new: Annotated[str, typer.Option("--new", help="The model after.")],
    human: Annotated[
        list[str] | None, typer.Option("--human", help="A rater who is people; by its name where none is given; again.")
    ] = None,
    resamples: ResamplesOption = 2000,
    seed: SeedOption = 0,
    as_json: JsonFlag = False,
) -> None:
    """Set the relative change that people see between two models beside the one that metrics see."""
    opened = _open_scores(file)
    people = human or human_raters(opened.frame["rater"].drop_nulls().unique().to_list())
    rows = rater_gaps(opened.frame, base, new, people, resamples=resamples, seed=seed)
    settings = {"set": opened.card.id, "human": people, "base": base, "new": new, "resamples": resamples, "seed": seed}
    if as_json:
        emit({**settings, "rows": rows}, True)
        return
    emit(settings, False)
    emit_rows([
        {"language": one.name, "human, %": one.human.change, "low": one.human.low, "high": one.human.high,
         "automatic, %": one.automatic.change, "ratio": one.ratio, "ratio low": one.low, "ratio high": one.high,
         "said": one.reason}
        for one in rows
    ])  # fmt: skip


@languages_app.command("rescoring")
def rescoring_command(
    file: FileArgument,
    source: Annotated[str | None, typer.Option("--from", help="The first scoring: rater, or 'rater, day'.")] = None,
    target: Annotated[str | None, typer.Option("--to", help="The second scoring.")] = None,
    other: Annotated[
        str | None, typer.Option("--other", help="A second file or set that holds the second scoring.")
    ] = None,
    metric: MetricOption = None,
    task: TaskOption = None,
    ties: TiesOption = "min",
    top: Annotated[int, typer.Option("--top", min=1, help="How many make the top.")] = TOP,
    threshold: Annotated[float | None, typer.Option("--threshold", help="A line that scores may cross.")] = None,
    better: BetterOption = None,
    as_json: JsonFlag = False,
    as_csv: CsvFlag = False,
) -> None:
    """Compare rankings of the same outputs under two scorings; a set that mixes several must be told which."""
    opened, second = _open_scores(file), _open_scores(other) if other else None
    found = rescoring(
        opened.frame, second.frame if second else None, source=source, target=target, metric=metric, tasks=task or (),
        better=_better(opened, better), ties=choice(ties, TIE_RULES, "option ties"), top=top, threshold=threshold,
    )  # fmt: skip
    if as_csv:
        sys.stdout.buffer.write(csv_of(found.moves))
        return
    settings = {
        "set": opened.card.id, "source": opened.card.source, "licence": opened.card.licence or None,
        "version": opened.card.version, "from": found.source, "to": found.target, "better": found.better,
        "better_assumed": found.assumed, "ties": found.ties, "threshold": threshold, "interval": None,
    }  # fmt: skip
    if as_json:
        emit({**settings, "boards": found.boards, "moves": found.moves.to_dicts()}, True)
        return
    emit(settings, False)
    emit_rows([_short(one.model_dump()) for one in found.boards], title="rankings")
    if len(found.boards) == 1:
        moves, way = found.of(found.boards[0]), found.better
        emit({**moved_by_rule(moves, way), "unrounded": moved_range(moves, way, stated_digits(moves))}, False)
        emit_rows(moves.filter(pl.col("move") != 0).sort("rank_to").drop(BOARD).to_dicts(), title="moved")


def _open_scores(text: str) -> EvaluationSet:
    return EXAMPLES[text]() if text in EXAMPLES else open_named(text, "scores")


def _chosen(
    opened: EvaluationSet, task: list[str] | None, metric: str | None, split: str | None, rater: str | None, by: str,
    better: str | None,
) -> Figures:  # fmt: skip
    return choose(
        opened.frame, tasks=task or (), metric=metric, split=split, rater=rater, by=choice(by, BYS, "option by"),
        better=_better(opened, better),
    )  # fmt: skip


def _better(opened: EvaluationSet, better: str | None) -> Better | None:
    return choice(better, BETTERS, "option better") if better else opened.card.better


def _settings(opened: EvaluationSet, figures: Figures) -> dict[str, Any]:
    card = opened.card
    return {
        "set": card.id, "source": card.source, "licence": card.licence or None, "version": card.version,
        "tasks": figures.tasks, "metric": figures.metric, "split": figures.split, "scoring": figures.scoring,
        "by": figures.by, "better": figures.better, "better_assumed": figures.assumed,
        "without_language": figures.without_language,
    }  # fmt: skip


def _groups(
    group: str, report: LanguageReport, known: Mapping[str, str], tiers: Path | None
) -> tuple[Mapping[str, str], bool]:  # fmt: skip
    if group == "family":
        return known, False
    if group == "script":
        return scripts(report.grid.units), False
    if tiers is None:
        fix = "give --tiers FILE with the columns language,tier; Joshi et al. 2020 state no licence, so none is shipped"
        raise BadInput("no table of tiers is here", "option tiers", fix)
    return read_tiers(read_text(tiers), str(tiers)), True


def _short(board: dict[str, Any]) -> dict[str, Any]:
    names = ("task", "metric", "n", "tau_b", "spearman", "moved", "max_move", "max_model", "max_from", "max_to",
             "mean_move", "top_jaccard", "fell_below", "rose_above")  # fmt: skip
    return {name: board[name] for name in names}
