"""`bench overload`: phenomena that come from parameters, and how they are told."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.cli.main import main
from bench.overload.plot import svg
from bench.overload.simulate import simulate
from bench.overload.situation import load_situation, situation_names

GUIDE = Path(__file__).parents[2] / "docs" / "overload.md"


@pytest.fixture(scope="module")
def courses():
    """Each built-in situation's course."""
    return {name: simulate(name, load_situation(name), 1) for name in situation_names()}


def during(course):
    return course.between(course.situation.calm_until_s + 20, course.situation.quiet_from_s)


def test_before_every_trigger_all_are_served_at_once(courses):
    for course in courses.values():
        assert course.before.good_per_s == pytest.approx(course.before.wanted_per_s, rel=0.02)
        assert course.before.latency_s < 0.1


def test_under_overload_the_work_is_done_for_clients_that_have_gone(courses):
    shown = during(courses["overload"])
    assert shown.wasted_per_s > 0.9 * 200
    assert shown.good_per_s < 0.1 * 200


def test_a_bounded_queue_makes_a_brown_out_of_it(courses):
    shown = during(courses["brown_out"])
    assert shown.good_per_s == pytest.approx(200, rel=0.03)  # as much as there is capacity
    assert shown.latency_s == pytest.approx(1.0, rel=0.1)  # a queue of 200 at 200 a second


def test_retries_multiply_what_is_asked(courses):
    assert during(courses["retry_amplification"]).amplification > 2.3
    assert during(courses["brown_out"]).amplification == pytest.approx(1.0)


def test_a_cold_cache_keeps_the_cloud_down_for_longer_than_the_restart(courses):
    course = courses["cache_stampede"]
    assert course.healed_s > 40  # the restart took ten seconds
    assert course.after.good_per_s == pytest.approx(course.before.good_per_s, rel=0.05)
    cached = [each.cached for each in course.intervals]
    assert cached[0] == 1.0
    assert min(cached) < 0.05
    assert cached[-1] > 0.95


def test_a_load_stays_after_its_trigger_has_gone_and_goes_with_a_budget(courses):
    stuck, budgeted = courses["metastable"], courses["metastable_budgeted"]
    assert stuck.metastable
    assert stuck.healed_s is None
    assert stuck.after.amplification > 3.5
    assert not budgeted.metastable
    assert budgeted.healed_s < 60
    assert not any(c.metastable for name, c in courses.items() if name != "metastable")


def test_only_the_budget_differs():
    stuck, budgeted = (load_situation(n) for n in ("metastable", "metastable_budgeted"))
    assert stuck.capacity == budgeted.capacity
    assert stuck.triggers == budgeted.triggers
    assert stuck.population["phones"].retry_budget is None


def test_the_picture_has_a_column_for_each(courses):
    picture = svg(list(courses.values()))
    ET.fromstring(picture)
    for course in courses.values():
        assert course.situation.title in picture
    assert "nan" not in picture


SMALL = """
title = "small"
duration_s = 60
[capacity]
workers = 2
[population.cars]
arrivals_per_s = 10
[[triggers]]
what = "slow"
at_s = 20
lasts_s = 5
factor = 4
"""


def test_a_situation_of_ones_own_is_told_as_table_json_and_picture(capsys, tmp_path):
    file, picture = tmp_path / "small.toml", tmp_path / "small.svg"
    file.write_text(SMALL)
    assert main(["overload", str(file), "--plot", str(picture)]) == 0
    assert "healed after" in capsys.readouterr().out
    ET.parse(picture)
    assert main(["overload", str(file), "--json"]) == 0
    course = json.loads(capsys.readouterr().out)["courses"][str(file)]
    assert course["capacity_per_s"] == 40.0
    assert len(course["curve"]["good"]) == 30
    for key in (*course, *course["before"], *course["curve"]):
        assert f"`{key}`" in GUIDE.read_text()


def test_the_same_seed_gives_the_same_course(tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(SMALL)
    small = load_situation(str(file))
    assert simulate("small", small, 1) == simulate("small", small, 1)
    assert simulate("small", small, 1) != simulate("small", small, 2)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("workers", "wrokers", 'capacity.wrokers: unknown key: did you mean "workers"?'),
        ('"slow"', '"slwo"', "triggers.0.what: 'slwo' is not right: did you mean \"slow\"?"),
        ("arrivals_per_s = 10", "", "population.cars: needs one of"),
        ("lasts_s = 5", "lasts_s = 50", "a trigger ends at 70 s, and the course at 60 s"),
        ("duration_s", "lasts", "lasts: unknown key"),
    ],
)
def test_a_mistake_is_one_clear_error(capsys, tmp_path, was, now, says):
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace(was, now))
    assert main(["overload", str(file)]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert says in lines[0]


def test_an_unknown_situation_is_answered_with_the_nearest(capsys):
    assert main(["overload", "metastabel"]) == 2
    assert 'did you mean "metastable"' in capsys.readouterr().err
