"""Workers: what they run, in which order, and what becomes of one that dies."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.access.pool import Pool
from bench.errors import ConfigError, StationError


def twice(task: int) -> Iterator[tuple[int, int]]:
    yield task, os.getpid()
    yield task, os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_task_is_run_once_and_all_that_it_yields_arrives(jobs):
    results = list(Pool(twice, jobs).run(range(7)))
    assert sorted(task for task, _ in results) == sorted([*range(7), *range(7)])
    assert len({process for _, process in results}) <= jobs


def test_a_task_begins_when_it_is_ready_and_the_next_that_is_goes_before_it():
    done: list[int] = []
    needs = {0: 3, 1: 3}
    pool = Pool(twice, 1, lambda task: needs.get(task) in (None, *done))
    for task, _ in pool.run([0, 1, 2, 3]):
        done.append(task)
    assert done == [2, 2, 3, 3, 0, 0, 1, 1]


def test_an_idle_worker_gets_a_task_as_soon_as_it_is_ready():
    done: list[int] = []
    pool = Pool(twice, 2, lambda task: task == 0 or 0 in done)
    for task, _ in pool.run([0, 1, 2]):
        done.append(task)
    assert sorted(done) == [0, 0, 1, 1, 2, 2]


def test_tasks_that_wait_for_what_never_comes_are_an_error_and_not_a_hang():
    with pytest.raises(StationError, match="2 tasks wait for what never comes"):
        list(Pool(twice, 2, lambda task: task == 0).run([0, 1, 2]))


def test_what_a_worker_raises_is_raised_here():
    def fails(task: int) -> Iterator[int]:
        yield task
        raise ConfigError("that will not do")

    with pytest.raises(ConfigError, match="that will not do"):
        list(Pool(fails, 2).run([1]))


def test_a_worker_that_dies_is_an_error_that_says_how():
    def dies(task: int) -> Iterator[int]:
        yield task
        os._exit(9)

    with pytest.raises(StationError, match=r"a worker process died \(exit code 9\)"):
        list(Pool(dies, 1).run([1]))


def killed(process: int) -> None:
    """Kill a worker and wait until it is dead; its parent may still not have asked how."""
    os.kill(process, signal.SIGKILL)
    until_s = time.monotonic() + 10
    while Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_a_worker_that_dies_while_it_has_nothing_to_do_is_named():
    done: list[int] = []
    pool = Pool(twice, 1, lambda task: task == 0 or 1 in done)
    results = pool.run([0, 1])
    _, process = next(results)
    next(results)
    done.append(1)  # the worker is idle now, and gets the second task next
    killed(process)
    said = r"a worker process died \(by SIGKILL: has the computer run out of memory\?\)"
    with pytest.raises(StationError, match=said):
        list(results)


def test_a_worker_that_dies_when_nothing_is_left_for_it_changes_nothing():
    def slow(task: int) -> Iterator[tuple[int, int]]:
        for _ in range(1 if task == 0 else 200):
            yield task, os.getpid()
            time.sleep(0.01)

    processes: dict[int, int] = {}
    pool, dead = Pool(slow, 2), 0
    results = []
    for task, process in pool.run([0, 1]):
        results.append(task)
        processes[task] = process
        if pool._idle and not dead:
            dead = processes[0]
            killed(dead)
    assert dead
    assert sorted(results) == [0] + [1] * 200


def endless(task: int) -> Iterator[int]:
    while True:
        yield task


@pytest.mark.parametrize("work", [endless, twice], ids=["busy", "idle"])
def test_a_worker_whose_parent_hangs_up_ends_without_a_word(work, monkeypatch, capfd):
    """It said a traceback in between, when it ran before the signal that was to end it."""
    monkeypatch.setattr(multiprocessing.process.BaseProcess, "terminate", lambda _process: None)
    pool = Pool(work, 1)
    results = pool.run([1])
    next(results)
    (worker,) = pool._processes.values()
    pool.end()
    worker.join(timeout=20)
    assert worker.exitcode == 0
    assert capfd.readouterr().err == ""
