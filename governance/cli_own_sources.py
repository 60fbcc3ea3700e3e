"""Verbs of a user's own sources: audit their robots.txt texts, compare audits, fetch politely, import."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from governance.catalogue.connect import catalogue_path, home, open_catalogue
from governance.catalogue.selection import choice
from governance.cli_imports import OutOption, imported
from governance.cli_options import JsonFlag
from governance.cli_output import emit, emit_rows, progress_line, read_text_or_stdin
from governance.consent.agents import Agent, agent_set, load_agents
from governance.consent.audit_diff import diff_audits
from governance.consent.corpus_audit import BY, DRAWS
from governance.consent.corpus_sources import corpus_weights
from governance.consent.fetch import AGENT, Fetcher, Manners
from governance.consent.fetch_list import fetch_all, read_sites
from governance.consent.import_robots import import_robots
from governance.consent.own_agents import own_agents
from governance.consent.own_audit import EQUAL, Weighing, keep_audit, observe_source, weigh
from governance.consent.own_weights import read_weights
from governance.consent.robots import read_robots, verdict
from governance.consent.vocabulary import MODES
from governance.errors import BadInput
from governance.mapping import Progress
from governance.records.store import open_workbench, workbench_path

own_app = typer.Typer()
import_app = typer.Typer()

PathArgument = Annotated[
    Path, typer.Argument(help="A folder of robots.txt texts, or JSON lines, CSV, Parquet or WARC.", metavar="PATH")
]
AgentsOption = Annotated[
    str, typer.Option("--agents", help="Product tokens with commas between, or a set such as developers.")
]
ModeOption = Annotated[str, typer.Option("--mode", help="rfc (RFC 9309), or paper (the published rule).")]
DateOption = Annotated[str | None, typer.Option("--date", help="Day of texts that say none, e.g. 2026-05-01.")]


@own_app.command("audit")
def consent_audit(
    path: PathArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder for parts, observations and results.")] = Path("audit"),
    agents: AgentsOption = "developers",
    weights: Annotated[
        str | None, typer.Option("--weights", help="CSV or Parquet with domain and tokens, or c4, refinedweb, dolma.")
    ] = None,
    mode: ModeOption = "rfc",
    by: Annotated[str, typer.Option("--by", help=f"Groups: {', '.join(BY)}.")] = "all",
    day: DateOption = None,
    processes: Annotated[int | None, typer.Option("--processes", help="By default one a processor.")] = None,
    scheduler: Annotated[str | None, typer.Option("--scheduler", help="Address of a Dask scheduler.")] = None,
    only_weighed: Annotated[
        bool, typer.Option("--only-weighed", help="Open up the sites with a weight alone: for millions of others.")
    ] = False,
    draws: Annotated[int, typer.Option("--draws", min=0, help="Of the bootstrap; 0 for no interval.")] = DRAWS,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws.")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Measure how much of your own sources is closed to crawlers; a run that was stopped goes on where it stood."""
    named, registry = _agents(agents)
    frame, shares = _weights(weights)
    how = Weighing(
        weights=frame, weighed_by=weights or EQUAL, head_share=shares, mode=choice(mode, MODES, "option --mode"),
        by=choice(by, BY, "option --by"), registry=registry, draws=draws, seed=seed,
    )  # fmt: skip
    domains = frame["domain"].to_list() if only_weighed and frame is not None else None
    observations, observed = observe_source(
        path, out, named, default=_day(day), processes=processes, scheduler=scheduler, domains=domains,
        progress=_progress,
    )  # fmt: skip
    audit = weigh(observations, observed, how)
    keep_audit(out, audit)
    if as_json:
        emit(audit, True)
        return
    emit(audit.observed.model_dump(exclude={"refused"}) | {"weighed_by": audit.weighed_by}, False)
    if audit.observed.refused:
        emit_rows([one.model_dump() for one in audit.observed.refused], title="passed over, and why")
    last = audit.shares.rows[-1].month
    emit_rows([row.model_dump() for row in audit.shares.rows if row.month == last], title=audit.shares.definition)


