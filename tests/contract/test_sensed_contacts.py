"""A meter that looks at what a relay switches sees a contact that does not do what its board says."""

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.events import BenchFault
from bench.judge.oracles.evidence import Evidence
from bench.judge.verdict import Case

BENCH = """
[can.body]
[can.telematics]

[relays.doors]
model = "numato_usb"
backend = "@sim"
resource = "ASRL1::INSTR"
channels = { handle_driver = 0, cylinder_unlock = 1 }

[meters.locks]
model = "simulated"
channels = { lock_motor_driver = 1, latch_driver = 2, cylinder_unlock = 3 }
"""


@pytest.fixture
def bench(tmp_path):
    file = tmp_path / "bench.toml"
    file.write_text(BENCH)
    with Bench(make_setup(file)) as opened:
        yield opened


def turned(bench, spoil):
    """Return what was wrong with a bench on which the cylinder's switch was closed for a moment."""
    (plug,) = bench.station.instruments._plugs
    spoil(plug.twin)
    with bench.relays.cylinder_unlock.closed():
        bench.wait(1)
    bench.wait(1)
    bench.close()
    faults = [e.event for e in bench.recording().entries if isinstance(e.event, BenchFault)]
    assert Evidence().judge(Case(bench.recording())).verdict == (
        "inconclusive" if faults else "pass"
    )
    return [(fault.what, fault.reason) for fault in faults]


def test_a_sound_contact_is_in_no_doubt(bench):
    assert turned(bench, lambda _twin: None) == []


def test_a_welded_contact_is_named(bench):
    ((what, reason),) = turned(bench, lambda twin: twin.welded.add(1))
    assert what == "relays"
    assert reason.startswith("cylinder_unlock was switched open at ")


def test_a_contact_whose_register_lies_is_named(bench):
    def lie(twin):
        twin.drive = lambda *_args, **_how: None  # the register moves, the contact does not

    ((what, reason),) = turned(bench, lie)
    assert what == "relays"
    assert reason.startswith("cylinder_unlock was switched closed at ")
