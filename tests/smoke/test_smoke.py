"""The smoke suite: it runs unchanged in simulated time and, with `--bench real.toml`, in real time.

Each test is one way into the car, through a cloud that fails at another layer.
"""

import pytest


def test_ble_key_opens_while_the_cloud_says_503(owner, cloud):
    with cloud.failing("http_status:status=503"):
        unlock = owner.unlock("ble_key")
    assert unlock.opened_within(1.5), unlock.story()


@pytest.mark.owner("phone_and_card")
def test_card_opens_while_no_name_resolves(owner, cloud):
    with cloud.failing("nxdomain"):
        unlock = owner.unlock("nfc_card")
    assert unlock.opened_within(1.5), unlock.story()


@pytest.mark.owner("phone_and_fob")
def test_fob_in_the_pocket_opens_while_connections_are_refused(owner, cloud):
    with cloud.failing("refuse"):
        unlock = owner.unlock("peps_fob")
    assert unlock.opened_within(1.0), unlock.story()


@pytest.mark.owner("phone_and_fob")
def test_remote_opens_while_the_certificate_has_expired(owner, cloud):
    with cloud.failing("cert_expired"):
        unlock = owner.unlock("rke_fob")
    assert unlock.opened_within(1.0), unlock.story()


@pytest.mark.owner("phone_and_blade")
def test_blade_opens_while_the_push_channel_is_lost(owner, cloud):
    with cloud.failing("broker_unreachable"):
        unlock = owner.unlock("mechanical_key")
    assert unlock.opened_within(1.0), unlock.story()


def test_keypad_opens_while_the_session_has_expired(owner, cloud):
    with cloud.failing("session_expired"):
        unlock = owner.unlock("keypad")
    assert unlock.opened_within(1.0), unlock.story()


def test_app_opens_through_a_healthy_cloud(owner):
    unlock = owner.unlock("cloud_app")
    assert unlock.acted, unlock.story()
    assert unlock.told == "succeeded", unlock.story()


def test_app_says_that_nothing_was_sent_while_the_cloud_says_503(owner, cloud):
    with cloud.failing("http_status:status=503"):
        unlock = owner.unlock("cloud_app")
    assert not unlock.acted, unlock.story()
    assert unlock.told == "failed", unlock.story()


def test_the_assistant_wakes_without_its_cloud(owner, cloud):
    with cloud.failing("blackhole_syn"):
        wake = owner.wake()
    assert wake.opened_within(2.0), wake.story()
