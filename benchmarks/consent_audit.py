"""An audit of a corpus of web domains: 14,000 domains, 24 months, 20 agents; a pool of processes beside Dask."""

from __future__ import annotations

import math
import random
import resource
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from distributed import LocalCluster
from row import Row, row, timed

from governance.consent.corpus_audit import corpus_audit
from governance.consent.observations import observer
from governance.consent.own_audit import OBSERVATIONS, observe_source

TITLE = "Consent audit: 14,000 domains, 24 months, 20 agents"
ABOUT = (
    "Synthetic robots.txt in one Parquet file: 336,000 snapshots whose texts change in one month of twenty, with a "
    "long tail of sizes as in real files (779 of 2019: median 0.8 kB, mean 3.7 kB). Each text is read by RFC 9309 and "
    "by the published rule for 20 agents, and the 6.7 million observations are written; all ways give the same bytes. "
    "The straightforward way reads every snapshot anew, without the memory of texts already read; it is run on a "
    "twentieth of the domains and its time multiplied. Last, the shares with their interval of 1,000 draws are "
    "measured from the observations. The main process holds the observations, a worker a batch."
)
DOMAINS, MONTHS, CHANGES = 14_000, 24, 0.05
PART = 20
AGENTS = (
    "GPTBot", "ChatGPT-User", "OAI-SearchBot", "Google-Extended", "Googlebot", "CCBot", "ClaudeBot", "anthropic-ai",
    "Claude-Web", "cohere-ai", "FacebookBot", "meta-externalagent", "Amazonbot", "Applebot-Extended", "PerplexityBot",
    "Bytespider", "Diffbot", "ia_archiver", "bingbot", "YouBot",
)  # fmt: skip


def make_text(draw: random.Random, month: int) -> str:
    """Make one robots.txt; the later the month, the more agents it shuts out."""
    lines = ["User-agent: *"]
    rules = min(5_000, int(draw.lognormvariate(math.log(22), 1.7)))
    lines += [
        f"Disallow: /{draw.choice('abcdefgh')}{draw.randrange(10**7)}/{draw.randrange(10**5)}*" for _ in range(rules)
    ]
    lines += [f"Allow: /{draw.randrange(10**6)}" for _ in range(draw.randrange(3))]
    named = [agent for agent in AGENTS if draw.random() < month / 200]
    lines += ["", *(f"User-agent: {agent}" for agent in named), "Disallow: /"] if named else []
    return "\n".join(lines) + "\n"


def make_corpus(file: Path, domains: int, seed: int = 6) -> None:
    """Write the snapshots of a number of domains."""
    draw = random.Random(seed)
    frame = pl.DataFrame(
        list(_snapshots(draw, domains)),
        schema={"domain": pl.String, "date": pl.Date, "robots": pl.String},
        orient="row",
    )
    frame.write_parquet(file, row_group_size=8_000)


def _snapshots(draw: random.Random, domains: int) -> Iterator[tuple[str, date, str]]:
    for domain in range(domains):
        text = ""
        for month in range(MONTHS):
            if not text or draw.random() < CHANGES:
                text = make_text(draw, month)
            yield f"site{domain}.example", date(2023 + month // 12, month % 12 + 1, 1), text


def run(domains: int = DOMAINS) -> list[Row]:
    """Time the ways on the same corpus and check that they agree."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        make_corpus(place / "corpus.parquet", domains)
        make_corpus(place / "part.parquet", domains // PART)
        plain = [PART * timed(lambda: anew(place / "part.parquet"))]
        ways = {
            "Touchstone, one process": {"processes": 1},
            "Touchstone, pool of two processes": {"processes": 2},
        }
        rows = [row("one process, every snapshot read anew", plain, note="multiplied from a twentieth")]
        written: list[bytes] = []
        for number, (name, options) in enumerate(ways.items()):
            rows.append(_timed(name, place, f"out{number}", plain, written, **options))
        with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
            rows.append(_timed("Touchstone, Dask with two workers", place, "dask", plain, written, scheduler=cluster))
        rows.append(_timed("Touchstone, all parts there already", place, "out0", plain, written, processes=2))
        if len(set(written)) != 1:
            raise SystemExit("the ways do not agree")
        rows.append(_shares(pl.read_parquet(place / "out0" / OBSERVATIONS), domains))
    return rows


def anew(file: Path) -> None:
    """Read every snapshot as if no text had been seen."""
    reader = observer(AGENTS)
    for text in pl.read_parquet(file)["robots"]:
        reader._known.clear()
        reader.read(text.encode())


def _timed(
    name: str,
    place: Path,
    out: str,
    beside: list[float],
    written: list[bytes],
    *,
    scheduler: LocalCluster | None = None,
    processes: int | None = None,
) -> Row:
    address = None if scheduler is None else scheduler.scheduler_address
    file = place / "corpus.parquet"
    taken = [timed(lambda: observe_source(file, place / out, AGENTS, processes=processes, scheduler=address))]
    written.append((place / out / OBSERVATIONS).read_bytes())
    return row(name, taken, beside, "workers started before" if scheduler else f"main process, peak so far: {_peak()}")


def _shares(observed: pl.DataFrame, domains: int) -> Row:
    draw = random.Random(1)
    weights = pl.DataFrame(
        {
            "domain": [f"site{n}.example" for n in range(domains)],
            "tokens": [draw.paretovariate(1.2) for _ in range(domains)],
        }
    )
    taken = timed(lambda: corpus_audit(observed, weights, agents=AGENTS))
    return row("Touchstone, shares by month from the observations", [taken], note=f"{observed.height:,} observations")


def _peak() -> str:
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit:,.0f} MB"


if __name__ == "__main__":
    for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else DOMAINS):
        print(line)
