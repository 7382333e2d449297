"""What stands in a report."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from reading import Read, entries, pack

from bench.evidence.recording_file import read_recording
from bench.evidence.stored_run import read_stored_run
from bench.judge.cells import cells
from bench.judge.verdict import TEST, Judgement, Measurement
from bench.judge.worst import letter
from bench.report.page import make_report


@pytest.fixture(scope="module")
def page(run) -> str:
    return make_report(read_stored_run(run))


@pytest.fixture(scope="module")
def read(page) -> Read:
    return Read(page)


def test_the_summary_says_how_many_failed_and_by_which_oracle(read, run):
    verdicts = list(read_stored_run(run).verdicts)
    failed = [v for v in verdicts if v.verdict == "fail"]
    assert failed
    assert f"{len(failed)} fail" in read.text
    assert failed[0].reason in read.text
    assert f"oracle {failed[0].oracle}" in read.text


def test_the_summary_says_who_is_stranded_why_and_how_long(read):
    assert "1 of 1 owners is stranded" in read.text
    assert "ble_key (start, unlock)" in read.text or "ble_key (unlock, start)" in read.text
    assert "and nobody was told otherwise: cloud_app (unlock)" in read.text
    assert "This report is not complete" not in read.text


def test_every_cell_of_the_matrix_is_a_letter_with_its_meaning_in_words(read, run):
    found = cells(read_stored_run(run).verdicts)
    assert found.found
    for path, column in found.found:
        [cell] = read.named("button", **{"data-path": path, "data-failure": column})
        assert cell["aria-label"] == cell["title"]
        assert cell["aria-label"].startswith(f"{path}, {column}: ")
    marks = [text for text in read.texts["button"] if len(text) == 1]
    assert sorted(marks) == sorted(letter(v) for v in found.found.values())


def test_every_verdict_has_a_row_and_its_evidence(read, run, page):
    verdicts = read_stored_run(run).verdicts
    rows = read.named("tr", **{"class": "row"})
    assert len(rows) == len(verdicts) == 9
    for number, (row, verdict) in enumerate(zip(rows, verdicts, strict=True), 1):
        assert row["id"] == f"verdict-{number}"
        assert (row["data-verdict"], row["data-path"]) == (verdict.verdict, verdict.path)
        packed = pack(page, number)
        assert packed["verdict"]["scenario"] == verdict.scenario
        assert len(packed["verdict"]["judgements"]) == len(verdict.judgements)
        assert packed["timeline"]["h"]["limits"]["opens"]["value"] == verdict.limit_s


def test_verdicts_stand_in_the_order_in_which_they_were_planned(run):
    stored = read_stored_run(run)
    assert [v.scenario for v in stored.verdicts] == stored.info["planned"]


def test_a_verdicts_events_are_those_of_its_recording(page, run):
    verdicts = read_stored_run(run).verdicts
    assert len(verdicts) == 9
    for number, verdict in enumerate(verdicts, 1):
        recording, _ = read_recording(run / verdict.recording)
        shown = entries(page, number)
        assert [(e["t_ns"], e["seq"], e["cause"], e["kind"]) for e in shown] == [
            (e.t_ns, e.seq, e.cause, e.event.kind) for e in recording.entries
        ]


def test_the_environment_is_all_there(read, run):
    info = read_stored_run(run).info
    assert info["versions"]
    for name, value in info["versions"].items():
        assert name in read.texts["dt"]
        assert value in read.texts["dd"]
    assert "relays.doors" in read.texts["dt"]
    assert "access-bench simulated relay board" in read.texts["dd"]
    assert "serial number (0xF18C): BCM-0001" in read.text
    assert "spare part number (0xF187): BENCH-BCM-A" in read.text
    assert "software version (0xF189): 1.0" in read.text
    assert "bench jitter, worst" in read.texts["dt"]
    assert "supplies.kl30.voltage_v" in read.texts["dt"]


def test_the_head_names_the_defects_that_were_switched_on(run):
    text = " ".join(Read(make_report(read_stored_run(run))).text.split())
    head = text.partition("Summary")[0]
    assert "· stamp simulated · defects switched on key_needs_cloud_session · began" in text
    assert "9 verdicts" in head


def test_a_token_in_the_configuration_is_not_shown(copy):
    import json

    info = json.loads((copy / "run.json").read_text())
    info["configuration"]["network"]["tcu_token"] = "a-real-one"
    (copy / "run.json").write_text(json.dumps(info))
    page = make_report(read_stored_run(copy))
    assert "network.tcu_token" in page
    assert "a-real-one" not in page


def test_only_the_pages_own_script_and_style_are_allowed(page, read):
    [policy] = [m["content"] for m in read.named("meta") if "http-equiv" in m]
    sources = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert sources["default-src"] == "'none'"
    for tag in ("script", "style"):
        found = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()
        assert sources[f"{tag}-src"] == f"'sha256-{digest}'"


def test_nothing_leads_out_of_the_file(read):
    assert len(read.elements) > 100
    for _, attributes in read.elements:
        for name in ("src", "href", "action", "data", "srcset"):
            assert (attributes.get(name) or "#").startswith("#")
    assert not read.named("link")


def test_every_control_has_a_name(read):
    assert offered(read) == ["verdict", "path", "failure"]  # all are of one owner
    labels = [" ".join(text.split()) for text in read.texts["label"]]
    for name in (*offered(read), "search"):
        assert name in labels
    buttons = read.named("button")
    assert len(buttons) > 1
    assert all(b.get("aria-label") or b.get("type") == "reset" for b in buttons)


def test_a_verdict_with_its_evidence_takes_less_than_6_kb(page):
    evidence = re.findall(r'<script type="text/plain".*?</script>', page, re.DOTALL)
    rows = re.findall(r'<tr class="row.*?</tr>', page, re.DOTALL)
    assert (len(evidence), len(rows)) == (1 + 1, 9)  # all nine together, and what they share
    assert sum(map(len, evidence + rows)) / 9 < 6_000


def test_more_verdicts_than_are_packed_together_are_found_in_their_packs(run):
    stored = read_stored_run(run)
    many = replace(stored, verdicts=tuple(
        replace(v, reason=f"number {n}") for n, v in enumerate(stored.verdicts * 4, 1)
    ))  # fmt: skip
    page = make_report(many)
    assert {pack(page, n)["verdict"]["reason"] for n in range(1, 37)} == {
        f"number {n}" for n in range(1, 37)
    }
    assert len(re.findall(r'id="pack-\d+"', page)) == 3


def test_the_same_run_gives_the_same_bytes_wherever_it_lies(run, copy):
    assert make_report(read_stored_run(run)) == make_report(read_stored_run(copy))


def of_tests(run, name):
    """Return a run whose verdicts are of tests of somebody's own."""
    changed = [replace(v, path=TEST, intent=TEST, outage=None, measured_s=None, limit_s=None)
               for v in run.verdicts]  # fmt: skip
    return replace(run, verdicts=(replace(changed[0], scenario=name), *changed[1:]))


