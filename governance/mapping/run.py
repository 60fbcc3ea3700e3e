"""Run a function over batches: in this process, in a pool of processes, or on Dask."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import connection
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from governance.errors import BadInput, StoreDamaged
from governance.mapping.pieces import Batch, part_name

if TYPE_CHECKING:
    import polars as pl

AHEAD = 3
"""Batches in the hands of one worker: at work, waiting, and one being planned."""
STALE_SECONDS = 3_600
_MAGIC = b"PAR1"


Function = Callable[[Batch], "pl.DataFrame"]


@dataclass(frozen=True, slots=True)
class Part:
    """One finished part.

    Args:
        file: Where it lies.
        size: Bytes of input it was made from.
        reused: An earlier run had made it.
    """

    file: Path
    size: int
    reused: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        parts: Finished, reused ones among them.
        reused: Found finished.
        done: Bytes of input behind us.
        fresh: Those of them that had to be worked on.
        total: Bytes of input in all; ``None`` where nobody counted.
        seconds: Since the start.
    """

    parts: int = 0
    reused: int = 0
    done: int = 0
    fresh: int = 0
    total: int | None = None
    seconds: float = 0.0

    @property
    def rate(self) -> float | None:
        """Give bytes a second, of what had to be worked on; ``None`` before anything was."""
        return self.fresh / self.seconds if self.fresh and self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        """Give the seconds left at that rate; ``None`` where the total or the rate is unknown."""
        return None if self.total is None or not self.rate else max(0, self.total - self.done) / self.rate

    def after(self, part: Part, seconds: float) -> Progress:
        """Count one more part."""
        return replace(
            self,
            parts=self.parts + 1,
            reused=self.reused + part.reused,
            done=self.done + part.size,
            fresh=self.fresh + (0 if part.reused else part.size),
            seconds=seconds,
        )


def map_files(
    function: Function,
    files: Iterable[Batch],
    *,
    parts: Path,
    version: str,
    processes: int | None = None,
    scheduler: str | None = None,
    total: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Iterator[Part]:
    """Run a function over batches of files and give the parts as they are finished, in no order.

    Only a few batches a worker are ever in flight, so memory does not grow with the number of files.

    Args:
        function: Picklable; the same batch must give the same rows.
        files: The batches; drawn from as the work goes on.
        parts: Folder of the parts, made if missing. Dask's workers must see it and the files under the same path.
        version: All that changes what the function gives besides its input; part of every name.
        processes: How many; by default one a processor. 1 works in this process.
        scheduler: Address of a Dask scheduler, which then takes the place of the pool.
        total: Bytes of all files, for the time left.
        progress: Told after each part.

    Raises:
        BadInput: A file cannot be read, a number of processes below 1, or no scheduler at the address.
        StoreDamaged: The folder cannot be written, or a worker died.
    """
    _prepare(parts)
    job = _Job(function, parts, version)
    count = processors() if processes is None else processes
    if count < 1:
        raise BadInput(f"{count} processes", "option processes", "use 1 or more")
    if scheduler is not None:
        finished: Iterator[Part] = _on_dask(job, files, scheduler)
    else:
        finished = map(job, files) if count == 1 else _in_pool(job, files, count)
    start, state = time.monotonic(), Progress(total=total)
    for part in finished:
        state = state.after(part, time.monotonic() - start)
        if progress:
            progress(state)
        yield part


def processors() -> int:
    """Count the processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Job:
    """What every worker runs: one batch to one part, unless the part is there."""

    function: Function
    parts: Path
    version: str

    def __call__(self, batch: Batch) -> Part:
        file = self.parts / part_name(batch, self.version)
        size = sum(piece.size for piece in batch)
        if _is_whole(file):
            return Part(file, size, True)
        frame = self.function(batch)
        draft = file.with_name(f".{file.stem}.{uuid4().hex}.tmp")
        try:
            with draft.open("wb") as stream:
                frame.write_parquet(stream)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(file)
        except OSError as error:
            fix = "free some space and run it again: finished parts are kept"
            raise StoreDamaged(f"a part cannot be written: {error.strerror}", str(self.parts), fix) from error
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        return Part(file, size, False)


def _is_whole(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            stream.seek(-len(_MAGIC), os.SEEK_END)
            return stream.read() == _MAGIC
    except OSError:
        return False


def _prepare(parts: Path) -> None:
    """Make the folder, and clear away the drafts of runs that were killed."""
    try:
        parts.mkdir(parents=True, exist_ok=True)
        for draft in parts.glob(".*.tmp"):
            if time.time() - draft.stat().st_mtime > STALE_SECONDS:
                draft.unlink(missing_ok=True)
    except OSError as error:
        fix = "name a folder you can write"
        raise StoreDamaged(f"the folder cannot be used: {error.strerror}", str(parts), fix) from error


def _in_pool(job: _Job, files: Iterable[Batch], processes: int) -> Iterator[Part]:
    """Start fresh processes: this one has threads of DuckDB and Polars, whose locks a fork would copy."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start_worker)
    waiting: set[Future[Part]] = set()
    try:
        for batch in files:
            with _one_thread():
                waiting.add(pool.submit(job, batch))
            if len(waiting) >= AHEAD * processes:
                yield from _finished(waiting)
        while waiting:
            yield from _finished(waiting)
    except BrokenProcessPool as error:
        fix = "run it again with fewer processes: finished parts are kept"
        raise StoreDamaged("a worker process died, maybe of too little memory", "pool of processes", fix) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _finished(waiting: set[Future[Part]]) -> Iterator[Part]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    waiting -= done
    for future in done:
        yield future.result()


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that start now have one thread each; Polars asks once, as soon as anything uses it."""
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def _start_worker() -> None:
    """No life after the parent's: a killed parent cannot tell its workers to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()


def _die_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _on_dask(job: _Job, files: Iterable[Batch], address: str) -> Iterator[Part]:
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        fix = "install it: pip install 'touchstone[cluster]'"
        raise BadInput("dask.distributed is not installed", "option scheduler", fix) from error
    try:
        client = Client(address, timeout=5, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        fix = "start one with 'dask scheduler' and give its address, such as tcp://127.0.0.1:8786"
        raise BadInput(f"no scheduler answers at '{address:.100}'", "option scheduler", fix) from error
    with client:
        room = AHEAD * max(1, sum(client.nthreads().values()))
        remaining = iter(files)
        queue = as_completed(loop=client.loop)
        for batch in _first(remaining, room):
            queue.add(client.submit(job, batch, pure=False))
        for future in queue:
            try:
                yield future.result()
            except (KilledWorker, CancelledError, OSError) as error:
                fix = "see the scheduler's log, then run it again: finished parts are kept"
                raise StoreDamaged(f"the cluster lost the work: {error!s:.200}", "Dask", fix) from error
            for batch in _first(remaining, 1):
                queue.add(client.submit(job, batch, pure=False))


def _first(batches: Iterator[Batch], count: int) -> Iterator[Batch]:
    for _, batch in zip(range(count), batches, strict=False):
        yield batch
