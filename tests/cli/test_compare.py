"""`bench compare`, on runs of two cars of which one needs its cloud."""

import json
import shutil

import pytest

from bench.cli.main import main
from bench.evidence.since import repeat_change
from bench.evidence.stored_run import read_stored_run

CHOSEN = ["--paths", "ble_key", "--faults", "http_status"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs of the car whose phone key is independent, and of the other."""
    folder = tmp_path_factory.mktemp("runs")
    for name, car in (("good", "independent_keys"), ("bad", "cloud_bound_key")):
        main(["run", "--car", car, *CHOSEN, "--out", str(folder / name)])
    return folder


def compared(capsys, *arguments):
    """Return exit status, and what the command prints."""
    capsys.readouterr()
    status = main(["compare", *map(str, arguments)])
    return status, capsys.readouterr()


def test_a_run_is_not_worse_than_itself(runs, capsys):
    status, said = compared(capsys, runs / "good", runs / "good")
    assert status == 0
    assert said.out == "4 as before\nnothing got worse\n"


def test_what_fails_now_is_named_with_its_reason_and_gates_a_merge(runs, capsys):
    status, said = compared(capsys, runs / "good", runs / "bad")
    assert status == 1
    assert "fails now: 4\n" in said.out
    assert "phone_only.ble_key.unlock.http_status: independence: ble_key did not unlock" in said.out
    assert "the car was independent_keys, and is cloud_bound_key" in said.out
    assert said.out.endswith("worse than before\n")


def test_what_has_healed_is_no_reason_to_refuse_a_merge(runs, capsys):
    status, said = compared(capsys, runs / "bad", runs / "good")
    assert status == 0
    assert "failed, and passes now: 4\n" in said.out
    assert said.out.endswith("nothing got worse\n")


def test_what_was_run_is_told_in_words_where_it_differs(runs, capsys, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(runs / "good", other)
    document = json.loads((other / "run.json").read_text())
    changed = {"what": "gwm-2025-03-21", "seed": 2, "repeat": 20}
    (other / "run.json").write_text(json.dumps(document | changed))
    _, said = compared(capsys, runs / "good", other)
    first = "what was run was campaign, and is gwm-2025-03-21\nthe seed was 1, and is 2\n"
    assert said.out.startswith(first + "how often each scenario was run was 1, and is 20\n")
    assert "each scenario was run 1×, and is run 20×" in [
        *repeat_change(read_stored_run(runs / "good"), read_stored_run(other)),
    ]  # fmt: skip


def test_a_run_from_before_repetitions_were_written_down_is_one_of_one(runs, capsys, tmp_path):
    shutil.copytree(runs / "good", tmp_path / "old")
    document = json.loads((tmp_path / "old" / "run.json").read_text())
    assert document.pop("repeat") == 1
    (tmp_path / "old" / "run.json").write_text(json.dumps(document))
    _, said = compared(capsys, tmp_path / "old", runs / "good")
    assert "how often" not in said.out


def test_json_says_the_same(runs, capsys):
    status, said = compared(capsys, runs / "good", runs / "bad", "--json")
    document = json.loads(said.out)
    assert status == 1
    assert document["worse"] is True
    assert {c["how"] for c in document["changed"]} == {"broken"}
    assert document["changed"][0]["before"]["verdict"] == "pass"
    assert document["changed"][0]["after"]["oracle"] == "independence"
    assert document["setup"] == {"car": ["independent_keys", "cloud_bound_key"]}


def test_a_run_that_was_killed_is_compared_as_far_as_it_went(runs, tmp_path, capsys):
    killed = tmp_path / "killed"
    shutil.copytree(runs / "good", killed)
    # whichever worker was first: its verdicts and recordings belong together
    lines = sorted((killed / "verdicts.jsonl").read_text().splitlines(keepends=True))
    (killed / "verdicts.jsonl").write_text("".join(lines[:2]) + lines[2][:20])
    for line in lines[2:]:
        finished = killed / json.loads(line)["recording"]
        finished.rename(finished.with_name(finished.name.removesuffix(".gz")))
    status, said = compared(capsys, runs / "good", killed)
    assert status == 1
    assert "not run any more: " in said.out
    assert "begun in the later run, and not finished: 2" in said.out


def test_of_what_only_one_run_has_the_first_are_named_and_the_rest_counted(runs, tmp_path, capsys):
    longer = tmp_path / "longer"
    shutil.copytree(runs / "good", longer)
    lines = (longer / "verdicts.jsonl").read_text().splitlines()
    more = [json.dumps(json.loads(lines[0]) | {"scenario": f"more.{n:02d}"}) for n in range(30)]
    (longer / "verdicts.jsonl").write_text("\n".join([*lines, *more]) + "\n")
    status, said = compared(capsys, longer, runs / "good")
    assert status == 1
    told = said.out.partition("not run any more: 30\n")[2].splitlines()
    assert told[:20] == [f"  more.{n:02d}" for n in range(20)]
    assert told[20:] == ["  and 10 more: --json names all", "4 as before", "worse than before"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{runs}/good", "{runs}/none"], "none: is no folder"),
        (["{runs}", "{runs}/good"], "holds no run"),
        (["{runs}/good", "{runs}/bad", "--tolerance", "-1"], "--tolerance: -1 is not a share"),
        (["{runs}/good", "{runs}/bad", "--tolerance", "nan"], "--tolerance: nan is not a share"),
    ],
)
def test_bad_input_is_one_clear_error(runs, capsys, arguments, said):
    status, printed = compared(capsys, *(each.format(runs=runs) for each in arguments))
    assert status == 2
    assert said in printed.err
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize("cut", ["verdict", "end"])
def test_a_later_run_that_was_cut_short_passes_no_gate(runs, tmp_path, capsys, cut):
    shutil.copytree(runs / "good", tmp_path / "cut")
    if cut == "end":
        (tmp_path / "cut" / "ended.json").unlink()
    else:
        document = json.loads((tmp_path / "cut" / "run.json").read_text())
        document["planned"].append("phone_only.ble_key.unlock.latency")
        (tmp_path / "cut" / "run.json").write_text(json.dumps(document))
    status, said = compared(capsys, tmp_path / "cut", tmp_path / "cut")
    assert status == 3
    assert said.out.splitlines()[-1].startswith("the later run is not complete (")
    assert (
        json.loads(compared(capsys, tmp_path / "cut", tmp_path / "cut", "--json")[1].out)[
            "complete"
        ]
        is False
    )
    assert compared(capsys, tmp_path / "cut", runs / "good")[0] == 0
