"""The verb of energy, emissions, water and money."""

from __future__ import annotations

from typing import Annotated

import typer

from governance.catalogue.connect import open_catalogue
from governance.cli_compute import compute_app
from governance.cli_options import JsonFlag, with_footprint_words
from governance.cli_output import emit, emit_rows
from governance.compute.footprint_report import DRAWS, SEED, FootprintReport, footprint_report, footprint_rows
from governance.compute.footprint_words import FootprintWords

__all__ = ["compute_app", "footprint_command"]
"""The group is handed on with the verb in it."""


@compute_app.command("footprint")
@with_footprint_words
def footprint_command(
    *,
    words: FootprintWords,
    draws: Annotated[int, typer.Option("--draws", help="How often every number is drawn.")] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", help="The same gives the same result.")] = SEED,
    as_json: JsonFlag = False,
) -> None:
    """Work out energy, CO2e, water and cost of training and use, with 90% intervals and every assumption."""
    with open_catalogue() as connection:
        report = footprint_report(connection, words, draws, seed)
    if as_json:
        emit(report, True)
    else:
        _print(report)


def _print(report: FootprintReport) -> None:
    result = report.result
    emit_rows(footprint_rows(report).to_dicts(), title="90% intervals")
    if result.break_even_days:
        emit({"days of use that take as much as training": result.break_even_days}, False)
    emit_rows([one.model_dump() for one in report.asked.amounts], title="as read")
    emit_rows(
        [
            {
                "name": one.name,
                "value": one.quantity.echo(),
                "unit": one.unit,
                "evidence": one.evidence,
                "source": one.source,
            }
            for one in result.assumptions
        ],
        title="assumed; change one with --set name=value",
    )
    emit_rows([one.model_dump() for one in result.swings], title=f"mean {result.swings_of} in lowest and highest tenth")
    emit_rows([one.model_dump() for one in result.pue_choices], title="energy under the efficiency of other sites")
    for one in report.beside:
        emit_rows([line.model_dump() for line in one.comparisons], title=f"published: {one.published.version}")
    if result.unknown:
        emit({"not known": result.unknown}, False)
