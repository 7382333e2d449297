"""Workers: what they run, in which order, and what becomes of one that dies."""

import os
from collections.abc import Iterator

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

    with pytest.raises(StationError, match="a worker process died"):
        list(Pool(dies, 1).run([1]))
