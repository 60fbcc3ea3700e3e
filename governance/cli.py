"""The command line: every verb mirrors a public function and does no work of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, get_args

import polars as pl
import typer
from typer.exceptions import TyperException

from governance.catalogue.build import build_catalogue, catalogue_info
from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.search import search
from governance.catalogue.selection import Selection, choice
from governance.catalogue.sources import check_catalogue, import_notes, sources
from governance.catalogue.vocabulary import MODALITIES, SNAPSHOTS
from governance.cli_assess import assess_app
from governance.cli_backtest import backtest_app
from governance.cli_backtest import import_app as index_imports
from governance.cli_benchmarks import benchmark_app, benchmarks_app
from governance.cli_benchmarks import import_app as benchmark_imports
from governance.cli_claims import claims_app
from governance.cli_compute import import_app as compute_imports
from governance.cli_compute import models_app
from governance.cli_consent import consent_app
from governance.cli_consent import import_app as agent_imports
from governance.cli_corpus import corpus_app
from governance.cli_corpus import import_app as consent_imports
from governance.cli_evaluation import import_app as evaluation_imports
from governance.cli_evaluation import sets_app, validate_app
from governance.cli_evidence import evidence_app
from governance.cli_footprint import compute_app
from governance.cli_governance import system_app
from governance.cli_hardware import chips_app
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_labs import labs_app
from governance.cli_languages import languages_app
from governance.cli_options import (
    ExportFolder,
    FacetsFlag,
    FormatOption,
    FromOption,
    JsonFlag,
    LimitOption,
    OtherVersionFlag,
    PolicyOption,
    SnapshotOption,
    with_filters,
)
from governance.cli_output import (
    emit,
    emit_listing,
    emit_rows,
    fail,
    misuse,
    progress_line,
    read_json,
    read_text,
    silence,
    speak_utf8,
)
from governance.cli_own_sources import import_app as own_imports
from governance.cli_own_sources import own_app
from governance.cli_papers import import_app as paper_imports
from governance.cli_papers import paper_app, papers_app
from governance.cli_people import audit_app, people_app, token_app
from governance.cli_portfolio import portfolio_app
from governance.cli_prompts import prompts_app
from governance.cli_rate import rate_app
from governance.cli_reach import import_app as speaker_imports
from governance.cli_reach import reach_app
from governance.cli_reports import example_app, reports_app
from governance.cli_review import crosswalk_app, review_app
from governance.cli_risk import risk_app
from governance.cli_robustness import robustness_app, selection_app
from governance.cli_scenarios import scenarios_app
from governance.cli_terms import import_app as terms_imports
from governance.cli_terms import terms_app
from governance.cli_trace import trace_app
from governance.errors import BadInput, TouchstoneError
from governance.exports.formats import FORMATS
from governance.exports.manifest import check_manifest, export_from_manifest, export_selection, read_manifest
from governance.exports.tables import WRITERS, table_of
from governance.provenance.card import dataset_card
from governance.provenance.composition import compare, composition, concentration
from governance.provenance.datasets import datasets_for, load_datasets, look_alikes, select_datasets
from governance.provenance.dpi import import_dpi
from governance.provenance.ecosystem_graphs import import_ecosystem_graphs
from governance.provenance.hosts import Base, host_audit
from governance.provenance.licence_table import class_oddities, find_licences, licence_table
from governance.provenance.licences import classify
from governance.provenance.lineage import Direction, lineage
from governance.provenance.own_policies import find_policy, own_policies, read_policy, remove_policy, save_policy
from governance.provenance.policies import POLICIES, Policy
from governance.provenance.policy_effects import policy_counts, policy_preview
from governance.provenance.saved_lists import frozen_selection, list_changes, read_ids, save_result
from governance.records.backups import backup, restore
from governance.records.lists import compare_lists, delete_list, get_list, lists, update_list
from governance.records.store import open_workbench

app = typer.Typer(
    name="touchstone",
    help="Provenance, licences and lineage of AI training data.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
SHOWN = ("id", "name", "licence_use", "effective_use", "licences", "language", "examples", "year")
catalogue_app = typer.Typer(
    help="Build the catalogue, see what it holds, check that it may be handed on.", no_args_is_help=True
)
import_app = typer.Typer(help="Read a published source into your own catalogue.", no_args_is_help=True)
dataset_app = typer.Typer(help="One dataset.", no_args_is_help=True)
licence_app = typer.Typer(help="One licence.", no_args_is_help=True)
licences_app = typer.Typer(help="Licences as the hosting sites state them.", no_args_is_help=True)
lists_app = typer.Typer(help="Saved lists of datasets.", invoke_without_command=True)
policies_app = typer.Typer(help="Rules for reading licences: shipped ones and your own.", invoke_without_command=True)
for name, group in (
    ("catalogue", catalogue_app),
    ("import", import_app),
    ("dataset", dataset_app),
    ("licence", licence_app),
    ("licences", licences_app),
    ("lists", lists_app),
    ("policies", policies_app),
    ("models", models_app),
    ("compute", compute_app),
    ("benchmarks", benchmarks_app),
    ("benchmark", benchmark_app),
    ("papers", papers_app),
    ("paper", paper_app),
    ("scenarios", scenarios_app),
    ("chips", chips_app),
    ("risk", risk_app),
    ("selection", selection_app),
    ("example", example_app),
    ("review", review_app),
    ("crosswalk", crosswalk_app),
    ("consent", consent_app),
    ("evidence", evidence_app),
    ("system", system_app),
    ("assess", assess_app),
    ("people", people_app),
    ("token", token_app),
    ("audit", audit_app),
    ("sets", sets_app),
):
    app.add_typer(group, name=name)
app.add_typer(portfolio_app)
app.add_typer(languages_app)
app.add_typer(reach_app)
app.add_typer(labs_app)
app.add_typer(rate_app)
app.add_typer(prompts_app)
app.add_typer(robustness_app)
app.add_typer(claims_app)
app.add_typer(trace_app)
assess_app.add_typer(reports_app)
import_app.add_typer(compute_imports)
import_app.add_typer(index_imports)
import_app.add_typer(agent_imports)
import_app.add_typer(consent_imports)
consent_app.add_typer(corpus_app)
consent_app.add_typer(terms_app)
import_app.add_typer(terms_imports)
compute_app.add_typer(backtest_app)
import_app.add_typer(own_imports)
import_app.add_typer(benchmark_imports)
import_app.add_typer(speaker_imports)
import_app.add_typer(paper_imports)
consent_app.add_typer(own_app)
app.add_typer(validate_app)
import_app.add_typer(evaluation_imports)


def main() -> None:
    """Run the command line: exit code 0 fine, 1 a check found a problem, 2 bad input or not available."""
    speak_utf8()
    code = 0
    try:
        code = _verbs()(standalone_mode=False) or 0
        sys.stdout.flush()
    except (TouchstoneError, TyperException) as error:
        fail(error if isinstance(error, TouchstoneError) else misuse(error))
        code = 2
    except SystemExit:  # how typer and rich end when nobody reads on; in this mode nothing else exits
        silence()
    except OSError as error:
        fail(TouchstoneError(f"the system says: {error.strerror}", "standard output", "mend that and try again"))
        silence()
        code = 2
    sys.exit(code)


@catalogue_app.command("build")
def catalogue_build(as_json: JsonFlag = False) -> None:
    """Build the catalogue from the shipped facts and your imports."""
    emit(build_catalogue(progress=progress_line), as_json)


@catalogue_app.command("info")
def catalogue_info_command(as_json: JsonFlag = False) -> None:
    """Show version, sources and row counts."""
    with open_catalogue() as connection:
        emit({**catalogue_info(connection).model_dump(), "sources": sources(connection)}, as_json)


@catalogue_app.command("check")
def catalogue_check(as_json: JsonFlag = False) -> None:
    """Check that every shipped source may be redistributed and every row has its source."""
    with open_catalogue() as connection:
        result = check_catalogue(connection)
    emit(result, as_json)
    if not result.ok:
        raise typer.Exit(1)


@catalogue_app.command("notes")
def catalogue_notes(source: Annotated[str | None, typer.Argument()] = None, as_json: JsonFlag = False) -> None:
    """List what the importers found odd and kept."""
    with open_catalogue() as connection:
        emit(import_notes(connection, source), as_json)


@import_app.command("dpi")
def import_dpi_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a copy of the Data Provenance Collection, then build the catalogue again."""
    imported(import_dpi(path, out or home() / "imports" / "dpi"), rebuild=out is None, as_json=as_json)


