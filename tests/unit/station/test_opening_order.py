"""In which order a station makes its instruments safe as it opens, and as it closes."""

import pytest

from bench.access.handles.bench import open_bench
from bench.config.bench_file import DEFAULT
from bench.instruments.relays.simulated import Simulated as SimulatedBoard
from bench.instruments.supplies.simulated import Simulated as SimulatedSupply

CRASH = """
[relays.crash]
model = "simulated"
channels = { terminal_15 = { channel = 1, contact = "nc", safe = "closed" } }

"""


@pytest.fixture
def made_safe(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The boards and supplies that have been made safe, as they come."""
    names: list[str] = []
    for model in (SimulatedBoard, SimulatedSupply):

        def noted(instrument, safe=model.safe):
            names.append(instrument.setup.name)
            safe(instrument)

        monkeypatch.setattr(model, "safe", noted)
    return names


def test_a_contact_that_the_car_would_see_moving_waits_for_the_supplies_also_at_the_beginning(
    tmp_path, made_safe
):
    """A run that nobody guarded may have left them on."""
    file = tmp_path / "bench.toml"
    file.write_text(CRASH + DEFAULT.read_text(encoding="utf-8"), encoding="utf-8")
    with open_bench(file):
        opened = list(made_safe)
        made_safe.clear()
    assert opened[-2:] == ["kl30", "crash"]
    assert "doors" in opened
    assert made_safe == opened
