"""The simulated car, the telematics unit, the cloud and the app, through a test's own hands."""

import itertools

import pytest

from bench.access.handles.bench import Bench, make_setup
from bench.config.bench_file import DEFAULT
from bench.events import ActSensed, AttemptSettled, PushSent, RequestSent, TelematicsState
from bench.evidence.story import tell
from bench.judge.asking import ask
from bench.judge.verdict import Case


@pytest.fixture
def opened(request):
    """A bench; parametrise indirectly with what `make_setup` takes, and lines for its file."""
    wanted = dict(getattr(request, "param", {}))
    more = wanted.pop("more", "")
    file = DEFAULT
    if more:
        file = request.getfixturevalue("tmp_path") / "bench.toml"
        file.write_text(DEFAULT.read_text() + more)
    bench = Bench(make_setup(file, **wanted)).open()
    yield bench
    bench.close()


def with_bench(**wanted):
    return pytest.mark.parametrize("opened", [wanted], indirect=True)


# ── sleeping and waking ───────────────────────────────────────────────────────────────────


def test_the_buses_fall_asleep_when_there_is_nothing_to_do_and_a_handle_wakes_them(opened):
    opened.wait(30)
    assert not opened.car.awake("body")
    assert not opened.car.awake("telematics")
    with opened.relays.handle_driver.closed():
        opened.wait(0.2)
        assert opened.car.awake("body")
    opened.wait(30)
    assert not opened.car.awake("body")


def test_nothing_is_sent_on_a_sleeping_bus(opened):
    opened.wait(30)
    asleep_s = opened.now_s
    opened.wait(600)
    for message in ("BCM_LockState", "BCM_PowerMode", "NM_BCM"):
        opened.can.body.expect_not(message, within_s=600, since_s=asleep_s)


def test_a_radio_telegram_wakes_the_car(opened):
    opened.wait(30)
    assert opened.owner.unlock("ble_key").acted
    assert opened.car.awake("body")


@with_bench(owner="phone_and_fob")
def test_an_unlocked_car_locks_itself_again_after_30_s(opened):
    assert opened.owner.unlock("rke_fob").acted
    opened.wait(25)
    assert not opened.car.locked
    opened.wait(10)
    assert opened.car.locked
    assert opened.car.state("lock_cause") == "auto_relock"


@with_bench(owner="phone_and_fob")
def test_an_open_door_keeps_it_unlocked(opened):
    assert opened.owner.unlock("rke_fob").acted
    with opened.relays.door_driver_open.closed():
        opened.wait(60)
        assert not opened.car.locked


@with_bench(owner="phone_and_blade")
def test_a_door_opened_on_an_armed_car_sounds_the_alarm(opened):
    assert opened.owner.unlock("mechanical_key").acted
    with opened.relays.door_driver_open.closed():
        opened.wait(1)
        assert opened.car.state("alarm_state") == "activated"


def test_the_locks_do_not_move_without_enough_supply(opened):
    opened.supplies.kl30.set_voltage(8.0)
    opened.owner.unlock("ble_key")
    assert opened.meters.volts("latch_driver") == 0.0
    assert opened.car.locked


def test_a_car_without_its_supply_does_nothing(opened):
    opened.supplies.kl30.off()
    assert not opened.owner.unlock("ble_key").acted


def test_repeated_operation_is_refused_for_a_while(opened):
    for _ in range(9):
        with opened.relays.cylinder_unlock.closed():
            opened.wait(1.2)
    moved = opened.now_s
    with opened.relays.cylinder_unlock.closed():
        opened.wait(1.0)
    opened.can.body.expect_not("BCM_LockState", LockCause="interior", within_s=1, since_s=moved)
    edges = [e for e in opened.journal.entries if e.event.kind == "edge" and e.t_ns > moved * 1e9]
    assert edges == []


# ── keys out of place ─────────────────────────────────────────────────────────────────────