@import_app.command("ecosystem-graphs")
def import_ecosystem_graphs_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read a copy of Ecosystem Graphs, then build the catalogue again; it is never shipped."""
    target = out or home() / "imports" / "ecosystem-graphs"
    imported(import_ecosystem_graphs(path, target), rebuild=out is None, as_json=as_json)


@app.command("datasets")
@with_filters
def datasets_command(
    *,
    selection: Selection,
    format: FormatOption = "table",
    limit: LimitOption = None,
    facets: FacetsFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List the datasets that meet every filter given."""
    choice(format, ("table", *WRITERS, "json"), "option format")
    with open_catalogue() as connection:
        result = datasets_for(connection, selection, _policy(selection.policy))
    writers = {name: _of_table(write) for name, write in WRITERS.items()}
    emit_listing(result, SHOWN, writers, format=format, limit=limit, facets=facets, as_json=as_json)


@dataset_app.command("show")
def dataset_show(
    dataset_id: str, snapshot: SnapshotOption = "current", policy: PolicyOption = "audit", as_json: JsonFlag = False
) -> None:
    """Show everything known about one dataset, each fact with its source."""
    with open_catalogue() as connection:
        emit(
            dataset_card(
                connection, dataset_id, snapshot=choice(snapshot, SNAPSHOTS, "option snapshot"), policy=_policy(policy)
            ),
            as_json,
        )


