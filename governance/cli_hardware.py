"""The verbs of chips: export classes, portability, own matrices and timings."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_text
from governance.compute.chip_card import SHOWN_CLASSES, chip_card, chip_table, count_chips, select_chips
from governance.compute.determinism import cost_of_determinism, read_timings
from governance.compute.device_cover import cheapest_devices, read_matrix, read_prices
from governance.compute.portability import LOST, Lost, functions_of, portability, slowdowns
from governance.exports.tables import WRITERS

chips_app = typer.Typer(help="Chips, their export class, and what runs on them.", invoke_without_command=True)
SHOWN = ("name", "maker", "year", "tpp", "tpp_format", "density", "class", "case_by_case", "price_usd")


@chips_app.callback()
def chips_command(
    context: typer.Context,
    makers: Annotated[list[str] | None, typer.Option("--maker", help="Of this maker; may be given again.")] = None,
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", help=f"In this class: {', '.join(SHOWN_CLASSES)}; may be given again."),
    ] = None,
    years: Annotated[str, typer.Option("--years", help="Released in 2020..2024, 2022.. or 2024.")] = "",
    format: Annotated[str, typer.Option("--format", help="table, csv, jsonl, parquet or json.")] = "table",
    as_json: JsonFlag = False,
) -> None:
    """List the chips with performance, density and class under the export rules."""
    if context.invoked_subcommand is not None:
        return
    choice(format, ("table", *WRITERS, "json"), "option format")
    with open_catalogue() as connection:
        table = select_chips(chip_table(connection), makers or (), classes or (), years)
    if format in WRITERS and not as_json:
        sys.stdout.buffer.write(WRITERS[format](table))
    elif as_json or format == "json":
        emit({"counts": count_chips(table), "rows": table.to_dicts()}, True)
    else:
        emit_rows(table.select(SHOWN).to_dicts())


@chips_app.command("show")
def chips_show(
    words: Annotated[list[str], typer.Argument(help="Part of its name, such as H100 SXM5.")],
    number: Annotated[int, typer.Option("--number", help="Chips of a cluster.")] = 10_000,
    utilisation: Annotated[float, typer.Option("--utilisation", help="Model FLOP over peak, above 0 to 1.")] = 0.4,
    as_json: JsonFlag = False,
) -> None:
    """Show one chip: its facts, its class and why, how many make 1e20 OP/s, days to 1e25 and 1e26 FLOP."""
    with open_catalogue() as connection:
        emit(chip_card(connection, " ".join(words), number, utilisation), as_json)


@chips_app.command("portability")
def chips_portability(
    lost: Annotated[str, typer.Option("--lost", help=f"Which functions count: {', '.join(LOST)}.")] = LOST[1],
    framework: Annotated[
        str | None, typer.Option("--framework", help="List its functions, where the rows were imported.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Show which share of a framework's functions is lost on a device, and how much slower the rest is."""
    meaning: Lost = choice(lost, LOST, "option --lost")
    with open_catalogue() as connection:
        if framework is not None:
            emit(functions_of(connection, framework, lost=meaning), as_json)
        else:
            emit({"shares": portability(connection, lost=meaning), "slowdowns": slowdowns(connection)}, as_json)


@chips_app.command("cover")
def chips_cover(
    file: Annotated[Path, typer.Argument(help="CSV with function, device, works.")],
    prices: Annotated[Path, typer.Option("--prices", help="CSV with device, price.")],
    functions: Annotated[
        list[str] | None, typer.Option("--function", help="Only this function; may be given again.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Find the cheapest devices on which every function of your own table runs somewhere."""
    matrix = read_matrix(read_text(file), str(file))
    emit(cheapest_devices(matrix, read_prices(read_text(prices), str(prices)), functions or ()), as_json)


@chips_app.command("determinism")
def chips_determinism(
    file: Annotated[Path, typer.Argument(help="CSV with function, default_seconds, deterministic_seconds.")],
    as_json: JsonFlag = False,
) -> None:
    """Show what a mode that always gives the same result costs in time, from your own timings."""
    emit(cost_of_determinism(read_timings(read_text(file), str(file))), as_json)
