"""Independence: a local path in an outage beside its baseline."""

from recordings_by_hand import Hand, not_opened, opened_after, verdict_of

from bench import events as e


def test_a_local_path_as_in_its_baseline_is_independent():
    assert (
        verdict_of("independence", opened_after(0.1, outage="x"), opened_after(0.1)).verdict
        == "pass"
    )


def test_a_local_path_that_fails_only_in_the_outage_is_not():
    judgement = verdict_of("independence", not_opened(outage="x"), opened_after(0.1))
    assert judgement.verdict == "fail"
    assert (
        "ble_key did not unlock the car in the outage; without it, it does in 100 ms"
        in judgement.reason
    )


def test_a_local_path_that_is_slower_in_the_outage_is_not():
    judgement = verdict_of("independence", opened_after(0.5, outage="x"), opened_after(0.1))
    assert judgement.verdict == "fail"
    assert "400 ms longer" in judgement.reason


def test_a_path_that_is_slower_by_no_more_than_the_bench_may_be_late_is_inconclusive():
    def late(latency, **rest):
        hand = Hand(**rest).checked()
        hand.pulse(10 + latency, hand.attempt(10))
        hand.at(12, e.JitterMeasured(100_000_000))
        return hand.end()

    judgement = verdict_of("independence", late(0.5, outage="x"), late(0.1))
    assert judgement.verdict == "inconclusive"
    assert "400 ms longer" in judgement.reason
    assert "the bench's own times may be off by 200 ms" in judgement.reason
    assert verdict_of("independence", late(0.6, outage="x"), late(0.1)).verdict == "fail"


def several(*latencies_s: float | None, **scenario):
    hand = Hand(**scenario).checked()
    for number, latency_s in enumerate(latencies_s, 1):
        seq = hand.attempt(30 * number, name=f"act-{number}")
        if latency_s is not None:
            hand.pulse(30 * number + latency_s, seq)
    return hand.end()


def test_each_of_several_tries_is_compared_with_its_own_in_the_baseline():
    judgement = verdict_of("independence", several(0.1, None, outage="x"), several(0.1, 0.1))
    assert judgement.verdict == "fail"
    assert judgement.reason.startswith("1 of 2 tries: ble_key did not unlock the car")


def test_another_number_of_tries_than_in_the_baseline_is_not_as_without_the_outage():
    for here, there in (((0.1,), (0.1, 0.1)), ((0.1, 0.1), (0.1,))):
        judgement = verdict_of("independence", several(*here, outage="x"), several(*there))
        assert judgement.verdict == "fail"
        assert "another number of tries than in the baseline" in judgement.reason


def test_what_did_not_work_without_the_outage_either_is_no_dependence():
    judgement = verdict_of("independence", several(None, outage="x"), several(None))
    assert judgement.verdict == "pass"


def test_what_works_in_the_outage_only_is_not_slower_than_what_never_worked():
    judgement = verdict_of("independence", several(0.1, outage="x"), several(None))
    assert judgement.verdict == "pass"


def test_a_path_that_needs_the_cloud_is_not_asked():
    assert verdict_of("independence", not_opened(needs_cloud=True)).verdict == "not_asked"


def test_a_local_path_that_was_slow_anyway_is_independent():
    assert (
        verdict_of("independence", opened_after(0.5, outage="x"), opened_after(0.5)).verdict
        == "pass"
    )


def test_a_request_to_the_cloud_in_the_chain_of_causes_is_dependence():
    hand = Hand().checked()
    seq = hand.attempt(10)
    asked = hand.at(10.1, e.RequestSent("phone", "phone-1", "POST", "/session"), seq)
    hand.pulse(10.4, hand.at(10.3, e.ResponseReceived("phone", "phone-1", 200, ""), asked))
    assert verdict_of("independence", hand.end()).verdict == "fail"


def test_traffic_to_the_cloud_that_caused_nothing_does_not_count():
    hand = Hand().checked()
    seq = hand.attempt(10)
    hand.at(10.1, e.RequestSent("phone", "phone-1", "POST", "/session"), seq)
    hand.pulse(10.4, seq)
    assert verdict_of("independence", hand.end()).verdict == "pass"


def test_without_a_baseline_independence_cannot_be_told():
    assert verdict_of("independence", opened_after(0.1, outage="x")).verdict == "inconclusive"


def test_a_baseline_whose_evidence_is_worthless_is_nothing_to_compare_with():
    unsound = Hand()
    unsound.at(0, e.StateChecked("trouble_codes", "none", None, verified=False))
    judgement = verdict_of("independence", opened_after(0.1, outage="x"), unsound.end())
    assert judgement.verdict == "inconclusive"
    assert "the baseline cannot be compared with: starting state: trouble_codes" in judgement.reason