@app.command("lineage")
def lineage_command(
    dataset_id: str,
    depth: Annotated[int | None, typer.Option("--depth", min=0, help="Steps each way; by default to the end.")] = None,
    direction: Annotated[str, typer.Option("--direction", help="up, down or both.")] = "both",
    effective: Annotated[bool, typer.Option("--effective", help="Only the terms that are left, and why.")] = False,
    snapshot: SnapshotOption = "current",
    policy: PolicyOption = "audit",
    as_json: JsonFlag = False,
) -> None:
    """Show what a dataset derives from, what is built on it, and the licence that remains."""
    way: Direction = choice(direction, get_args(Direction), "option direction")
    state = choice(snapshot, SNAPSHOTS, "option snapshot")
    with open_catalogue() as connection:
        found = lineage(connection, dataset_id, depth=depth, direction=way, snapshot=state, policy=_policy(policy))
    only = {"dataset_id", "snapshot", "policy", "effective", "conflicts", "missing_parents"}
    emit(found.model_dump(include=only) if effective else found, as_json)


@licence_app.command("classify")
def licence_classify(expression: str, snapshot: SnapshotOption = "current", as_json: JsonFlag = False) -> None:
    """Say what a licence expression, or a licence's name, allows."""
    with open_catalogue() as connection:
        emit(classify(connection, expression, choice(snapshot, SNAPSHOTS, "option snapshot")), as_json)


@licences_app.command("hosts")
def licences_hosts(
    snapshot: SnapshotOption = "current",
    modality: Annotated[str, typer.Option("--modality", help="text, speech or video.")] = "text",
    base: Annotated[str, typer.Option("--base", help="all records, or those with_page on the site.")] = "all",
    as_json: JsonFlag = False,
) -> None:
    """Show how often each hosting site omits or misstates a licence."""
    over: Base = choice(base, get_args(Base), "option base")
    state, kind = choice(snapshot, SNAPSHOTS, "option snapshot"), choice(modality, MODALITIES, "option modality")
    with open_catalogue() as connection:
        audit = host_audit(connection, snapshot=state, modality=kind, base=over)
    if as_json:
        emit(audit, True)
    else:
        emit_rows([{"host": host, **rates.model_dump(exclude={"confusion"})} for host, rates in audit.hosts.items()])


@licences_app.command("look-alikes")
def licences_look_alikes(
    snapshot: SnapshotOption = "current", policy: PolicyOption = "audit", as_json: JsonFlag = False
) -> None:
    """Count the datasets that look free to use and are not, once lineage counts."""
    with open_catalogue() as connection:
        emit(
            look_alikes(load_datasets(connection, choice(snapshot, SNAPSHOTS, "option snapshot"), _policy(policy))),
            as_json,
        )


@licences_app.command("classes")
def licences_classes(
    words: Annotated[str, typer.Argument(help="Words that must all occur; all licences by default.")] = "",
    snapshot: SnapshotOption = "current",
    as_json: JsonFlag = False,
) -> None:
    """List the licences with the class the audit gives each, the one stated most first."""
    with open_catalogue() as connection:
        emit(find_licences(licence_table(connection, choice(snapshot, SNAPSHOTS, "option snapshot")), words), as_json)


@licences_app.command("oddities")
def licences_oddities(snapshot: SnapshotOption = "current", as_json: JsonFlag = False) -> None:
    """List what contradicts itself or surprises in the table of licence classes."""
    with open_catalogue() as connection:
        emit(class_oddities(licence_table(connection, choice(snapshot, SNAPSHOTS, "option snapshot"))), as_json)


