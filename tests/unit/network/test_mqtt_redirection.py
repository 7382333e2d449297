"""Where an MQTT client goes that is sent to another server."""

import pytest

from bench.network.mqtt_reasons import SERVER_MOVED, USE_ANOTHER_SERVER
from bench.network.mqtt_redirection import Redirection, first_server

GIVEN, OTHER, THIRD = "push.maker.example", "push-2.maker.example", "push-3.maker.example"


@pytest.mark.parametrize(
    ("reference", "host"),
    [
        (OTHER, OTHER),
        (f"{OTHER}:8883", OTHER),
        (f"{OTHER} {THIRD}:1883", OTHER),
        ("10.10.151.22:8883", "10.10.151.22"),
        # what no name can be resolved from, or would break who tries
        ("[fe80::9610:3eff:fe1c]:1883", ""), ("mqtts://push-2.maker.example", ""), ("", ""), (None, ""),
        (" push-2.maker.example", ""), ("-a.example", ""), ("a..example", ""), ("a" * 64, ""),
        (".".join(["a" * 60] * 5), ""), ("a.example:port", ""), ("p\u00fcsh.example", ""),
        ("a.example\n", ""), ("<b>.example", ""),
    ],
)  # fmt: skip
def test_the_first_server_of_a_reference_is_a_host_or_nothing(reference, host):
    assert first_server(reference) == host


@pytest.mark.parametrize(
    ("code", "afterwards"), [(USE_ANOTHER_SERVER, GIVEN), (SERVER_MOVED, OTHER)]
)
def test_another_server_is_for_now_and_a_move_for_good(code, afterwards):
    whom = Redirection()
    assert whom.told(code, OTHER)
    assert whom.host(GIVEN) == OTHER
    whom.let_in()
    assert whom.host(GIVEN) == afterwards


def test_a_server_that_does_not_let_it_in_is_forgotten():
    whom = Redirection()
    whom.told(SERVER_MOVED, OTHER)
    whom.failed()
    assert (whom.host(GIVEN), whom.elsewhere) == (GIVEN, False)


@pytest.mark.parametrize(
    ("code", "reference"), [(0x88, OTHER), (None, OTHER), (SERVER_MOVED, None)]
)
def test_nobody_goes_elsewhere_for_another_reason_or_without_a_name(code, reference):
    whom = Redirection()
    assert not whom.told(code, reference)
    assert whom.host(GIVEN) == GIVEN


def test_an_end_for_another_reason_keeps_what_was_said_for_good():
    whom = Redirection()
    whom.told(SERVER_MOVED, OTHER)
    whom.let_in()
    whom.told(0x8B, None)  # shutting down
    assert whom.host(GIVEN) == OTHER
