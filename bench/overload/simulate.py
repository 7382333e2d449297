"""Letting a situation take its course."""

from bench.capacity.agenda import Agenda
from bench.capacity.load_balancer import LoadBalancer
from bench.capacity.population import Population
from bench.capacity.tally import Interval
from bench.overload.course import Course
from bench.overload.situation import Situation, Trigger
from bench.seeds import stream


def simulate(name: str, situation: Situation, seed: int) -> Course:
    """Return the course of a situation; the same seed gives the same one."""
    agenda = Agenda()
    balancer = LoadBalancer(situation.capacity, agenda, stream(seed, "overload", "service"))
    crowds = [
        Population(crowd, balancer, agenda, stream(seed, "overload", "population", crowd_name))
        for crowd_name, crowd in situation.population.items()
    ]
    for crowd in crowds:
        crowd.start()
    for trigger in situation.triggers:
        _set(trigger, agenda, balancer, crowds)
    intervals: list[Interval] = []
    for number in range(1, int(situation.duration_s / situation.step_s) + 1):
        agenda.run_until(number * situation.step_s)
        intervals.append(balancer.interval())
    return Course(name, situation, tuple(intervals))


def _set(
    trigger: Trigger, agenda: Agenda, balancer: LoadBalancer, crowds: list[Population]
) -> None:
    """Put a trigger on the agenda, and its end."""

    def begin(_nothing: object) -> None:
        if trigger.what == "restart":
            balancer.stop("refuses")
        elif trigger.what == "slow":
            fast_again = balancer.slow(trigger.factor)
            agenda.at(trigger.end_s, lambda _: fast_again(), None)
        else:
            surge(trigger.factor)

    def end(_nothing: object) -> None:
        if trigger.what == "restart":
            balancer.start(cold=True)
        elif trigger.what == "surge":
            surge(1 / trigger.factor)

    def surge(factor: float) -> None:
        for crowd in crowds:
            crowd.surge(factor)

    agenda.at(trigger.at_s, begin, None)
    agenda.at(trigger.end_s, end, None)
