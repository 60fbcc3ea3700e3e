"""Verbs of consent that join: terms of service, human feedback, domains, and the sources of datasets."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import home, open_catalogue
from governance.catalogue.selection import choice
from governance.catalogue.site_consent import MEANING
from governance.catalogue.vocabulary import SNAPSHOTS
from governance.cli_fields import AsOption, at_work, read_day
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag, SnapshotOption
from governance.cli_output import emit, emit_rows, read_text
from governance.consent.conflicts import CONFLICT_KINDS, CONFLICT_LABELS
from governance.consent.corpus_sources import corpus_weights
from governance.consent.domain_card import domain_card
from governance.consent.feedback import (
    contributors,
    pools,
    remove_pool,
    save_pool,
    withdraw,
)
from governance.consent.feedback_edit import edit_pool
from governance.consent.feedback_votes import add_votes
from governance.consent.robots_and_terms import robots_and_terms
from governance.consent.site_conflicts import site_conflicts
from governance.consent.source_terms import import_source_terms
from governance.consent.terms import QUOTED, merge_all, terms_share
from governance.consent.terms_records import own_terms, read_terms, remove_terms, save_terms
from governance.exports.tables import WRITERS
from governance.provenance.lineage import lineage
from governance.records.contributions import LEAVES, remaining_votes

terms_app = typer.Typer()
import_app = typer.Typer()
read_app = typer.Typer(help="Terms of service: pages you read, and the share of a corpus under limits.",
                       no_args_is_help=True)  # fmt: skip
feedback_app = typer.Typer(
    help="Pools of human feedback: who voted, under what terms, and who left.", no_args_is_help=True
)
terms_app.add_typer(read_app, name="terms")
terms_app.add_typer(feedback_app, name="feedback")

PoolArgument = Annotated[str, typer.Argument(help="Id of the pool; 'consent feedback list' shows them.")]
CorpusOption = Annotated[str, typer.Option("--corpus", help="Weigh the sites by their tokens there.")]
TableArgument = Annotated[Path, typer.Argument(help="CSV with the pages you read, one a row.")]


@import_app.command("source-terms")
def import_source_terms_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the hand-coded terms of the sources behind collections, then build the catalogue again."""
    with open_catalogue() as connection:
        report = import_source_terms(path, out or home() / "imports" / "dpi-source-terms", connection)
    imported(report, rebuild=out is None, as_json=as_json)


