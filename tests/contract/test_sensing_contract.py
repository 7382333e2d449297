"""A lock motor sensed by a board's digital inputs: seen, with what polling leaves uncertain."""

from pathlib import Path

import pytest
from contract_subjects import next_number

from bench.access.handles.bench import Bench, open_bench
from bench.errors import ConfigError
from bench.events import Edge, ReceiverLost
from bench.instruments.plug import Plug
from bench.instruments.wire_twin import WireTwin
from bench.station import making

BENCH = """
[bench]
time = "{time}"

[relays.doors]
model = "simulated"
channels = {{ handle_driver = 1, start_button = 2 }}

[supplies.kl30]
model = "simulated"
net = "terminal_30"

[meters.locks]
model = "waveshare_modbus_inputs"
backend = "{backend}"
resource = "ASRL{number}::INSTR"
channels = {{ lock_motor_driver = 1, lock_motor_passenger = 3, latch_driver = 5 }}
reverse = {{ lock_motor_driver = 2, lock_motor_passenger = 4 }}
inverted = ["lock_motor_passenger"]
"""
PERIOD_NS = 30_000_000


def write(folder: Path, *, time: str = "simulated", backend: str = "@sim", old="", new="") -> Path:
    text = BENCH.format(time=time, backend=backend, number=next_number())
    assert old in text
    file = folder / "bench.toml"
    file.write_text(text.replace(old, new) if old else text, encoding="utf-8")
    return file


def edges(bench: Bench, line: str) -> list[tuple[str, int]]:
    """Return per edge of a line on record: what it became, and its uncertainty."""
    events = [e.event for e in bench.journal.entries if isinstance(e.event, Edge)]
    return [(event.level, event.uncertain_ns) for event in events if event.line == line]


def test_both_doors_are_seen_to_unlock_whichever_way_their_motor_is_wired(tmp_path):
    with open_bench(write(tmp_path), owner="phone_and_fob") as bench:
        unlock = bench.owner.unlock("peps_fob")
        bench.wait(1.0)
        assert unlock.acted, unlock.story()
        for line in ("lock_motor_driver", "lock_motor_passenger"):
            assert [level for level, _ in edges(bench, line)] == ["unlock", "idle"]
        assert [level for level, _ in edges(bench, "latch_driver")] == ["unlocked"]


def test_an_edge_carries_how_much_earlier_it_may_have_been(tmp_path):
    with open_bench(write(tmp_path), owner="phone_and_fob") as bench:
        bench.owner.unlock("peps_fob")
        bench.wait(1.0)
        uncertain_ns = [each for _, each in edges(bench, "lock_motor_driver")]
        assert uncertain_ns == [PERIOD_NS, PERIOD_NS]


def test_simulated_inputs_are_certain(tmp_path):
    old = 'model = "waveshare_modbus_inputs"\nbackend = "@sim"'
    with open_bench(
        write(tmp_path, old=old, new='model = "simulated"'), owner="phone_and_fob"
    ) as bench:
        bench.owner.unlock("peps_fob")
        assert edges(bench, "lock_motor_driver")[0] == ("unlock", 0)


def test_inputs_that_are_pulled_out_are_a_lost_receiver_and_not_a_still_motor(
    tmp_path, monkeypatch
):
    plugs: list[Plug] = []
    plug_in = making.plug_in

    def kept(twin: WireTwin, where: str, resource: str) -> Plug:
        plugs.append(plug_in(twin, where, resource))
        return plugs[-1]

    monkeypatch.setattr(making, "plug_in", kept)
    with open_bench(write(tmp_path), owner="phone_and_fob") as bench:
        plugs[0].unplug()
        bench.wait(1.0)
        lost = [e.event for e in bench.journal.entries if isinstance(e.event, ReceiverLost)]
        assert [event.receiver for event in lost] == ["meters.locks"]
        assert "CONN_LOST" in lost[0].reason


@pytest.mark.parametrize("backend", ["@pty", "@socket"])
def test_in_real_time_a_motor_is_sensed_through_a_real_transport(tmp_path, backend):
    file = write(tmp_path, time="real", backend=backend)
    with open_bench(file, owner="phone_and_fob") as bench:
        bench.owner.unlock("peps_fob")
        for _ in range(20):  # a computer that has other things to do samples late
            bench.wait(0.5)
            seen = edges(bench, "lock_motor_driver")
            if len(seen) >= 2:
                break
        assert [level for level, _ in seen] == ["unlock", "idle"]
        assert all(uncertain_ns > 0 for _, uncertain_ns in seen)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reverse = { lock_motor_driver", "reverse = { lock_motor_drivr",
         r'meters\.locks\.reverse: no channel "lock_motor_drivr": did you mean'),
        ('["lock_motor_passenger"]', '["lock_motor_pasenger"]',
         r'meters\.locks\.inverted: no channel "lock_motor_pasenger": did you mean'),
    ],
)  # fmt: skip
def test_a_line_that_is_not_there_cannot_be_wired(tmp_path, old, new, message):
    with pytest.raises(ConfigError, match=message):
        open_bench(write(tmp_path, old=old, new=new)).open()
