"""What a run that was cut short has to show: what was judged, and, by name, what was not."""

from bench.access.choosing.selection import Selection
from bench.access.scenario import Scenario
from bench.evidence.stored_run import read_stored_run
from bench.file_name import FileName
from bench.judge.verdict import Verdict

WHY = "no verdict: the run was cut short before it"


def all_planned(run: FileName, selection: Selection) -> list[Verdict]:
    """Return a verdict on everything that was planned, as the run's folder has it.

    Who collects test results must not take what was never asked for what is well.

    Args:
        run: the run's folder.
        selection: what was to be run.

    Raises:
        RunFolderError: there is no run.
    """
    stored = read_stored_run(run)
    left = set(stored.left)
    unreached = (_unreached(each) for each in selection.scenarios if each.id in left)
    return [*stored.verdicts, *unreached]


def _unreached(scenario: Scenario) -> Verdict:
    outage = scenario.outage
    return Verdict(
        scenario.id, scenario.path, scenario.intent, outage.name if outage else None, None,
        scenario.owner, "inconclusive", "not_tried", "evidence", WHY,
    )  # fmt: skip
