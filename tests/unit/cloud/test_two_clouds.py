"""What a real unit remembers of one scenario's cloud does not meet it again in the next one's."""

from datetime import UTC, datetime

from bench.clock.real import RealTime
from bench.clock.simulated import SimulatedTime
from bench.clock.timebase import Timebase
from bench.cloud.backend import Backend
from bench.journal import Journal
from bench.network.network import Network


def first_command(time: Timebase) -> tuple[str, int, str]:
    """Return epoch, counter and id of the first command of a cloud that has just begun."""

    async def create() -> tuple[str, int, str]:
        journal = Journal(time.now_ns)
        cloud = Backend(time, journal, Network(journal), 1)
        vehicle = cloud.register("V", "a", "p", "t")
        made = cloud.state.commands.create(vehicle, "door_unlock", "a", "k", None).command
        return made.epoch, made.counter, made.command_id

    try:
        return time.run(create())
    finally:
        time.close()


def test_commands_of_two_clouds_are_no_replays_of_one_another_to_a_unit_that_outlives_both():
    first, second = first_command(RealTime()), first_command(RealTime())
    assert first[1] == second[1] == 1, "counting begins anew"
    assert first[0] != second[0]
    assert first[2] != second[2]


def test_in_simulated_time_the_same_seed_has_the_same_ids():
    at = datetime(2025, 3, 21, 1, 30, tzinfo=UTC)
    assert first_command(SimulatedTime(at)) == first_command(SimulatedTime(at))
