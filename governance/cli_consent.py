"""Verbs of consent: what robots.txt and other signals of a site allow to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from governance.catalogue.connect import catalogue_path, home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import FolderArgument, OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, read_bytes, read_lines, read_text
from governance.consent.agents import HOW, Agent, agent_set, count_agents, load_agents, select_agents
from governance.consent.agents_import import import_agents
from governance.consent.checks import Case, check_case, check_cases, read_cases
from governance.consent.conflicts import by_agents
from governance.consent.levels import level_rows, levels_by_word
from governance.consent.own_agents import own_agents, read_agent, remove_agent, save_agent
from governance.consent.robots import read_robots
from governance.consent.robots_lines import LIMIT
from governance.consent.site_signals import TERMS, SiteTexts, site_signals
from governance.consent.vocabulary import MODES, PURPOSES, RESPECTS
from governance.errors import BadInput
from governance.records.store import open_workbench, workbench_path

consent_app = typer.Typer(help="What the web allows: signals, levels, audits, forecasts.", no_args_is_help=True)
agents_app = typer.Typer(
    help="The registry of crawlers: who runs them, what for, and your own.", invoke_without_command=True
)
consent_app.add_typer(agents_app, name="agents")
import_app = typer.Typer()

BOTH = "both"
AgentsOption = Annotated[str, typer.Option("--agents", help=f"Whom: {HOW}.")]
RobotsOption = Annotated[Path | None, typer.Option("--robots", help="Its robots.txt.")]


@consent_app.command("check")
def consent_check(
    file: Annotated[Path | None, typer.Argument(help="A robots.txt.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", help="Product token of the crawler, e.g. GPTBot.")] = None,
    url: Annotated[list[str] | None, typer.Option("--url", help="Address or path; may be given again.")] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", help="JSON lines with robots, agent and url instead.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Tell whether an agent may fetch an address by RFC 9309, and which rule decides."""
    if batch is not None and (file or agent or url):
        raise BadInput("--batch has its own files and agents", "command line", "leave the rest out")
    if batch is not None:
        rows = [found.model_dump() for found in check_cases(read_cases(read_lines(batch), str(batch)))]
        _show({"rows": rows}, as_json)
        return
    if file is None or agent is None or not url:
        raise BadInput("a file, --agent and --url are needed", "command line", "or give --batch CASES.jsonl")
    robots = read_robots(_robots(file))
    cases = [Case(agent=agent, url=one) for one in url]
    found = [{"agent": agent, "url": case.url, **check_case(case, robots).model_dump()} for case in cases]
    notes = [{"line": note.line, "note": note.what} for note in robots.notes]
    if as_json:
        emit({**(found[0] if len(found) == 1 else {}), "rows": found, "notes": notes}, True)
        return
    emit_rows({**row, "rule": row["rule"] or "no rule matches", "line": row["line"] or ""} for row in found)
    if notes:
        emit_rows(notes, title="passed over in the file")


@consent_app.command("level")
def consent_level(
    file: Annotated[Path, typer.Argument(help="A robots.txt.")],
    agents: AgentsOption = "developers",
    mode: Annotated[
        str, typer.Option("--mode", help=f"How it is read: {', '.join(MODES)}; {BOTH} sets them side by side.")
    ] = MODES[0],
    as_json: JsonFlag = False,
) -> None:
    """Give the restriction level of each agent: none, partial or full."""
    content, registry = _robots(file), _registry()
    if mode == BOTH:
        rows = level_rows(content, agent_set(agents, registry))
        _show({"rows": rows, "differ": sum(row["rfc"] != row["paper"] for row in rows)}, as_json)
        return
    chosen = choice(mode, MODES, "option --mode")
    emit(levels_by_word(content, agents, agent_set(agents, registry), chosen), as_json)


