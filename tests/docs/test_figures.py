"""Figures in the documents that the bench can work out are those that it works out."""

from pathlib import Path

import pytest

from bench.access.choosing.budget import within
from bench.access.choosing.choice import Choice
from bench.access.choosing.doable import doable_campaign
from bench.access.choosing.plan import plan
from bench.access.choosing.selection import Selection
from bench.car.model import load_car
from bench.config.bench_file import DEFAULT, StationFile, load_bench
from bench.units import duration

ROOT = Path(__file__).parents[2]
SOUND = load_car("sound", ROOT)
NIGHT_S = 8 * 3600.0


def campaign_of(file: StationFile, *, full: bool = False) -> Selection:
    """Return the default campaign of a bench, or the full one."""
    return doable_campaign(file, SOUND, Choice(full=full), seed=1)


def text_of(document: str) -> str:
    return " ".join((ROOT / document).read_text().split())


@pytest.fixture(scope="module")
def hurried(tmp_path_factory) -> StationFile:
    """The bench of the guide to hardware that waits no longer than it has to."""
    text = DEFAULT.read_text().replace("[bench]", "[bench]\ncompress = 30", 1)
    file = tmp_path_factory.mktemp("hurried") / "bench.toml"
    file.write_text(f"{text}\n[cloud]\ncommand_ttl_s = 10\nanswer_grace_s = 5\n")
    return load_bench(file)


def test_a_campaign_on_hardware_takes_as_long_as_the_guide_says(hurried):
    chosen = campaign_of(hurried)
    planned = plan(hurried, SOUND, chosen)
    each_s = planned.duration_s / planned.scenarios
    said = text_of("docs/hardware.md")
    assert f"a scenario takes about {each_s:.0f} s, and the {planned.scenarios} of the" in said
    assert f"{duration(planned.duration_s)}: more than a night" in said


def test_a_night_covers_what_the_guide_says(hurried):
    chosen = campaign_of(hurried)
    kept = within(hurried, SOUND, chosen, NIGHT_S).selection
    assert f"`--budget 8h` chooses what is run in one night: {kept.count} of them" in text_of(
        "docs/hardware.md"
    )
    for covered in (paths_of, faults_of):
        assert covered(kept) == covered(chosen)


def paths_of(selection: Selection) -> set[str]:
    return {group.baseline.path for group in selection.groups if group.outages}


def faults_of(selection: Selection) -> set[str]:
    return {outage.name.partition("@")[0] for outage in selection.outages}


def test_the_campaigns_are_as_large_as_the_documents_say():
    file = load_bench(DEFAULT)
    count = campaign_of(file).count
    for document in ("README.md", "CHANGELOG.md"):
        assert f"({count} scenarios)" in text_of(document)
    full = round(campaign_of(file, full=True).count, -3)
    assert f"`--full` is some {full:,} scenarios" in text_of("docs/phases.md")
