from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from governance.catalogue.connect import PROJECT
from governance.errors import BadInput, StoreDamaged
from governance.mapping import Progress, Slice, map_files, part_name
from tests.unit.mapping.work import Slow, count, die, refuse, slices, threads

CONTENTS = [b"x" * size for size in range(1, 21)]


def run(function, batches, parts, **options):
    return list(map_files(function, batches, parts=parts, version="1", **options))


def content(parts: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in parts.iterdir()}


def test_parts_are_the_same_in_one_process_and_in_two(tmp_path):
    batches = slices(tmp_path / "in", CONTENTS)
    run(count, batches, tmp_path / "one", processes=1)
    run(count, batches, tmp_path / "two", processes=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert pl.read_parquet(tmp_path / "one" / "*.parquet")["n"].sum() == sum(map(len, CONTENTS))


def test_a_finished_part_is_not_made_again(tmp_path):
    batches = slices(tmp_path / "in", CONTENTS)
    first = run(count, batches, tmp_path / "parts", processes=1)
    again = run(count, batches, tmp_path / "parts", processes=1)
    assert not any(part.reused for part in first)
    assert all(part.reused for part in again)
    (tmp_path / "in" / "004.txt").write_bytes(b"y" * len(CONTENTS[4]))
    assert [part.reused for part in run(count, batches, tmp_path / "parts", processes=1)].count(False) == 1


def test_half_a_part_is_made_again(tmp_path):
    batches = slices(tmp_path / "in", CONTENTS[:1])
    (part,) = run(count, batches, tmp_path / "parts", processes=1)
    whole = part.file.read_bytes()
    part.file.write_bytes(whole[:-10])
    (again,) = run(count, batches, tmp_path / "parts", processes=1)
    assert not again.reused
    assert part.file.read_bytes() == whole


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"name": "other.txt"}, id="name"),
        pytest.param({"kind": "csv"}, id="kind"),
        pytest.param({"stop": 2}, id="length"),
        pytest.param({"start": 1, "stop": 4}, id="bytes"),
    ],
)
def test_a_part_is_named_after_all_that_makes_it(tmp_path, change):
    file = tmp_path / "a.txt"
    file.write_bytes(b"abcdef")
    given = {"path": file, "name": "a.txt", "start": 0, "stop": 3, "kind": ""}
    name = part_name((Slice(**given),), "1")
    assert name != part_name((Slice(**given | change),), "1")
    assert name != part_name((Slice(**given),), "2")
    moved = tmp_path / "elsewhere.txt"
    moved.write_bytes(b"abcdef")
    assert name == part_name((Slice(**given | {"path": moved}),), "1")


def test_workers_are_fresh_processes_with_one_thread(tmp_path):
    pl.Series([1, 2, 3]).sort()
    run(threads, slices(tmp_path / "in", CONTENTS), tmp_path / "parts", processes=2)
    found = pl.read_parquet(tmp_path / "parts" / "*.parquet")
    assert found["threads"].unique().to_list() == [1]
    assert os.getpid() not in found["process"]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_the_work_comes_through_whole(tmp_path, processes):
    with pytest.raises(BadInput) as caught:
        run(refuse, slices(tmp_path / "in", CONTENTS), tmp_path / "parts", processes=processes)
    assert (caught.value.what, caught.value.fix) == ("not this one", "give another")


def test_errors_survive_the_way_between_processes():
    error = pickle.loads(pickle.dumps(BadInput("what", "where", "fix")))
    assert error.as_dict() == BadInput("what", "where", "fix").as_dict()


def test_a_dead_worker_is_said(tmp_path):
    with pytest.raises(StoreDamaged, match="finished parts are kept"):
        run(die, slices(tmp_path / "in", CONTENTS), tmp_path / "parts", processes=2)


def test_errors_on_dask_come_through_whole(tmp_path):
    distributed = pytest.importorskip("distributed")
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        address = cluster.scheduler_address
        with pytest.raises(BadInput, match="not this one"):
            run(refuse, slices(tmp_path / "in", CONTENTS[:2]), tmp_path / "parts", scheduler=address)
        with pytest.raises(StoreDamaged, match="finished parts are kept"):
            run(die, slices(tmp_path / "in", CONTENTS[:1]), tmp_path / "parts", scheduler=address)


def test_a_file_that_is_gone_is_said(tmp_path):
    batches = slices(tmp_path / "in", CONTENTS[:2])
    (tmp_path / "in" / "001.txt").unlink()
    with pytest.raises(BadInput, match=r"001\.txt"):
        run(count, batches, tmp_path / "parts", processes=1)


def test_batches_are_drawn_as_the_work_goes_on(tmp_path):
    batches = slices(tmp_path / "in", [b"x"] * 1 + CONTENTS * 3)
    drawn = 0

    def draw():
        nonlocal drawn
        for batch in batches:
            drawn += 1
            yield batch

    finished = map_files(count, draw(), parts=tmp_path / "parts", version="1", processes=2)
    next(finished)
    assert drawn <= 6
    assert len(list(finished)) == len(batches) - 1


def test_progress_tells_rate_and_time_left(tmp_path):
    told: list[Progress] = []
    batches = slices(tmp_path / "in", CONTENTS)
    total = sum(map(len, CONTENTS))
    run(count, batches, tmp_path / "parts", processes=1, total=total, progress=told.append)
    assert [one.parts for one in told] == list(range(1, 21))
    assert told[-1].done == told[-1].fresh == total
    assert told[-1].seconds_left == 0
    assert told[0].seconds_left is not None
    run(count, batches, tmp_path / "parts", processes=1, total=total, progress=told.append)
    assert (told[-1].reused, told[-1].fresh, told[-1].rate, told[-1].seconds_left) == (20, 0, None, None)


@pytest.mark.parametrize("options", [{"processes": 0}, {"processes": -2}, {"scheduler": "tcp://127.0.0.1:1"}])
def test_what_cannot_work_is_refused(tmp_path, options):
    with pytest.raises(BadInput):
        run(count, [], tmp_path / "parts", **options)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_workers_do_not_outlive_a_parent_that_is_killed(tmp_path):
    (tmp_path / "notes").mkdir()
    slices(tmp_path / "in", CONTENTS)
    script = tmp_path / "run.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from governance.mapping import map_files\nfrom tests.unit.mapping.work import Slow, slices\n"
        "if __name__ == '__main__':\n"
        "    here = Path(sys.argv[1])\n"
        f"    batches = slices(here / 'in', [b'x' * size for size in range(1, {len(CONTENTS) + 1})])\n"
        "    list(map_files(Slow(here / 'notes', 0.2), batches, parts=here / 'parts', version='1', processes=2))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    parent = subprocess.Popen([sys.executable, script, tmp_path], env=environment, cwd=PROJECT)
    _until(lambda: len(list((tmp_path / "parts").glob("[!.]*.parquet"))) >= 4)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    workers = {int(note.name.rpartition(".")[2]) for note in (tmp_path / "notes").iterdir()}
    assert len(workers) == 2
    _until(lambda: not any(_lives(worker) for worker in workers))
    kept = len(list((tmp_path / "parts").glob("[!.]*.parquet")))
    assert 4 <= kept < len(CONTENTS)
    batches = slices(tmp_path / "in", CONTENTS)
    finished = run(Slow(tmp_path / "notes", 0), batches, tmp_path / "parts", processes=1)
    assert sum(part.reused for part in finished) == kept


def _until(holds, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False