@own_app.command("diff")
def consent_diff(
    before: Annotated[Path, typer.Argument(help="Folder of the earlier audit.")],
    after: Annotated[Path, typer.Argument(help="Folder of the later one.")],
    mode: ModeOption = "rfc",
    as_json: JsonFlag = False,
) -> None:
    """Say which domains tightened, loosened, appeared or are gone between two audits."""
    emit(diff_audits(before, after, choice(mode, MODES, "option --mode")), as_json)


@own_app.command("fetch")
def consent_fetch(
    sites: Annotated[Path, typer.Argument(help="A list of hosts, one a line, or a hyphen for standard input.")],
    out: Annotated[Path, typer.Option("--out", help="JSON lines, added to; 'consent audit' reads them.")],
    contact: Annotated[str, typer.Option("--contact", help="Where a site's owner learns who asks: a page or mail.")],
    agent: Annotated[str, typer.Option("--agent", help="Our own name, as robots.txt would address it.")] = AGENT,
    rate: Annotated[float, typer.Option("--rate", help="Requests a second, to all hosts together; at most 20.")] = 2.0,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to wait for a site.")] = 10.0,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="ai.txt or tdmrep too, where robots.txt lets us.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let addresses of your own network through: for tests.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Fetch robots.txt from hosts you name: slowly, under a name of our own, by RFC 9309 itself."""
    manners = Manners(agent=agent, contact=contact, rate=rate, timeout=timeout, allow_private=allow_private)
    hosts, counts = read_sites(read_text_or_stdin(sites)), dict[str, int]()
    if not hosts:
        raise BadInput("no line names a host", str(sites), "write hosts such as example.org, one a line")
    with Fetcher(home() / "cache" / "robots.db", manners, _allowed, also or ()) as fetcher:
        for number, found in enumerate(fetch_all(fetcher, hosts, out, datetime.now(UTC)), 1):
            counts[found.outcome] = counts.get(found.outcome, 0) + 1
            progress_line(f"{found.domain}: {found.outcome}", number / len(hosts))
    emit({"out": str(out), "asked": sum(counts.values()), "hosts": len(hosts), **counts}, as_json)


@import_app.command("robots")
def import_robots_command(
    path: PathArgument,
    agents: AgentsOption = "developers",
    day: DateOption = None,
    out: OutOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Read robots.txt texts of your own into your catalogue; only what they allow is kept, not the texts."""
    named, _ = _agents(agents)
    report = import_robots(path, out or home() / "imports" / "own-robots", named, default=_day(day))
    imported(report, rebuild=out is None, as_json=as_json)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError as error:
        raise BadInput(f"'{text:.40}' is no day", "option --date", "write it as 2026-05-01") from error


def _progress(state: Progress) -> None:
    if state.total:
        rate = "" if state.rate is None else f" at {state.rate / 1e6:.1f} MB/s"
        left = "" if state.seconds_left is None else f", {state.seconds_left:,.0f} s left"
        reused = f", {state.reused:,} kept from before" if state.reused else ""
        progress_line(
            f"{state.done / 1e6:,.1f} of {state.total / 1e6:,.1f} MB{rate}{left}{reused}", state.done / state.total
        )


def _agents(words: str) -> tuple[tuple[str, ...], dict[str, tuple[str | None, str]]]:
    known = _registry()
    return agent_set(words, known), {agent.id: (agent.operator, agent.purpose) for agent in known}


def _registry() -> tuple[Agent, ...]:
    # A worker of a cluster may have neither store; product tokens need none.
    own: dict[str, Agent] = {}
    if workbench_path().exists():
        with open_workbench() as workbench:
            own = own_agents(workbench)
    if not catalogue_path().exists():
        return tuple(own.values())
    with open_catalogue() as connection:
        return load_agents(connection, own)


def _weights(text: str | None) -> tuple[pl.DataFrame | None, float | None]:
    if text is None:
        return None, None
    if Path(text).exists() or any(mark in text for mark in "./\\"):
        return read_weights(Path(text)), None
    with open_catalogue() as connection:
        found = corpus_weights(connection, text)
    return found.frame, found.head_share


def _allowed(robots: bytes, agent: str, url: str) -> bool:
    return verdict(read_robots(robots), agent, url).allowed