def test_tests_of_ones_own_are_called_by_their_names_and_make_no_matrix(run):
    read = Read(make_report(of_tests(read_stored_run(run), "test_mine.py_test_door")))
    assert "9 tests of your own" in read.text
    assert "test_mine.py_test_door" in read.text
    assert "way in" not in read.text
    assert "Tests of your own do not tell" in read.text
    assert not read.named("section", id="matrix")
    assert len(read.named("tr", **{"class": "row of-test"})) == 9


def test_a_list_of_tests_has_columns_for_what_tests_have(run):
    stored = of_tests(read_stored_run(run), "test_mine.py_test_door")
    skipped = replace(stored.verdicts[0], verdict="inconclusive", oracle="test", owner="",
                      reason="skipped before it began: later")  # fmt: skip
    read = Read(make_report(replace(stored, verdicts=(skipped, *stored.verdicts[1:]))))
    assert "verdicttestfailureowner carriesreasonevidence" in read.text
    assert "test_mine.py_test_door: skipped before it began: later" in read.text
    verdicts = (skipped, *read_stored_run(run).verdicts[1:])
    mixed = Read(make_report(replace(stored, verdicts=verdicts)))
    assert "pathintentfailureowner carriesmeasuredlimitreason" in mixed.text


def offered(read):
    """Return what the filters of a page are called."""
    return [attributes["name"] for name, attributes in read.elements if name == "select"]


def test_tests_of_ones_own_are_filtered_by_their_files(run):
    stored = of_tests(read_stored_run(run), "test_doors.py_test_one")
    names = ["test_doors.py_test_one", *["tests_test_app.py_test_tells"] * 8]
    tests = [replace(v, scenario=name) for v, name in zip(stored.verdicts, names, strict=True)]
    page = make_report(replace(stored, verdicts=tuple(tests)))
    read = Read(page)
    assert "file" in offered(read)
    assert "path" not in offered(read)
    assert '<option value="tests_test_app.py">tests_test_app.py</option>' in page
    assert len(read.named("tr", **{"data-file": "tests_test_app.py"})) == 8
    one_file = [replace(v, scenario=f"test_doors.py_test_{n}") for n, v in enumerate(tests)]
    assert "file" not in offered(Read(make_report(replace(stored, verdicts=tuple(one_file)))))


