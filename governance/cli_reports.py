"""The verbs of reports: write an assessment as a file, bring one in, load and remove the worked example."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.assessment.example import load_example, remove_example
from governance.assessment.framework import load_framework
from governance.catalogue.connect import open_catalogue
from governance.catalogue.selection import choice
from governance.cli_fields import AsOption, at_work
from governance.cli_options import JsonFlag
from governance.cli_output import emit, read_bytes, write_file
from governance.exports.assessment_answers import import_answers
from governance.exports.assessment_formats import REPORT_FORMATS, render_assessment
from governance.exports.assessment_import import MOST_BYTES, import_assessment

reports_app = typer.Typer()
example_app = typer.Typer(help="The worked example, made from public facts.", no_args_is_help=True)


@reports_app.command("export")
def assess_export(
    assessment: Annotated[str, typer.Argument(help="Its id, e.g. acme-chat-si-1.")],
    to: Annotated[Path, typer.Option("--to", help="The file to write.")],
    format: Annotated[str, typer.Option("--format", help=f"One of {', '.join(REPORT_FORMATS)}.")] = "json",
    files: Annotated[bool, typer.Option("--files", help="With json, take the uploaded files along.")] = False,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Write an assessment as a report, or whole as JSON that can be imported elsewhere."""
    kind, now = choice(format, REPORT_FORMATS, "option format"), datetime.now(UTC)
    with at_work(as_name) as workbench, open_catalogue() as connection:
        content = render_assessment(workbench, connection, assessment, kind, now, files=files)
    write_file(to, content)
    emit({"assessment": assessment, "format": kind, "file": str(to), "bytes": len(content)}, as_json)


@reports_app.command("import")
def assess_import(
    file: Annotated[Path, typer.Argument(help="An exported .json; with --into, a .csv.")],
    into: Annotated[
        str | None,
        typer.Option("--into", help="Read answers from CSV into this draft; apostrophes before formulas are removed."),
    ] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Bring in an assessment that was exported, all of it or nothing; what was signed stays signed and is marked."""
    content, now = read_bytes(file, MOST_BYTES), datetime.now(UTC)
    with at_work(as_name) as workbench, open_catalogue() as connection:
        if into is None:
            emit(import_assessment(workbench, content, load_framework(connection), now), as_json)
        else:
            emit(import_answers(workbench, connection, into, content, now), as_json)


@example_app.command("load")
def example_load(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Load the worked example: a published model assessed as far as public facts go, marked as an example."""
    with at_work(as_name) as workbench, open_catalogue() as connection:
        emit(load_example(workbench, connection, datetime.now(UTC)), as_json)


@example_app.command("remove")
def example_remove(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Take the worked example away; the trail keeps that it was there."""
    with at_work(as_name) as workbench:
        remove_example(workbench, datetime.now(UTC))
    emit({"removed": True}, as_json)