@terms_app.command("domain")
def consent_domain_command(
    name: Annotated[str, typer.Argument(help="A host or an address, e.g. bbc.co.uk.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show all that is known of one web host: weight in corpora, signals, terms, datasets that draw on it."""
    with at_work(as_name) as workbench:
        pages = own_terms(workbench)
    with open_catalogue() as connection:
        emit(domain_card(connection, name, pages), as_json)


@terms_app.command("sources-of")
def consent_sources_command(dataset_id: str, snapshot: SnapshotOption = "current", as_json: JsonFlag = False) -> None:
    """Show what the web sites behind a dataset, and behind all it derives from, allow now."""
    state = choice(snapshot, SNAPSHOTS, "option snapshot")
    with open_catalogue() as connection:
        found = lineage(connection, dataset_id, snapshot=state, depth=0, direction="up").sources
    if as_json:
        emit({"dataset_id": dataset_id, "snapshot": state, "meaning": MEANING, **found.model_dump(mode="json")}, True)
        return
    emit({"answer": found.words, "meaning": MEANING}, False)
    emit_rows([one.model_dump() for one in found.sites], title="web sites")
    emit_rows([one.model_dump() for one in found.terms], title="terms of sources, as somebody read them")


@terms_app.command("conflicts")
def consent_conflicts_command(
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=f"Only these; may be given again: {', '.join(CONFLICT_KINDS)}.")
    ] = None,
    corpus: CorpusOption = "c4",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """List all sites whose statements do not agree: imported signals of any kind, and the terms you keep."""
    kinds = [choice(one, CONFLICT_KINDS, "option --kind") for one in kind or ()]
    with at_work(as_name) as workbench:
        terms = merge_all(own_terms(workbench))
    with open_catalogue() as connection:
        found = site_conflicts(connection, terms, corpus, kinds)
    if as_json:
        emit(found, True)
        return
    emit(found.model_dump(exclude={"rows", "counts"}), False)
    emit_rows([{"kind": one, "meaning": CONFLICT_LABELS[one], "sites": n} for one, n in found.counts.items()])
    emit_rows([one.model_dump() for one in found.rows], title="what does not agree")


@read_app.command("share")
def terms_share_command(
    table: TableArgument,
    corpus: CorpusOption = "c4",
    draws: Annotated[int, typer.Option("--draws", min=0, max=10_000, help="Of the interval.")] = 1000,
    seed: Annotated[int, typer.Option("--seed")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Measure the share of a corpus under limits from your own reading, as the paper did from its own."""
    read = read_terms(read_text(table), str(table))
    with open_catalogue() as connection:
        weights = corpus_weights(connection, corpus)
    share = terms_share(read.sites, weights.frame, head_share=weights.head_share, draws=draws, seed=seed)
    emit({"corpus": corpus, **share.model_dump(mode="json"), "refused": read.refused, "quoted": QUOTED}, as_json)


@read_app.command("beside-robots")
def terms_beside_robots_command(
    table: Annotated[Path | None, typer.Option("--table", help="CSV of pages; by default what you keep.")] = None,
    corpus: CorpusOption = "c4",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Show where terms and robots.txt of the same sites do not agree."""
    if table is None:
        with at_work(as_name) as workbench:
            sites = merge_all(own_terms(workbench))
    else:
        sites = read_terms(read_text(table), str(table)).sites
    with open_catalogue() as connection:
        found = robots_and_terms(connection, sites, corpus)
    if as_json:
        emit(found, True)
        return
    emit(found.model_dump(exclude={"cells"}), False)
    emit_rows([cell.model_dump() for cell in found.cells], title="sites by terms and robots.txt")


@read_app.command("keep")
def terms_keep_command(table: TableArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Keep what you read as records, one a site, with evidence, reviewer and date."""
    read = read_terms(read_text(table), str(table))
    with at_work(as_name) as workbench:
        kept = save_terms(workbench, read.pages, datetime.now(UTC))
    emit({"sites": len(kept), "refused": read.refused, "kept": kept}, as_json)


@read_app.command("list")
def terms_list_command(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the sites whose terms you keep, each merged over its pages."""
    with at_work(as_name) as workbench:
        emit(merge_all(own_terms(workbench)), as_json)


@read_app.command("forget")
def terms_forget_command(domain: str, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete what you keep of a site's terms."""
    with at_work(as_name) as workbench:
        remove_terms(workbench, domain, datetime.now(UTC))
    emit({"deleted": domain}, as_json)


@feedback_app.command("list")
def feedback_list_command(as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List the pools: terms, whether people can leave, what they hold and how many left."""
    with at_work(as_name) as workbench:
        emit(pools(workbench), as_json)


@feedback_app.command("create")
def feedback_create_command(
    title: Annotated[str, typer.Argument(help="Name of the pool.")],
    terms: Annotated[str, typer.Option("--terms", help="What people agreed to, or where it is written.")],
    leave: Annotated[str, typer.Option("--leave", help=f"Whether they can leave: {', '.join(LEAVES)}.")],
    licence: Annotated[str, typer.Option("--licence", help="Under which votes are handed on.")] = "",
    published: Annotated[str | None, typer.Option("--published", help="Day they were handed on.")] = None,
    contact: Annotated[str, typer.Option("--contact", help="Where somebody who wants to leave turns to.")] = "",
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a pool: what people were told when they gave their votes."""
    day = read_day(published, "option published")
    fields = {"title": title, "terms": terms, "leave": leave, "licence": licence, "published": day, "contact": contact}
    with at_work(as_name) as workbench:
        emit(save_pool(workbench, fields, datetime.now(UTC)), as_json)


@feedback_app.command("edit")
def feedback_edit_command(
    pool: PoolArgument,
    title: Annotated[str | None, typer.Option("--title", help="Its name; the id stays.")] = None,
    terms: Annotated[str | None, typer.Option("--terms", help="What people agreed to, or where it is written.")] = None,
    leave: Annotated[str | None, typer.Option("--leave", help=f"Whether they can leave: {', '.join(LEAVES)}.")] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="Under which votes are handed on.")] = None,
    published: Annotated[str | None, typer.Option("--published", help="Day; an empty word takes it out.")] = None,
    contact: Annotated[str | None, typer.Option("--contact", help="Where somebody who wants to leave turns.")] = None,
    revision: Annotated[
        int | None, typer.Option("--revision", help="The one you read: refused where it changed since.")
    ] = None,
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change what a pool says of itself; what is not named stays, and so do its votes."""
    day = read_day(published or None, "option published")
    said = {"title": title, "terms": terms, "leave": leave, "licence": licence, "contact": contact}
    changes: dict[str, object] = {name: value for name, value in said.items() if value is not None}
    changes |= {} if published is None else {"published": day}
    with at_work(as_name) as workbench:
        emit(edit_pool(workbench, pool, changes, datetime.now(UTC), revision), as_json)


@feedback_app.command("add")
def feedback_add_command(
    pool: PoolArgument,
    votes: Annotated[Path, typer.Argument(help="CSV: contributor, model_a, model_b, outcome, language, day.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Read a file of battles with a contributor column; people who left are not taken in again."""
    with at_work(as_name) as workbench:
        emit(add_votes(workbench, pool, read_text(votes), datetime.now(UTC), str(votes)), as_json)


@feedback_app.command("contributors")
def feedback_contributors_command(pool: PoolArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """List who is in a pool, with votes, languages and days."""
    with at_work(as_name) as workbench:
        emit(contributors(workbench, pool).to_dicts(), as_json)


@feedback_app.command("withdraw")
def feedback_withdraw_command(
    pool: PoolArgument,
    contributor: Annotated[str, typer.Argument(help="As the votes name them.")],
    as_name: AsOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Take somebody's votes out for good and say what is left; backups made before still hold them."""
    with at_work(as_name) as workbench:
        emit(withdraw(workbench, pool, contributor, datetime.now(UTC)), as_json)


@feedback_app.command("export")
def feedback_export_command(
    pool: PoolArgument,
    format: Annotated[str, typer.Option("--format", help="csv, jsonl or parquet.")] = "csv",
    as_name: AsOption = None,
) -> None:
    """Write the votes of those who have not left to standard output."""
    kind = choice(format, tuple(WRITERS), "option format")
    with at_work(as_name) as workbench:
        sys.stdout.buffer.write(WRITERS[kind](remaining_votes(workbench, pool)))


@feedback_app.command("delete")
def feedback_delete_command(pool: PoolArgument, as_name: AsOption = None, as_json: JsonFlag = False) -> None:
    """Delete a pool with all its votes."""
    with at_work(as_name) as workbench:
        remove_pool(workbench, pool, datetime.now(UTC))
    emit({"deleted": pool}, as_json)
