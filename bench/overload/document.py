"""What `bench overload --json` prints; docs/overload.md says what each key means."""

from typing import Any

from bench.overload.course import Course, Stretch

SCHEMA = 1


def described(course: Course) -> dict[str, Any]:
    """Return a course as JSON has it."""
    return {
        "title": course.situation.title,
        "capacity_per_s": round(course.situation.capacity.per_s, 3),
        "before": _stretch(course.before),
        "during": _stretch(
            course.between(course.situation.calm_until_s, course.situation.quiet_from_s)
        ),
        "after": _stretch(course.after),
        "metastable": course.metastable,
        "healed_s": course.healed_s,
        "longest_queue": max(each.waiting for each in course.intervals),
        "curve": {
            "until_s": [each.until_s for each in course.intervals],
            "wanted": [each.first for each in course.intervals],
            "offered": [each.offered for each in course.intervals],
            "good": [each.good for each in course.intervals],
            "waiting": [each.waiting for each in course.intervals],
            "latency_s": [each.latency_s for each in course.intervals],
        },
    }


def _stretch(stretch: Stretch) -> dict[str, float | None]:
    return {
        "wanted_per_s": round(stretch.wanted_per_s, 3),
        "offered_per_s": round(stretch.offered_per_s, 3),
        "good_per_s": round(stretch.good_per_s, 3),
        "wasted_per_s": round(stretch.wasted_per_s, 3),
        "amplification": round(stretch.amplification, 3),
        "latency_s": None if stretch.latency_s is None else round(stretch.latency_s, 4),
    }