@with_bench(owner="phone_and_card", locked=False)
def test_a_card_starts_the_car_only_from_inside(opened):
    assert opened.owner.start("nfc_card").opened_within(3.0)


@with_bench(owner="phone_and_fob", locked=False)
def test_the_start_button_does_nothing_with_the_fob_outside(opened):
    opened.owner.go("away")
    with opened.relays.start_button.closed():
        opened.wait(5)
    assert opened.car.state("power_mode") == "off"


def test_a_handle_does_nothing_with_the_phone_far_away(opened):
    opened.owner.unlock("ble_key")
    opened.wait(60)
    opened.owner.go("away")
    with opened.relays.handle_driver.closed():
        opened.wait(5)
    assert opened.car.locked


@with_bench(owner="flat_phone_only")
def test_a_flat_phone_still_opens_by_nfc(opened):
    assert opened.owner.unlock("nfc_phone").opened_within(1.5)


def test_the_keypad_pauses_after_five_wrong_codes(opened):
    def enter(code: str) -> None:
        for digit in code:
            with getattr(opened.relays, f"keypad_{digit}").closed():
                opened.wait(0.1)
            opened.wait(0.1)

    for _ in range(5):
        enter("00000")
    enter("71359")
    opened.wait(1)
    assert opened.car.locked, "locked out"
    opened.wait(60)
    enter("71359")
    opened.wait(1)
    assert not opened.car.locked


# ── telematics unit ───────────────────────────────────────────────────────────────────────


def test_a_parked_unit_sleeps_and_a_command_wakes_it_by_a_text_message(opened):
    opened.wait(minutes=12)
    assert opened.telematics.state == "asleep"
    unlock = opened.owner.unlock("cloud_app")
    assert unlock.acted, unlock.story()
    assert unlock.told == "succeeded"
    assert unlock.latency_s is not None
    assert 4 < unlock.latency_s < 10, "text message, waking, attaching"


def test_a_unit_whose_supply_is_cut_is_gone_and_comes_back(opened):
    opened.telematics.power_off()
    opened.wait(5)
    assert opened.telematics.state == "unpowered"
    assert opened.owner.unlock("ble_key").opened_within(1.5)
    opened.telematics.power_on()
    opened.wait(10)
    assert opened.telematics.state == "connected"


def test_retries_back_off_and_stop_when_the_car_is_parked_long_enough(opened):
    with opened.cloud.failing("refuse"):
        opened.wait(minutes=30)
        state = opened.telematics.state
    began = [e.t_ns / 1e9 for e in opened.journal.entries
             if isinstance(e.event, RequestSent) and e.event.party == "tcu"]  # fmt: skip
    assert state == "asleep"
    gaps = [b - a for a, b in itertools.pairwise(began)]
    assert 3 < len(began) < 40
    assert max(gaps) < 125, "the cap"
    assert len({round(gap, 3) for gap in gaps}) > len(gaps) / 2, "jitter"


def test_reports_of_a_lost_channel_are_sent_later(opened):
    attempt = opened.owner.begin("unlock", "cloud_app")
    with opened.cloud.failing("broker_unreachable:side=car", when=attempt.at("executed")):
        attempt.reached("executed", within_s=10)
        opened.wait(20)
        assert opened.cloud.command_states()[-1] == "in_progress"
    opened.wait(130)
    assert opened.cloud.command_states()[-1] == "succeeded"
    states = [e.event.state for e in opened.journal.entries
              if isinstance(e.event, TelematicsState) and e.event.unit == "tcu"]  # fmt: skip
    assert "backing_off" in states


def test_a_command_that_reached_the_car_and_was_never_answered_ends_unknown(opened):
    with opened.cloud.failing("executed_ack_lost"):
        unlock = opened.owner.unlock("cloud_app")
        opened.wait(120)
    assert opened.cloud.command_states() == ["created", "in_progress", "unknown"]
    assert unlock.acted
    assert unlock.told == "unknown"