def test_tests_beside_a_campaign_are_told_apart_by_both(run):
    campaign = read_stored_run(run)
    tests = of_tests(campaign, "test_doors.py_test_one")
    read = Read(
        make_report(replace(campaign, verdicts=(tests.verdicts[0], *campaign.verdicts[1:])))
    )
    assert {"path", "file"} <= set(offered(read))
    assert not [each for each in read.named("option") if each["value"] == "test"]
    assert len(read.named("tr", **{"data-path": "", "data-file": "test_doors.py"})) == 1


def test_a_filter_that_would_change_nothing_is_left_out(run):
    stored = read_stored_run(run)
    same = tuple(v for v in stored.verdicts if v.path == "ble_key" and v.outage == "nxdomain")
    assert len({v.verdict for v in same}) == 1
    assert offered(Read(make_report(replace(stored, verdicts=same)))) == []


def measuring(run, *measurements):
    """Return a run in which the last outage was one in which nobody acts, and all is measured."""
    judgement = Judgement("telematics_discipline", "fail", "too often", measurements)
    changed = replace(run.verdicts[-1], outage="parked_503", outcome="not_tried", verdict="fail",
                      oracle=judgement.oracle, judgements=(judgement,))  # fmt: skip
    return replace(run, verdicts=(*run.verdicts[:-1], changed))


def test_what_was_measured_stands_in_a_table_with_its_limits_and_their_sources(run):
    attempts = Measurement(
        "attempts", "fail", 410.0, 120.0, "at most", "1/h", "assumed: <TS.34>", ""
    )
    charge = Measurement(
        "charge", "inconclusive", None, 20.0, "at most", "mAh/h", "assumed", "no supply"
    )
    page = make_report(measuring(read_stored_run(run), attempts, charge))
    table = page.partition('<section id="discipline"')[2].partition("</section>")[0]
    cells = [
        text.strip() for text in re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", table, re.DOTALL)
    ]
    assert cells == [
        "measure", "limit", "parked_503", "source of the limit",
        "attempts", "at most 120 1/h", '410 <span class="chip fail">fail</span>', "assumed: &lt;TS.34&gt;",
        "charge", "at most 20 mAh/h", '– <span class="chip inconclusive">inconclusive</span>', "assumed",
    ]  # fmt: skip
    assert 'data-failure="parked_503" aria-label' not in page  # nobody acted: no cell of the matrix
    assert "2 measures in 1 outage" in Read(page).text


def test_an_owner_who_is_helpless_without_an_outage_is_said_to_be(run):
    stored = read_stored_run(run)
    helpless = [replace(v, helpless=((0, 60_000_000_000),)) for v in stored.verdicts]
    read = Read(make_report(replace(stored, verdicts=tuple(helpless))))
    assert (
        "no outage needed: nothing that this owner carries unlocks or starts this car" in read.text
    )
    assert "not asked" in read.text  # nobody tried to lock


def test_nothing_is_said_of_who_is_stranded_when_nothing_could_be_told(run):
    stored = read_stored_run(run)
    doubtful = [
        replace(v, verdict="inconclusive" if v.outage else v.verdict, judgements=())
        for v in stored.verdicts
    ]
    for verdicts in (doubtful, [v for v in stored.verdicts if v.outage is None]):
        read = Read(make_report(replace(stored, verdicts=tuple(verdicts))))
        assert "It is not known whether an owner is stranded" in read.text
        assert "No owner is stranded" not in read.text
        assert "not known" in read.texts["td"]


@pytest.mark.parametrize(
    "how",
    [{"ended": False}, {"left": ("phone_only.ble_key.unlock.nxdomain",)}],
    ids=["cut", "gaps"],
)
def test_a_run_that_was_cut_off_says_that_the_rest_may_be_worse(run, how):
    stored = read_stored_run(run)
    happy = tuple(replace(v, helpless=()) for v in stored.verdicts)
    assert "No owner is stranded" in Read(make_report(replace(stored, verdicts=happy))).text
    cut = Read(make_report(replace(stored, verdicts=happy, **how)))
    assert "No owner is known to be stranded. What was not reached may be worse." in cut.text
    assert "No owner is stranded" not in cut.text


def test_an_owner_whose_other_ways_were_not_tried_is_stranded_for_at_most_so_long(run):
    stored = read_stored_run(run)
    only_app = tuple(v for v in stored.verdicts if v.path == "cloud_app")
    read = Read(make_report(replace(stored, verdicts=only_app)))
    assert any(text.startswith("at most ") for text in read.texts["td"])
    assert "unlock not tried by ble_key" in read.text
