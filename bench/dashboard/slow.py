"""What is slow: the tries that came nearest to their limit, or went over it."""

from collections.abc import Iterator, Sequence

from rich.text import Text

from bench.dashboard.colours import STYLES
from bench.judge.verdict import Verdict
from bench.presentation.printable import printable
from bench.units import duration

MOST = 3
LIMITED = "opens_in_time"  # the oracle that holds a try against its limit


def slowest(verdicts: Sequence[Verdict], most: int = MOST) -> Iterator[Text]:
    """Yield a line for each of the slowest, by the share of the limit that they took.

    Only of those whose limit was asked about: a cloud path in an outage may take its time.
    """
    asked = filter(_was_asked, verdicts)
    timed = [(_share(each), each) for each in asked if each.measured_s and each.limit_s]
    for share, each in sorted(timed, key=lambda pair: -pair[0])[:most]:
        text = Text("slow ", style="dim", no_wrap=True, overflow="ellipsis")
        text.append(f"{duration(each.measured_s or 0)} ", style=STYLES["fail"] if share > 1 else "")
        text.append(f"of {duration(each.limit_s or 0)} ", style="dim")
        text.append(printable(f"{each.path} {each.intent}"))
        text.append(printable(f", {each.outage or 'no outage'}"), style="dim")
        yield text


def _share(verdict: Verdict) -> float:
    return (verdict.measured_s or 0) / (verdict.limit_s or 1)


def _was_asked(verdict: Verdict) -> bool:
    says = {judgement.oracle: judgement.verdict for judgement in verdict.judgements}
    return says.get(LIMITED) != "not_asked"
