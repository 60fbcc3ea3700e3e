"""The verb on labs: list them, run one on a file or its SYNTHETIC example, and give its template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import open_catalogue
from governance.cli_evaluation import MapOption, read_mapping
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, write_file
from governance.errors import BadInput
from governance.exports.evaluation_report import report_html, report_markdown
from governance.records.store import open_workbench
from governance.research.labs.opening import run_on
from governance.research.labs.reading import read_settings, template
from governance.research.labs.registry import LABS, find_lab
from governance.research.labs.report import SYNTHETIC_WORDS, lab_card, lab_document, lab_report, numbers_table

labs_app = typer.Typer()


@labs_app.command("lab")
def lab_command(
    name: Annotated[str, typer.Argument(help="A lab, or list.")],
    file: Annotated[str | None, typer.Argument(help="Its file, or the id of a set; none for one of settings.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="name=value of a setting; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of all that is drawn.")] = 0,
    give_template: Annotated[bool, typer.Option("--template", help="Print a CSV to fill in, nothing else.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Run it on its SYNTHETIC example.")] = False,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the report here: .md or .html by its ending.")
    ] = None,
    attach: Annotated[
        list[Path] | None,
        typer.Option("--attach", help="A tokenizer.json, or models as .safetensors or .npz, one after another."),
    ] = None,
    mapped: MapOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Answer a lab's question from your own file, or list the labs."""
    if name == "list":
        cards = [lab_card(one) for one in LABS.values()]
        emit(cards, True) if as_json else emit_rows(
            [{key: one[key] for key in ("topic", "lab", "question", "reads")} for one in cards]
        )
        return
    lab = find_lab(name)
    if give_template:
        typer.echo(template(lab), nl=False)
        return
    whole = bool(attach) and lab.attachment is not None and lab.attachment.replaces
    if (file is None) == (not example) and lab.source != "settings" and not whole:
        fix = f"give one of them, or 'touchstone lab {name} --template' for a file to fill in"
        raise BadInput("a file or --example, one of them", f"verb lab {name}", fix)
    asked = dict(_pair(one) for one in set_ or ())
    with open_catalogue() as connection, open_workbench() as workbench:
        found = run_on(
            lab, None if example else file, asked, seed, connection, workbench, attach or (), read_mapping(mapped)
        )
    settings = read_settings(lab, asked)
    if report is not None:
        made = lab_report(
            lab, found.result, settings, source=found.source, version=found.version, licence=found.licence
        )
        text = report_html(made) if report.suffix == ".html" else report_markdown(made)
        write_file(report, text.encode())
    if as_json:
        emit({**lab_document(lab, found.result, settings), "source": found.source, "version": found.version}, True)
        return
    emit_rows(numbers_table(found.result).to_dicts())
    emit_rows(found.result.figures[0].table.to_dicts(), title=found.result.figures[0].title)
    typer.echo(found.result.answer)
    if found.result.synthetic:
        typer.echo(SYNTHETIC_WORDS)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadInput(f"'{text:.60}' is no setting", "option --set", "write name=value")
    return name.strip(), value.strip()
