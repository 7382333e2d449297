"""What every model of instrument must have, whatever its kind."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from contract_subjects import ALL, EVERY_DEVICE, TWINS, WIRED, lacks, make
from distribution import lay_out

from bench.errors import ConfigError, InstrumentFault, UnknownName
from bench.instruments.driver import Driver
from bench.instruments.kinds import Instrument, Meter, RelayBoard, Setup, Supply
from bench.instruments.models import KINDS, models
from bench.instruments.wire_twin import WireTwin, twin_of

PROTOCOLS = {"relays": RelayBoard, "supplies": Supply, "meters": Meter}
TRIED = re.compile(r"tried on the device: (no|yes, .+)")


def own_methods(protocol: type) -> dict[str, inspect.Signature]:
    """Return what a protocol asks for: its methods, with those of what it extends."""
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(protocol, inspect.isfunction)
        if not name.startswith("_")
    }


def test_every_kind_has_a_simulated_model():
    assert all("simulated" in models(kind).names() for kind in KINDS)


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_model_has_the_methods_of_its_kind_with_the_same_arguments(kind, model):
    found = models(kind).get(model)
    methods = own_methods(PROTOCOLS[kind])
    assert {"open", "close", "safe"} <= set(methods)
    for name, signature in methods.items():
        method = getattr(found, name, None)
        assert callable(method), name
        assert method.__doc__, f"{name} has no docstring"
        wanted = [(p.name, p.kind) for p in signature.parameters.values()]
        assert [(p.name, p.kind) for p in inspect.signature(method).parameters.values()] == wanted


@pytest.mark.parametrize("method", ["open", "close", "identity", "safe"])
def test_the_contract_asks_every_instrument_for_the_basic_methods(method):
    assert method in own_methods(Instrument)


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_model_keeps_the_setup_it_was_made_from(kind, model):
    setup = Setup("board", channels={"line": 1})
    assert models(kind).get(model)(setup).setup is setup


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_model_opens_says_what_it_is_is_made_safe_and_closes_twice(kind, model):
    device = make(kind, model).device
    device.open()
    assert device.identity().strip()
    device.safe()
    device.close()
    device.close()


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_model_that_was_never_opened_closes_without_harm(kind, model):
    make(kind, model, plugged=False).device.close()


@pytest.mark.parametrize(("kind", "model"), ALL)
def test_a_model_without_its_other_end_says_which_instrument_it_is(kind, model):
    """A simulated model needs a simulated car's wiring, a wire model a resource."""
    device = models(kind).get(model)(Setup("board", channels={"line": 1}))
    with pytest.raises((InstrumentFault, ConfigError), match=r"^board"):
        device.open()


@pytest.mark.parametrize(("kind", "model"), [pair for pair in ALL if pair[1] == "simulated"])
def test_a_simulated_model_refuses_a_net_that_the_car_does_not_have(kind, model):
    channels = {"lin": 1}
    subject = make(kind, model, channels)
    setup = Setup("board", channels=channels, nets={"lin": "linee", "board": "linee"},
                  wiring=subject.wiring)  # fmt: skip
    subject.wiring.net("line")
    with pytest.raises(ConfigError, match=f'{kind}.board.*"linee".*"line"'):
        models(kind).get(model)(setup).open()


# ── models with a wire ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "model"), WIRED)
def test_a_visa_model_says_whether_it_was_tried_on_the_device(kind, model):
    found = models(kind).get(model)
    module = inspect.getmodule(found)
    assert issubclass(found, Driver), "how does this model reach its device?"
    assert found.tried_on_device == "no" or found.tried_on_device.startswith("yes, ")
    assert TRIED.search(found.__doc__ or ""), "the class says whether it was tried"
    assert re.search(r"Tried on the device: (no|yes)\b", module.__doc__ or ""), "so does the file"


@pytest.mark.parametrize(("kind", "model"), EVERY_DEVICE)
def test_a_model_with_a_wire_has_a_twin_and_an_entry_in_this_contract(kind, model):
    if missing := lacks(model):
        pytest.fail(f"{kind}/{model} cannot be put through its contract: {missing}", pytrace=False)
    assert isinstance(twin_of(model, Setup("board")), WireTwin)


MODULE = """
from bench.instruments.relays.numato_usb import NumatoUsb

class AcmeR4(NumatoUsb):
    pass
"""


def test_a_model_without_a_twin_is_one_failing_test_that_names_it(tmp_path):
    lay_out(tmp_path, "acme", MODULE, "[access_bench.relay_board]\nacme_r4 = acme:AcmeR4\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", Path(__file__).parent,
         "-k", "acme_r4"],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    assert re.search(r"^1 failed, .*\d+ deselected", done.stdout, re.MULTILINE), done.stdout
    assert (
        "relays/acme_r4 cannot be put through its contract: bench/instruments/twins/acme_r4.py: "
        "there is no twin of acme_r4; tests/contract/contract_wires.py: WIRES has no entry"
    ) in done.stdout


def test_every_twin_is_the_twin_of_a_model():
    assert TWINS.names() == sorted(model for _, model in WIRED)


def test_a_model_without_a_twin_is_refused_and_the_nearest_named():
    with pytest.raises(UnknownName, match=r'"numato_usbb".*"numato_usb"'):
        twin_of("numato_usbb", Setup("board"))