def test_what_a_key_does_is_not_taken_for_what_a_command_in_flight_has_done(opened):
    with opened.cloud.failing("accepted_but_lost"):
        command = opened.owner.begin("unlock", "cloud_app")
        assert opened.owner.unlock("ble_key").acted
        assert not command.reached("executed", within_s=5)


def test_a_command_that_never_reached_the_car_ends_timed_out(opened):
    with opened.cloud.failing("accepted_but_lost"):
        unlock = opened.owner.unlock("cloud_app")
        opened.wait(120)
    assert opened.cloud.command_states() == ["created", "timed_out"]
    assert not unlock.acted
    assert unlock.told == "failed"


# ── phone and app ─────────────────────────────────────────────────────────────────────────


def app_of(bench: Bench):
    return bench.station.owner.phone.app


@with_bench(more='\n[app]\nresults = "push"\n')
def test_the_result_can_be_pushed_to_the_app(opened):
    unlock = opened.owner.unlock("cloud_app")
    assert unlock.told == "succeeded"
    pushed = [e.event.what for e in opened.journal.entries
              if isinstance(e.event, PushSent) and e.event.to == "app:owner"]  # fmt: skip
    assert pushed[-1] == "state succeeded"


@with_bench(more='\n[app]\nresults = "push"\n')
def test_a_lost_push_channel_falls_back_to_asking(opened):
    with opened.cloud.failing("broker_unreachable:side=phone"):
        unlock = opened.owner.unlock("cloud_app")
    assert unlock.told == "succeeded", unlock.story()


@with_bench(more="\n[cloud]\naccess_token_s = 30.0\n")
def test_an_expired_access_token_is_renewed(opened):
    opened.wait(60)
    assert opened.owner.unlock("cloud_app").told == "succeeded"
    renewals = [e for e in opened.journal.entries if isinstance(e.event, RequestSent)
                and e.event.party == "phone" and e.event.path == "/oauth2/token"]  # fmt: skip
    assert len(renewals) == 2


def test_a_restarted_app_keeps_its_session_and_its_key(opened):
    opened.run(app_of(opened).restart())
    assert opened.owner.unlock("cloud_app").told == "succeeded"


def test_a_logged_out_owner_keeps_the_phones_key(opened):
    app_of(opened).log_out()
    unlock = opened.owner.unlock("cloud_app")
    assert unlock.told == "failed"
    assert "log in again" in unlock.story()
    opened.wait(5)
    assert opened.owner.unlock("ble_key").opened_within(1.5)
    opened.wait(60)
    assert opened.owner.log_in()
    assert opened.owner.unlock("cloud_app").told == "succeeded"


def test_a_change_of_network_costs_a_new_connection_and_no_command(opened):
    opened.run(app_of(opened).switch_network())
    assert opened.owner.unlock("cloud_app").told == "succeeded"


def test_a_repeated_request_is_the_same_command(opened):
    with opened.cloud.failing("reset_peer:side=phone,service=api"):
        unlock = opened.owner.unlock("cloud_app")
        opened.wait(120)
    assert opened.cloud.command_states().count("created") == 1
    assert unlock.actuations == 1


def test_a_command_of_the_witness_is_none_of_the_owner_s(opened):
    assert opened.run(opened.station.witness.probe())
    assert opened.cloud.command_states() == []


# ── calls ─────────────────────────────────────────────────────────────────────────────────


def test_an_attempt_in_flight_reaches_its_steps_in_order(opened):
    attempt = opened.owner.begin("unlock", "cloud_app")
    for step in ("sent", "accepted", "delivered", "executed", "acknowledged", "shown"):
        assert attempt.reached(step, within_s=20), step
    assert attempt.result().told == "succeeded"


def how_it_settled(opened):
    return [event.how for _, event in opened.recording().of(AttemptSettled)]


