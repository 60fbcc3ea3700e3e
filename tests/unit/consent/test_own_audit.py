from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import tracemalloc
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from governance.catalogue.connect import PROJECT
from governance.consent.audit_diff import diff_audits
from governance.consent.corpus_audit import BY
from governance.consent.levels import PARSER_VERSION
from governance.consent.observations import observations, observe, observer, snapshots_of
from governance.consent.own_audit import Weighing, keep_audit, observe_source, read_observations, weigh
from governance.consent.own_weights import equal_weights, read_weights, weights_of
from governance.consent.snapshots import Snapshot
from governance.errors import BadInput
from tests.unit.consent.robots_corpus import AGENTS, make_folder, make_weights

HOSTS = 60
CLOSED = b"User-agent: *\nDisallow: /\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    make_weights(folder / "weights.csv", HOSTS)
    return make_folder(folder / "texts", HOSTS)


def audit(corpus: Path, out: Path, **options) -> dict[str, bytes]:
    frame, observed = observe_source(corpus, out, AGENTS, **options)
    weights = read_weights(corpus.parent / "weights.csv")
    keep_audit(out, weigh(frame, observed, Weighing(weights=weights, weighed_by="own", by="type", draws=50)))
    return results(out)


def results(out: Path) -> dict[str, bytes]:
    files = [file for file in out.rglob("*") if file.is_file()]
    return {str(file.relative_to(out)): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def expected(corpus, tmp_path_factory) -> dict[str, bytes]:
    found = audit(corpus, tmp_path_factory.mktemp("one"), processes=1)
    assert len([name for name in found if name.startswith("parts/")]) >= 4
    return found


def test_two_processes_give_the_same_bytes(corpus, expected, tmp_path):
    assert audit(corpus, tmp_path, processes=2) == expected


def test_dask_gives_the_same_bytes(corpus, expected, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        assert audit(corpus, tmp_path, scheduler=cluster.scheduler_address) == expected


def test_a_kill_half_way_changes_nothing(tmp_path):
    corpus = make_folder(tmp_path / "texts", 100, lines=400)
    make_weights(tmp_path / "weights.csv", 100)
    script = f"""
from pathlib import Path
from tests.unit.consent.test_own_audit import audit
audit(Path({str(corpus)!r}), Path({str(tmp_path / "killed")!r}), processes=2)
"""
    command = [sys.executable, "-c", script]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    parts = tmp_path / "killed" / "parts"
    first = subprocess.Popen(command, start_new_session=True, env=environment, cwd=PROJECT)
    end = time.monotonic() + 60
    while len(list(parts.glob("[!.]*.parquet"))) < 3:
        assert time.monotonic() < end
        assert first.poll() is None
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not (tmp_path / "killed" / "audit.json").exists()
    kept = {file: file.stat().st_mtime_ns for file in parts.glob("[!.]*.parquet")}
    subprocess.run(command, check=True, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL)
    assert all(file.stat().st_mtime_ns == made for file, made in kept.items())
    killed, whole = (
        results(tmp_path / "killed"),
        audit(corpus, tmp_path / "whole", processes=1),
    )
    assert len(kept) < len([name for name in whole if name.startswith("parts/")])
    assert {name: found for name, found in killed.items() if not name.endswith(".tmp")} == whole


def test_memory_does_not_grow_with_the_input(tmp_path, monkeypatch):
    monkeypatch.setattr("governance.consent.source_kinds.SLICE_BYTES", 500_000)
    file = tmp_path / "list.jsonl"
    rows = ({"domain": f"h{n}.example", "date": "2024-04", "robots": "# x" * 10_000} for n in range(1_000))
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    tracemalloc.start()
    assert observe_source(file, tmp_path / "out", AGENTS, processes=1)[1].snapshots == 1_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000 < 30_000_000 < file.stat().st_size


def test_a_changed_text_changes_one_part(corpus, tmp_path):
    make_folder(tmp_path / "texts", 40)
    first = observe_source(tmp_path / "texts", tmp_path / "out", AGENTS, processes=1)[0]
    told = []
    (tmp_path / "texts" / "host7.example" / "2024-12.txt").write_bytes(CLOSED)
    second = observe_source(tmp_path / "texts", tmp_path / "out", AGENTS, processes=1, progress=told.append)[0]
    assert told[-1].parts - told[-1].reused == 1
    moved = first.join(second, on=["domain", "month", "agent"]).filter(
        pl.col("content_hash") != pl.col("content_hash_right")
    )
    assert moved.select("domain", "month").unique().rows() == [("host7.example", date(2024, 12, 1))]


def test_named_domains_alone_are_opened_up(corpus, tmp_path):
    frame, observed = observe_source(corpus, tmp_path, AGENTS, processes=1, domains=["host3.example", "other.example"])
    assert (observed.domains, observed.snapshots, frame["domain"].unique().to_list()) == (1, 24, ["host3.example"])


@pytest.mark.parametrize(
    "changed", [{"agents": ("GPTBot",)}, {"agents": AGENTS[::-1]}, {"default": date(2024, 1, 1)}], ids=str
)
def test_parts_of_another_question_are_not_taken(corpus, changed):
    assert observer(AGENTS).version != observer(**{"agents": AGENTS} | changed).version
    assert PARSER_VERSION in observer(AGENTS).version


def test_the_same_text_is_read_once(monkeypatch):
    read = []
    real = observer(AGENTS)._read.__func__

    def counting(self, content, content_hash):
        read.append(content_hash)
        return real(self, content, content_hash)

    monkeypatch.setattr("governance.consent.observations.Observer._read", counting)
    text = b"# seen nowhere else\nUser-agent: *\nDisallow: /\n"
    found = [Snapshot(domain=f"h{n}.example", observed=date(2024, 1, 1), content=text) for n in range(500)]
    assert observe(iter(found), AGENTS)["domain"].count() == 500
    assert observe(iter(found), AGENTS)["domain"].count() == 500
    pickle.loads(pickle.dumps(observer(AGENTS))).read(text)
    assert len(read) == 1
    observer(AGENTS[:2]).read(text)
    assert len(read) == 2


def snapshots(*rows) -> pl.DataFrame:
    found = [Snapshot(domain=domain, observed=date.fromisoformat(day), content=text) for domain, day, text in rows]
    return snapshots_of(observe(iter(found), AGENTS))


def test_the_last_snapshot_of_a_month_counts():
    made = snapshots(
        ("a.example", "2024-04-20", b""), ("a.example", "2024-04-02", CLOSED), ("a.example", "2024-05-01", CLOSED)
    )
    assert made["levels"].to_list() == ["nnnn", "ffff"]
    assert made["month"].to_list() == [date(2024, 4, 1), date(2024, 5, 1)]


def test_two_snapshots_of_one_day_do_not_depend_on_their_order():
    rows = [("a.example", "2024-04-20", b""), ("a.example", "2024-04-20", CLOSED), ("a.example", "2024-04-20", None)]
    assert snapshots(*rows).equals(snapshots(*rows[::-1]))


def test_an_observation_an_agent():
    text = b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow: /a\n"
    frame = observations(snapshots(("a.example", "2024-04-20", text), ("b.example", "2024-04-20", None)), AGENTS)
    assert frame.columns == [
        "domain", "month", "agent", "restriction", "paper_restriction", "inherited", "content_hash", "parser_version",
    ]  # fmt: skip
    assert frame["agent"].to_list() == list(AGENTS) * 2
    assert frame["restriction"].to_list() == ["full", "full", "partial", "partial", *["full"] * 4]
    assert frame["inherited"].to_list() == [False, False, True, True, *[True] * 4]
    assert frame["content_hash"].null_count() == 4


def test_both_readings_stand_side_by_side():
    grouped = b"User-agent: *\nDisallow:\n\nUser-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n"
    frame = observations(snapshots(("a.example", "2024-04-20", grouped)), AGENTS)
    by_agent = {
        agent: (level, paper)
        for agent, level, paper in frame.select("agent", "restriction", "paper_restriction").rows()
    }
    assert by_agent["GPTBot"] == ("full", "none")  # the published rule keeps only the last name of a later group
    assert by_agent["CCBot"] == ("full", "full")


@pytest.mark.parametrize("by", BY)
def test_every_grouping_works(corpus, tmp_path, by):
    frame, observed = observe_source(corpus, tmp_path, AGENTS, processes=1)
    registry = dict.fromkeys(AGENTS, ("Somebody", "training"))
    found = weigh(frame, observed, Weighing(by=by, registry=registry, draws=0))
    assert found.observed.domains == HOSTS
    assert {row.n for row in found.shares.rows} <= set(range(HOSTS + 1))


@pytest.mark.parametrize("agents", [(), ("",), ("a,b",), ("bad\nname",)])
def test_what_is_no_agent_is_refused(agents):
    with pytest.raises(BadInput):
        observer(agents)


def test_undated_texts_need_a_day(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.example.txt").write_bytes(CLOSED)
    with pytest.raises(BadInput, match="no date"):
        observe_source(tmp_path / "texts", tmp_path / "out", AGENTS, processes=1)
    frame, observed = observe_source(
        tmp_path / "texts", tmp_path / "out", AGENTS, processes=1, default=date(2024, 5, 17)
    )
    assert (observed.first, frame["restriction"].unique().to_list()) == (date(2024, 5, 1), ["full"])


def keep(folder: Path, *rows, agents=AGENTS) -> Path:
    folder.mkdir()
    found = [Snapshot(domain=domain, observed=date.fromisoformat(day), content=text) for domain, day, text in rows]
    observations(snapshots_of(observe(iter(found), agents)), agents).write_parquet(folder / "observations.parquet")
    return folder


def test_what_changed_between_two_audits(tmp_path):
    part = b"User-agent: *\nDisallow: /a\n"
    before = keep(
        tmp_path / "before",
        ("same.example", "2024-01-01", CLOSED), ("tighter.example", "2023-06-01", CLOSED),
        ("tighter.example", "2024-01-01", b""), ("looser.example", "2024-01-01", CLOSED),
        ("gone.example", "2024-01-01", b""),
    )  # fmt: skip
    after = keep(
        tmp_path / "after",
        ("same.example", "2024-02-01", CLOSED), ("tighter.example", "2024-02-01", part),
        ("looser.example", "2024-02-01", part), ("new.example", "2024-02-01", CLOSED),
        agents=("GPTBot", "Bingbot"),
    )  # fmt: skip
    found = diff_audits(before, after)
    (counts,) = found.agents
    assert counts.model_dump() == {
        "agent": "GPTBot", "both": 3, "tightened": 1, "loosened": 1, "full_before": 2, "full_after": 1,
        "appeared": 1, "gone": 1,
    }  # fmt: skip
    assert [(row["domain"], row["before"], row["after"], row["change"]) for row in found.changed] == [
        ("gone.example", "none", None, "gone"),
        ("looser.example", "full", "partial", "loosened"),
        ("new.example", None, "full", "appeared"),
        ("tighter.example", "none", "partial", "tightened"),
    ]
    assert {row["reason"] for row in found.changed} == {None, "a new text"}
    assert not diff_audits(before, before).changed


def test_another_reader_of_the_same_text_is_told_apart(tmp_path):
    before = keep(tmp_path / "before", ("a.example", "2024-01-01", CLOSED))
    (tmp_path / "after").mkdir()
    read_observations(before).with_columns(restriction=pl.lit("none"), parser_version=pl.lit("later")).write_parquet(
        tmp_path / "after" / "observations.parquet"
    )
    found = diff_audits(before, tmp_path / "after")
    assert {row["reason"] for row in found.changed} == {"another reader, the same text"}


def test_audits_with_no_agent_in_common_are_not_compared(tmp_path):
    before = keep(tmp_path / "before", ("a.example", "2024-01-01", CLOSED))
    after = keep(tmp_path / "after", ("a.example", "2024-01-01", CLOSED), agents=("Bingbot",))
    with pytest.raises(BadInput, match="no agent in common"):
        diff_audits(before, after)
    with pytest.raises(BadInput, match="no observations"):
        diff_audits(before, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param(b"", "neither CSV nor Parquet", id="empty"),
        pytest.param(b"PAR1nonsense", "neither CSV nor Parquet", id="parquet-broken"),
        pytest.param(b"name,tokens\na.example,1\n", "no column 'domain'", id="no-domain"),
        pytest.param(b"domain,size\na.example,1\n", "no column 'tokens'", id="no-tokens"),
        pytest.param(b"domain,tokens\na.example,many\n", "no number from 0", id="word"),
        pytest.param(b"domain,tokens\na.example,-1\n", "no number from 0", id="negative"),
        pytest.param(b"domain,tokens\na.example,inf\n", "no number from 0", id="infinite"),
        pytest.param(b"domain,tokens\na.example,\n", "no number from 0", id="missing"),
        pytest.param(b"domain,tokens\nnothing,1\n", "no row names a host", id="no-host"),
        pytest.param(b"domain,tokens,stratum\na.example,1,middle\n", "no stratum", id="stratum"),
    ],
)
def test_weights_that_cannot_be_used(content, what):
    with pytest.raises(BadInput, match=what):
        weights_of(content, "weights.csv")


def test_weights_of_one_host_are_added_up():
    made = weights_of(
        b"url,Tokens,Type,stratum\nhttps://www.a.example/,1,news,head\na.example,2,,head\nb.example,3,,\n", "w"
    )
    assert made.rows() == [("a.example", 3.0, "head", "news", None, None), ("b.example", 3.0, None, None, None, None)]
    assert equal_weights(["a.example"]).columns == made.columns