@consent_app.command("signals")
def consent_signals(
    robots: RobotsOption = None,
    ai_txt: Annotated[Path | None, typer.Option("--ai-txt", help="Its ai.txt.")] = None,
    tdmrep: Annotated[Path | None, typer.Option("--tdmrep", help="Its /.well-known/tdmrep.json.")] = None,
    headers: Annotated[Path | None, typer.Option("--headers", help="Response headers, one a line.")] = None,
    page: Annotated[Path | None, typer.Option("--page", help="A page as HTML, for its meta elements.")] = None,
    page_path: Annotated[str, typer.Option("--page-path", help="Where that page and its headers are from.")] = "/",
    rsl: Annotated[Path | None, typer.Option("--rsl", help="Its RSL document of terms.")] = None,
    terms: Annotated[str | None, typer.Option("--terms", help=f"Verdict on its terms: {', '.join(TERMS)}.")] = None,
    agents: AgentsOption = "developers",
    as_json: JsonFlag = False,
) -> None:
    """Show all that a site says, signal by signal, and where its statements do not agree."""
    read = {"ai_txt": ai_txt, "tdmrep": tdmrep, "headers": headers, "page": page, "rsl": rsl}
    texts: dict[str, str | None] = {name: read_text(path) for name, path in read.items() if path is not None}
    if robots is not None:
        texts["robots"] = _robots(robots).decode("utf-8", "replace")
    if not texts and terms is None:
        raise BadInput("nothing of the site is given", "command line", "give --robots or another of the files")
    found = site_signals(
        SiteTexts.model_validate({**texts, "page_path": page_path, "terms": terms}), agent_set(agents, _registry())
    )
    if as_json:
        emit(found, True)
        return
    shown = ("kind", "agent", "use", "restriction", "certainty", "scope", "line", "words")
    emit_rows([{name: getattr(one, name) for name in shown} for one in found.signals], title="statements")
    if found.conflicts:
        rows = [{"kind": one.kind, "what": one.words, "agents": named} for one, named in by_agents(found.conflicts)]
        emit_rows(rows, title="what does not agree")


@agents_app.callback()
def consent_agents(
    context: typer.Context,
    purpose: Annotated[str | None, typer.Option("--purpose", help=f"Only these: {', '.join(PURPOSES)}.")] = None,
    operator: Annotated[str | None, typer.Option("--operator", help="Only of this operator.")] = None,
    respects: Annotated[
        str | None, typer.Option("--respects", help=f"Whether they say they follow robots.txt: {', '.join(RESPECTS)}.")
    ] = None,
    own: Annotated[bool, typer.Option("--own", help="Only your own.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List the crawlers that are known, with operator, purpose, and what they say of robots.txt."""
    if context.invoked_subcommand is not None:
        return
    with open_catalogue() as connection:
        every = load_agents(connection, _own())
    found = select_agents(every, purpose=purpose, operator=operator, respects=respects, own=own)
    rows = [agent.model_dump(exclude={"url", "source_id"} if not as_json else set()) for agent in found]
    if as_json:
        emit({"total": len(rows), "counts": count_agents(found), "rows": rows}, True)
    else:
        emit_rows(rows)


@agents_app.command("add")
def consent_agents_add(
    name: Annotated[str, typer.Argument(help="Its product token.")],
    operator: Annotated[str | None, typer.Option("--operator", help="Who runs it.")] = None,
    purpose: Annotated[str, typer.Option("--purpose", help=f"One of {', '.join(PURPOSES)}.")] = "unknown",
    respects: Annotated[str, typer.Option("--respects", help=f"One of {', '.join(RESPECTS)}.")] = "unclear",
    url: Annotated[str | None, typer.Option("--url", help="Where its operator speaks of it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep a crawler of your own; it stands for a shipped one of the same name."""
    agent = read_agent({"id": name, "operator": operator, "purpose": purpose, "respects": respects, "url": url})
    with open_workbench() as workbench:
        save_agent(workbench, agent, datetime.now(UTC))
    emit(agent, as_json)


@agents_app.command("remove")
def consent_agents_remove(name: Annotated[str, typer.Argument(help="Its product token.")]) -> None:
    """Forget a crawler of your own."""
    with open_workbench() as workbench:
        remove_agent(workbench, name)


@import_app.command("ai-robots-txt")
def import_agents_command(path: FolderArgument, out: OutOption = None, as_json: JsonFlag = False) -> None:
    """Read the registry of ai.robots.txt, then build the catalogue again."""
    target = out or home() / "imports" / "ai-robots-txt"
    imported(import_agents(path, target), rebuild=out is None, as_json=as_json)


def _robots(file: Path) -> bytes:
    return read_bytes(file, LIMIT)


def _own() -> Mapping[str, Agent]:
    if not workbench_path().exists():
        return {}
    with open_workbench() as workbench:
        return own_agents(workbench)


def _registry() -> tuple[Agent, ...]:
    # Product tokens need no registry, so these verbs work before a catalogue is built.
    if not catalogue_path().exists():
        return tuple(_own().values())
    with open_catalogue() as connection:
        return load_agents(connection, _own())


def _show(found: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        emit(found, True)
        return
    for name, value in found.items():
        if isinstance(value, list):
            emit_rows(value)
        else:
            emit({name: value}, False)
