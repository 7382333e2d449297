"""A board that was without power has let go of its contacts: the car has seen that, nobody else."""

import pytest
from contract_subjects import next_number

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.events import BenchFault
from bench.judge.oracles.evidence import Evidence
from bench.judge.verdict import Case

BOARD = """
[relays.more]
model = "{model}"
backend = "@sim"
resource = "ASRL{number}::INSTR"
channels = {{ hood_open = {{ channel = 1, contact = "nc", safe = "closed" }}, horn = 2 }}
"""


@pytest.fixture
def opened(tmp_path):
    """Opens a bench with a board of a model; returns it with the board's twin."""
    benches = []

    def open_it(model="numato_usb"):
        file = tmp_path / "bench.toml"
        file.write_text(DEFAULT.read_text() + BOARD.format(model=model, number=next_number()))
        bench = Bench(make_setup(file)).open()
        benches.append(bench)
        [plug] = bench.station.instruments._plugs
        return bench, plug.twin

    yield open_it
    for bench in benches:
        bench.close()


def faults(bench: Bench) -> list[BenchFault]:
    return [event for _, event in bench.close().of(BenchFault)]


def test_a_switch_wired_normally_closed_that_was_let_go_is_the_bench_s_fault(opened):
    bench, twin = opened()
    twin.lose_power()
    assert bench.owner.unlock("ble_key").acted
    said = "hood_open was held open, and its board says that it is closed"
    [fault] = faults(bench)
    assert fault.reason.startswith(said)
    assert Evidence().judge(Case(bench.recording())).verdict == "inconclusive"


def test_a_contact_that_was_let_go_inside_its_block_is_the_bench_s_fault(opened):
    bench, twin = opened()
    with bench.relays.horn.closed():
        twin.lose_power()
        bench.relays.hood_open.open()
    [fault] = faults(bench)
    assert fault.reason.startswith("horn was held closed, and its board says that it is open")


@pytest.mark.parametrize("model", ["numato_usb", "lcus_silent"])
def test_what_is_held_to_the_end_or_by_a_board_that_cannot_tell_is_no_fault(opened, model):
    bench, _ = opened(model)
    with bench.relays.horn.closed():
        assert bench.owner.unlock("ble_key").acted
    bench.relays.horn.close()
    assert faults(bench) == []