def test_a_result_is_waited_for_no_longer_than_is_asked_and_settles_later(opened):
    attempt = opened.owner.begin("unlock", "cloud_app")
    began_s = opened.now_s
    assert attempt.result(within_s=1.0) is attempt
    assert opened.now_s - began_s == pytest.approx(1.0)
    assert how_it_settled(opened) == []
    assert attempt.result(within_s=20).told == "succeeded"
    assert opened.now_s - began_s < 20
    assert how_it_settled(opened) == ["acted"]


def test_an_attempt_settles_once_however_often_its_result_is_asked(opened):
    attempt = opened.owner.unlock("ble_key")
    settled_s = opened.now_s
    assert attempt.result().acted
    assert attempt.result(within_s=5).acted
    assert opened.now_s == settled_s
    assert how_it_settled(opened) == ["acted"]


def test_an_owner_gives_up_so_long_after_the_act_however_the_wait_is_cut(opened):
    with opened.cloud.failing("accepted_but_lost"):
        attempt = opened.owner.begin("unlock", "cloud_app")
        began_s = opened.now_s
        for _ in range(20):
            attempt.result(within_s=10)
        assert opened.now_s - began_s == pytest.approx(50)  # the path's give-up time
    assert how_it_settled(opened) == ["told"], "the app gives up before, and says so"


def test_a_step_that_is_not_reached_is_told(opened):
    with opened.cloud.failing("accepted_but_lost"):
        attempt = opened.owner.begin("unlock", "cloud_app")
        assert attempt.reached("accepted", within_s=5)
        assert not attempt.reached("delivered", within_s=5)


def test_a_recording_can_be_asked_while_it_grows(opened):
    before = len(opened.recording().entries)
    opened.owner.unlock("ble_key")
    assert len(opened.recording().entries) > before
    assert not opened.recording().complete
    assert opened.close().complete


# ── what a test expects of an owner's act ─────────────────────────────────────────────────


@pytest.mark.parametrize("wait_s", [0, 30])
@pytest.mark.parametrize("path", ["ble_key", "keypad", "cloud_app"])
def test_an_expectation_counts_from_the_owner_s_act_as_it_is_sensed(opened, path, wait_s):
    assert opened.owner.unlock(path).acted
    opened.wait(wait_s)
    seen = opened.can.body.expect_role("door_lock_state", "unlocked", within_s=1.0)
    (*_, act) = (e for e in opened.journal.entries if isinstance(e.event, ActSensed))
    assert 0 < seen.t_ns - act.t_ns <= 1e9


def test_an_expectation_of_a_command_in_flight_counts_from_its_tap(opened):
    attempt = opened.owner.begin("unlock", "cloud_app")
    opened.can.body.expect_role("door_lock_state", "unlocked", within_s=30.0)
    assert attempt.result().acted


# ── messages of a test's own ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("GW_RemoteRequest", {"Command": "unlock", "Token": 77}),
        ("DKM_AccessRequest", {"Request": "unlock", "Source": "ble_key"}),
    ],
)
def test_a_command_that_a_restbus_repeats_is_obeyed_and_was_asked_for_by_the_test(
    opened, message, values
):
    with opened.can.body.restbus(messages=[message]) as restbus:
        restbus.wake()
        restbus.set(message, **values)
        opened.can.body.expect_role("door_lock_state", "unlocked", within_s=2)
    judged = ask("no_unauthorised_opening", Case(opened.close()))
    assert (judged.verdict, judged.reason) == ("pass", "1 opening, each with a right to it")


def test_a_note_of_a_test_stands_in_its_story_where_it_was_made(opened):
    opened.note("first the blade")
    opened.relays.cylinder_unlock.close()
    story = tell(opened.recording())
    told, after = story.split("bench       note: first the blade")
    assert "relay cylinder_unlock closed" in after
    assert "relay cylinder_unlock closed" not in told