@app.command("composition")
def composition_command(
    dimension: Annotated[str, typer.Argument(help="E.g. language, task_group, domain, year or licence_use.")],
    first: Annotated[str, typer.Option("--first", help="A selection as a query, e.g. 'licence_use=commercial'.")] = "",
    second: Annotated[str | None, typer.Option("--second", help="Another, to set beside it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a selection apart, or set two side by side, with intervals and concentration."""
    one, other = Selection.from_query(first), None if second is None else Selection.from_query(second)
    with open_catalogue() as connection:
        frames = [
            datasets_for(connection, asked, _policy(asked.policy)).frame for asked in (one, other) if asked is not None
        ]
    shares = composition(frames[0], dimension) if other is None else compare(frames[0], frames[1], dimension)
    emit(
        {
            "dimension": dimension,
            "shares": shares,
            "concentration": [concentration(frame, dimension) for frame in frames],
        },
        as_json,
    )


@app.command("search")
def search_command(
    words: str, limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 20, as_json: JsonFlag = False
) -> None:
    """Find datasets, collections, licences, languages, parents, models and chips by words."""
    with open_catalogue() as connection:
        emit(search(connection, words, limit), as_json)


@lists_app.callback()
def lists_command(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the saved lists."""
    if context.invoked_subcommand is None:
        with open_workbench() as workbench:
            emit(lists(workbench), as_json)


@lists_app.command("save")
@with_filters
def lists_save(
    name: str, *, selection: Selection, note: Annotated[str, typer.Option("--note")] = "", as_json: JsonFlag = False
) -> None:
    """Save what the filters give, under a name."""
    with open_catalogue() as connection, open_workbench() as workbench:
        result = datasets_for(connection, selection, _policy(selection.policy))
        emit(save_result(workbench, name, result, datetime.now(UTC), note), as_json)


@lists_app.command("save-ids")
def lists_save_ids(
    name: str,
    file: Annotated[Path, typer.Argument(help="A text file with ids, one a line.")],
    snapshot: SnapshotOption = "current",
    note: Annotated[str, typer.Option("--note")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Save the datasets whose ids a file names, and say which ids are unknown."""
    with open_catalogue() as connection, open_workbench() as workbench:
        datasets = load_datasets(connection, choice(snapshot, SNAPSHOTS, "option snapshot"))
        read = read_ids(read_text(file), datasets)
        result = select_datasets(datasets, Selection.build(snapshot=snapshot, ids=read.known))
        emit({**read.model_dump(), "list": save_result(workbench, name, result, datetime.now(UTC), note).id}, as_json)


@lists_app.command("check")
def lists_check(name: str, as_json: JsonFlag = False) -> None:
    """Say what joined, left or changed class since a list was saved."""
    with open_catalogue() as connection, open_workbench() as workbench:
        saved = get_list(workbench, name)
        policy = find_policy(workbench, saved.policy_id)
        emit(list_changes(load_datasets(connection, saved.selection.snapshot, policy), saved), as_json)


@lists_app.command("change")
def lists_change(
    name: str,
    to: Annotated[str | None, typer.Option("--name", help="The new name.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="The new note.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Rename a saved list or change its note."""
    with open_workbench() as workbench:
        found = get_list(workbench, name)
        emit(update_list(workbench, found.id, found.revision, datetime.now(UTC), name=to, note=note), as_json)


@lists_app.command("show")
def lists_show(name: str, as_json: JsonFlag = False) -> None:
    """Show a saved list, by name or id."""
    with open_workbench() as workbench:
        emit(get_list(workbench, name), as_json)


@lists_app.command("delete")
def lists_delete(name: str, as_json: JsonFlag = False) -> None:
    """Delete a saved list, by name or id."""
    with open_workbench() as workbench:
        found = get_list(workbench, name)
        delete_list(workbench, found.id, found.revision)
    emit({"deleted": found.id, "name": found.name}, as_json)


@lists_app.command("compare")
def lists_compare(first: str, second: str, as_json: JsonFlag = False) -> None:
    """Say what two saved lists share and what only one holds."""
    with open_workbench() as workbench:
        emit(compare_lists(get_list(workbench, first), get_list(workbench, second)), as_json)


@policies_app.callback()
def policies_command(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the policies, shipped and your own."""
    if context.invoked_subcommand is None:
        with open_workbench() as workbench:
            known = [*POLICIES.values(), *own_policies(workbench).values()]
        emit(known, True) if as_json else emit_rows(
            [{"id": one.id, "title": one.title, "help": one.help} for one in known]
        )


@policies_app.command("save")
def policies_save(file: Annotated[Path, typer.Argument(help="A policy as JSON.")], as_json: JsonFlag = False) -> None:
    """Save a policy of your own from a JSON file."""
    policy = read_policy(read_json(file))
    with open_workbench() as workbench:
        save_policy(workbench, policy, datetime.now(UTC))
    emit(policy, as_json)


@policies_app.command("delete")
def policies_delete(policy_id: str, as_json: JsonFlag = False) -> None:
    """Forget one of your own policies."""
    with open_workbench() as workbench:
        remove_policy(workbench, policy_id)
    emit({"deleted": policy_id}, as_json)


@policies_app.command("counts")
def policies_counts(snapshot: SnapshotOption = "current", as_json: JsonFlag = False) -> None:
    """Count the datasets by use class under every policy."""
    state = choice(snapshot, SNAPSHOTS, "option snapshot")
    with open_catalogue() as connection, open_workbench() as workbench:
        emit(policy_counts(connection, [*POLICIES.values(), *own_policies(workbench).values()], state), as_json)


@policies_app.command("preview")
def policies_preview(
    file: Annotated[Path, typer.Argument(help="A policy as JSON; it need not be saved.")],
    against: Annotated[str, typer.Option("--against", help="The policy to compare with.")] = "audit",
    snapshot: SnapshotOption = "current",
    as_json: JsonFlag = False,
) -> None:
    """Say which datasets would change class if a policy took the place of another."""
    state, policy = choice(snapshot, SNAPSHOTS, "option snapshot"), read_policy(read_json(file))
    with open_catalogue() as connection:
        emit(policy_preview(connection, _policy(against), policy, state), as_json)


@app.command("check-export")
def check_export(
    manifest: Annotated[Path, typer.Argument(help="The manifest.json of an export.")], as_json: JsonFlag = False
) -> None:
    """Say whether an export would come out again as it was; exit code 1 where it would not."""
    with open_catalogue() as connection:
        result = check_manifest(connection, read_manifest(manifest))
    emit(result, as_json)
    if not result.same:
        raise typer.Exit(1)


@app.command("export")
@with_filters
def export_command(
    *,
    selection: Selection,
    format: Annotated[
        list[str] | None, typer.Option("--format", help=f"May be given again: {', '.join(FORMATS)}.")
    ] = None,
    out: ExportFolder = Path("export"),
    saved: Annotated[str | None, typer.Option("--list", help="Export this saved list instead of the filters.")] = None,
    manifest: FromOption = None,
    other_version: OtherVersionFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Export what the filters give, a saved list, or an earlier export again, with its manifest."""
    _one_origin(selection, format, saved, manifest)
    with open_catalogue() as connection:
        if manifest is not None:
            emit(export_from_manifest(connection, manifest, out, allow_other_version=other_version), as_json)
            return
        asked = selection if saved is None else _selection_of_list(saved)
        policy = _policy(asked.policy)
        result = datasets_for(connection, asked, policy)
        emit(export_selection(connection, result, format or ["csv"], out, policy), as_json)


@app.command("backup")
def backup_command(path: Annotated[Path, typer.Argument(help="File to write.")], as_json: JsonFlag = False) -> None:
    """Copy the workbench, your lists and policies, to a file."""
    with open_workbench() as workbench:
        emit(backup(workbench, path), as_json)


@app.command("restore")
def restore_command(
    path: Annotated[Path, typer.Argument(help="A file that 'backup' wrote.")], as_json: JsonFlag = False
) -> None:
    """Put a backup in place of the workbench; the present one is kept beside it."""
    emit(restore(path), as_json)


@cache
def _verbs() -> Callable[..., int | None]:
    return typer.main.get_command(app)


def _policy(policy_id: str) -> Policy:
    if policy_id in POLICIES:
        return POLICIES[policy_id]
    with open_workbench() as workbench:
        return find_policy(workbench, policy_id)


def _of_table(write: Callable[[pl.DataFrame], bytes]) -> Callable[[pl.DataFrame], bytes]:
    """Write the columns of the exports, in their order."""
    return lambda frame: write(table_of(frame))


def _one_origin(selection: Selection, formats: list[str] | None, saved: str | None, manifest: Path | None) -> None:
    filters = "filters" if selection != Selection() else None
    given = [filters, saved and "--list", manifest and "--from", manifest and formats and "--format"]
    if len(named := [str(name) for name in given if name]) > 1:
        raise BadInput(f"{' and '.join(named)} together", "verb export", "one would be ignored: give only one of them")


def _selection_of_list(name: str) -> Selection:
    with open_workbench() as workbench:
        return frozen_selection(get_list(workbench, name))


if __name__ == "__main__":
    main()
