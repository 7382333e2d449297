"""Parts that several processes have written become one run, or stay as they are."""

import json

import pytest

from bench.errors import RunFolderError
from bench.evidence.gathering import gather


def part(run, name, *scenarios, ended=True):
    folder = run / name
    (folder / "recordings").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"what": name}))
    (folder / "verdicts.jsonl").write_text("".join(f'{{"scenario": "{s}"}}\n' for s in scenarios))
    for scenario in scenarios:
        (folder / "recordings" / f"{scenario}.jsonl.gz").write_text(name)
    if ended:
        (folder / "ended.json").write_text("{}")
    return folder


def names(folder):
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_recordings_and_verdicts_stand_together_and_the_parts_are_gone(tmp_path):
    gather(tmp_path, [part(tmp_path, "gw0", "a", "b"), part(tmp_path, "gw1", "c")])
    assert names(tmp_path) == [
        "ended.json", "recordings/a.jsonl.gz", "recordings/b.jsonl.gz", "recordings/c.jsonl.gz",
        "run.json", "verdicts.jsonl",
    ]  # fmt: skip
    lines = (tmp_path / "verdicts.jsonl").read_text().splitlines()
    assert [json.loads(line)["scenario"] for line in lines] == ["a", "b", "c"]
    assert json.loads((tmp_path / "run.json").read_text()) == {"what": "gw0"}
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_dir()) == ["recordings"]


def test_a_part_that_was_killed_makes_a_run_that_has_not_ended(tmp_path):
    killed = part(tmp_path, "gw1", "c", ended=False)
    with (killed / "verdicts.jsonl").open("a") as file:
        file.write('{"scenario": "d", "pa')  # it was cut off in its last line
    (killed / "recordings" / "d.jsonl").write_text("{}\n")
    gather(tmp_path, [part(tmp_path, "gw0", "a"), killed])
    assert "ended.json" not in names(tmp_path)
    assert "recordings/d.jsonl" in names(tmp_path)
    assert len((tmp_path / "verdicts.jsonl").read_text().splitlines()) == 2


def test_parts_with_the_same_scenario_stay_apart(tmp_path):
    parts = [part(tmp_path, "gw0", "a"), part(tmp_path, "gw1", "a")]
    before = names(tmp_path)
    with pytest.raises(RunFolderError, match=r"gw0 and gw1 both hold a\.jsonl\.gz"):
        gather(tmp_path, parts)
    assert names(tmp_path) == before


def test_a_folder_that_holds_a_run_is_left_alone(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RunFolderError, match="already holds a run"):
        gather(tmp_path, [part(tmp_path, "gw0", "a")])
    assert (tmp_path / "gw0" / "run.json").exists()
