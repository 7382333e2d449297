"""The contract of meters: every model runs all of it."""

from collections.abc import Iterator

import pytest
from contract_subjects import Subject, everywhere, make, names, opened

from bench.errors import InstrumentFault


@pytest.fixture(params=everywhere("meters"))
def meter(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Each model of meter, open, over each transport."""
    yield from opened(*request.param)


def test_a_line_reads_as_its_net_is_driven(meter):
    assert meter.device.read("lock_motor_driver") == 0.0
    meter.wiring.net("motor_line").drive("bcm", -13_400)
    assert meter.device.read("lock_motor_driver") == pytest.approx(-13.4)
    assert meter.device.read("latch_driver") == 0.0


def test_a_watcher_is_told_of_every_change_and_its_cause(meter):
    told: list[tuple[str, float, int | None]] = []
    meter.device.watch(lambda *change: told.append(change))
    meter.wiring.net("motor_line").drive("bcm", 13_400, cause=7)
    meter.wiring.net("motor_line").drive("bcm", 13_400, cause=8)
    meter.wiring.net("latch_driver").drive("lock", 12_000, cause=9)
    meter.wiring.net("motor_line").drive("bcm", 0, cause=10)
    assert told == [
        ("lock_motor_driver", 13.4, 7),
        ("latch_driver", 12.0, 9),
        ("lock_motor_driver", 0.0, 10),
    ]


def test_an_unknown_line_is_refused_and_the_nearest_named(meter):
    with pytest.raises(InstrumentFault, match=r'locks.*"latch_drivr".*"latch_driver"'):
        meter.device.read("latch_drivr")


def test_safe_changes_nothing(meter):
    meter.wiring.net("latch_driver").drive("lock", 12_000)
    meter.device.safe()
    assert meter.device.read("latch_driver") == pytest.approx(12.0)


@pytest.mark.parametrize("model", names("meters"))
def test_a_line_cannot_be_read_before_it_is_connected(model):
    with pytest.raises(InstrumentFault, match="locks"):
        make("meters", model).device.read("latch_driver")
