"""What a test asks for that there is not, or makes no sense: one error that says what instead."""

import re

import pytest
from project_outside import Session

BY_NAME = '@pytest.mark.standing takes locked=… and mode="…", by name'
SET_UP = {
    "owner": ('owner("phone_and_crad")', 'no owner named "phone_and_crad": did you mean "phone_and_card"?'),
    "nobody": ("owner", '@pytest.mark.owner takes one name: @pytest.mark.owner("…")'),
    "car": ('car("sond")', 'no car named "sond": did you mean "sound"?'),
    "key": ("standing(lockd=False)", BY_NAME),
    "by_place": ("standing(False)", BY_NAME),
    "mode": ('standing(mode="acessory")', 'mode: no "acessory": did you mean "accessory"?'),
    "locked": ('standing(locked="no")', "locked: 'no' is not right: should be True or False"),
    "defect": ('defect("silent_lock")', 'defects: no defect named "silent_lock": did you mean "silent_locks"?'),
}  # fmt: skip
OUTAGES = {
    "negative": ('outage("refuse", duration_s=-3)', "@pytest.mark.outage: duration_s: -3 is no time"),
    "twice": ('outage("refuse", "nxdomain", "stall")', '@pytest.mark.outage takes a fault or an incident, and how long'),
    "unsaid": ("outage", '@pytest.mark.outage takes a fault or an incident, and how long'),
    "its_own": ('outage("byd-2025-01-09", duration_s=60)', "duration_s: byd-2025-01-09 has a length of its own"),
    "misspelt": ('outage("gwm-2025-03-22")', '@pytest.mark.outage: no fault or incident named "gwm-2025-03-22": did you mean "gwm-2025-03-21"?'),
    "one_of_two": ('outage("refuse+http_statu:status=503")', '@pytest.mark.outage: no fault or incident named "http_statu": did you mean "http_status"?'),
    "nothing": ('outage("refuse", duration_s=0)', "@pytest.mark.outage: duration_s: 0 is no outage"),
}  # fmt: skip
CALLS = {
    "step": ('owner.begin("unlock", "cloud_app").at("acepted")', 'no step "acepted": did you mean "accepted"?'),
    "carries": ('owner.unlock("mechanical_key")', "does not carry what mechanical_key needs: blade; owners who do: phone_and_blade"),
    "place": ('owner.go("dor")', 'no place "dor": did you mean "door"?'),
    "nan": ('supplies.kl30.set_voltage(float("nan"))', "volts: nan V makes no sense: it is at least 0 V"),
    "text": ('supplies.kl30.set_voltage("12")', "volts: '12' is no number"),
    "limit": ("supplies.kl30.set_current_limit(-1)", "amperes: -1 A makes no sense: it is at least 0 A"),
    "channel": ('bench.thief.replay("uhff")', 'no channel "uhff" is on the air: did you mean "uhf"?'),
    "role": ('car.state("door_lok_state")', 'is not observable here: did you mean "door_lock_state"?'),
    "bus": ('car.awake("bdy")', 'no bus "bdy": did you mean "body"?'),
    "empty": ("with cloud.failing(): pass", "failing: names no fault, so nothing would fail"),
    "none": ("with cloud.failing(None): pass", "failing: None is no fault"),
    "when": ('with cloud.failing("refuse", when="sent"): pass', "when: 'sent' is no step: write attempt.at(\"sent\")"),
    "play": ('cloud.play("refuse")', "'refuse' is no outage: take the fixture outage"),
    "count": ('can.body.expect_cycle("BCM_LockState", period_s=0.1, count=0)', "BCM_LockState: 0 periods of 0.1 s ask for nothing"),
    "period": ('can.body.expect_cycle("BCM_LockState", period_s=0)', "BCM_LockState: 10 periods of 0 s ask for nothing"),
    "tolerance": ('can.body.expect_cycle("BCM_LockState", period_s=1, tolerance=-1)', "tolerance: -1 of a period makes no sense"),
    "limit_ma": ("bench.expect_asleep(within_s=30, limit_ma=-1)", "limit_ma: -1 mA makes no sense: it is at least 0 mA"),
    "wake": ('with can.body.restbus(senders=["PEPS"]) as r: r.wake(by="patern")', 'by: no "patern": did you mean "pattern"?'),
    "identifier": ('diagnosis.read("BCM", 0xFFFFF)', "identifier: 0xfffff: UDS has 0 to 0xffff"),
    "hex_text": ('diagnosis.read("BCM", "F190")', "identifier: 'F190' is no whole number: write 0xF190"),
    "where": ('can.body.expect("BCM_LockState", where="LockState == 1", within_s=1)', "where: 'LockState == 1' is no condition: give a function of the signals"),
    "nothing_sent": ('with can.body.restbus(messages=["PEPS_Handle"]) as r: r.set("PEPS_Handle", Handle=None)', "PEPS_Handle.Handle: None is no label, and no number"),
    "restbus_over": ('with can.body.restbus(messages=["PEPS_Handle"]) as r: pass\n    r.set("PEPS_Handle", Handle=1)', "this restbus sends no more: it does inside its `with` block only"),
    "woken_over": ('with can.body.restbus(messages=["PEPS_Handle"]) as r: pass\n    r.wake()', "this restbus sends no more: it does inside its `with` block only"),
    "milliseconds": ('assert owner.unlock("ble_key").opened_within(1500)', "opened_within: nobody waits 1500 s for a car, 300 s at most: it takes seconds"),
    "credential": ('cloud.revoke_key("phone-2")', 'no digital key "phone-2": did you mean "phone-1"?'),
}  # fmt: skip


def code() -> str:
    """Return a file with a test for each."""
    tests = ["import pytest"]
    for name, (marker, _) in SET_UP.items():
        tests.append(f"@pytest.mark.{marker}\ndef test_{name}(bench):\n    pass\n")
    for name, (marker, _) in OUTAGES.items():
        tests.append(f"@pytest.mark.{marker}\ndef test_{name}(outage):\n    pass\n")
    for name, (call, _) in CALLS.items():
        tests.append(
            f"def test_{name}(bench, owner, supplies, car, cloud, can, diagnosis):\n    {call}\n"
        )
    return "\n".join(tests)


@pytest.fixture(scope="module")
def errors(tmp_path_factory) -> dict[str, list[str]]:
    """Return, by a test's name, the lines in which pytest shows its errors."""
    session = Session(tmp_path_factory.mktemp("wrong"), code())
    assert " passed" not in session.said.splitlines()[-1], session.said
    heading = r"^_{3,} (?:ERROR at setup of |INCONCLUSIVE test_all\.py::)?test_(\w+) _{3,}$"
    parts = re.split(heading, session.said.partition("short test summary")[0], flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {
        # of a set-up that fails pytest shows no line, since none is the author's
        name: re.findall(r"^E +bench\.errors\.\w+: (.*)$", part, flags=re.MULTILINE)
        or part.strip().splitlines()
        for name, part in found.items()
    }


@pytest.mark.parametrize("name", [*SET_UP, *OUTAGES, *CALLS])
def test_it_is_one_error_that_names_what_was_wrong_and_the_nearest_right_thing(errors, name):
    (error,) = errors[name]
    assert (SET_UP | OUTAGES | CALLS)[name][1] in error
    assert name not in SET_UP or error.startswith(f"test_all.py::test_{name}: ")
