import asyncio
import threading

import pytest

from bench.clock.simulated import SimulatedTime
from bench.errors import EndlessActivity, ForeignThread, SimulationStalled, StationError


def test_an_hour_takes_no_time_and_is_exactly_an_hour(time):
    time.run(asyncio.sleep(3600))
    assert time.now_ns() == 3600 * 10**9


def test_timers_of_one_instant_run_in_the_order_in_which_they_were_set(time):
    order: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in range(20):
            loop.call_later(1.0, order.append, number)
        await asyncio.sleep(2)

    time.run(main())
    assert order == list(range(20))


def test_a_sleeper_wakes_at_its_due_time_whatever_else_is_set(time):
    woken: list[int] = []

    async def sleeper() -> None:
        for _ in range(100):
            await asyncio.sleep(0.1)
            woken.append(time.now_ns())

    async def noise() -> None:
        for _ in range(700):
            await asyncio.sleep(0.0142857)

    async def main() -> None:
        await asyncio.gather(sleeper(), noise())

    time.run(main())
    assert woken == [n * 100_000_000 for n in range(1, 101)]


def test_call_at_never_fires_before_the_time_it_was_asked_for(time):
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for when in (70.68 + 0.04, 0.1 + 0.2, 1 / 3):
            fired: asyncio.Future[float] = loop.create_future()
            loop.call_at(when, lambda f=fired: f.set_result(loop.time()))
            assert await fired >= when

    time.run(main())


def test_a_stall_names_who_waits_and_where(time):
    async def waits_for_nothing() -> None:
        await asyncio.get_running_loop().create_future()

    async def main() -> None:
        time.loop.create_task(waits_for_nothing(), name="lonely")
        await asyncio.get_running_loop().create_future()

    with pytest.raises(SimulationStalled, match=r"lonely in .*waits_for_nothing \(test_simul"):
        time.run(main())


def test_endless_activity_at_one_instant_is_an_error():
    time = SimulatedTime()
    going_on = True

    def again() -> None:
        if going_on:
            time.loop.call_soon(again)

    async def main() -> None:
        again()
        await asyncio.sleep(1)

    with pytest.raises(EndlessActivity, match="time cannot move"):
        time.run(main())
    going_on = False
    time.close()


def test_a_wait_beyond_the_horizon_is_an_error(time):
    with pytest.raises(SimulationStalled, match="horizon"):
        time.run(asyncio.sleep(500 * 24 * 3600))


def test_a_call_from_another_thread_is_refused(time):
    errors: list[BaseException] = []

    def call() -> None:
        try:
            time.loop.call_soon_threadsafe(print)
        except ForeignThread as error:
            errors.append(error)

    async def main() -> None:
        thread = threading.Thread(target=call)
        thread.start()
        thread.join()

    time.run(main())
    assert len(errors) == 1


def test_waiting_for_the_bench_from_inside_its_loop_is_refused(time):
    async def main() -> None:
        with pytest.raises(ForeignThread, match="from inside a loop"):
            time.run(asyncio.sleep(1))

    time.run(main())


def test_a_background_exception_surfaces_at_the_next_call(time):
    async def fails() -> None:
        await asyncio.sleep(1)
        raise StationError("in the background")

    async def main() -> None:
        time.spawn(fails(), "fails")

    time.run(main())
    with pytest.raises(StationError, match="in the background"):
        time.run(asyncio.sleep(2))


def test_blocking_work_takes_no_simulated_time(time):
    async def main() -> int:
        return await asyncio.get_running_loop().run_in_executor(None, sum, [1, 2, 3])

    assert time.run(main()) == 6
    assert time.now_ns() == 0


def test_the_calendar_follows_simulated_time():
    base = SimulatedTime()
    began = base.wall()
    base.run(asyncio.sleep(90))
    assert (base.wall() - began).total_seconds() == 90
    base.close()


def test_tasks_hash_by_number_so_that_sets_of_them_are_ordered_alike(time):
    async def main() -> list[int]:
        tasks = [time.loop.create_task(asyncio.sleep(1)) for _ in range(5)]
        hashes = [hash(task) for task in tasks]
        await asyncio.wait(tasks)
        return hashes

    first = time.run(main())
    assert first == list(range(first[0], first[0] + 5))


def test_whoever_waits_for_what_has_failed_behind_him_is_told_so_and_not_for_ever(time):
    async def fails():
        raise StationError("the frame was never sent")

    async def ticks():
        while True:
            await asyncio.sleep(1)

    async def waits():
        time.spawn(fails(), "sender")
        time.spawn(ticks(), "cycle")
        await asyncio.Event().wait()

    with pytest.raises(StationError, match="the frame was never sent"):
        time.run(waits())
    time.run(asyncio.sleep(5 * 3600))
