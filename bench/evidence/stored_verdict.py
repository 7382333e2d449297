"""A verdict from a line or from a recording's end, whoever has written that."""

from typing import Any

from bench.evidence.recording_file import decode_verdict
from bench.judge.verdict import Measurement, Verdict

_TEXTS = ("scenario", "path", "intent", "owner", "verdict", "outcome", "oracle", "reason")
_NUMBERS = ("measured_s", "limit_s", "baseline_s")


def sound_verdict(fields: Any) -> Verdict | None:
    """Return a verdict from its fields, or None where they are not what they should be."""
    try:
        verdict = decode_verdict(fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return verdict if _is_sound(verdict) else None


def _is_sound(verdict: Verdict) -> bool:
    """Whether a decoded verdict's fields are of the kinds that they are declared to be."""
    fields: dict[str, Any] = vars(verdict)
    kinds = dict.fromkeys((*_TEXTS, "recording"), str)
    judged = [text for j in verdict.judgements for text in (j.oracle, j.verdict, j.reason)]
    measured = [m for j in verdict.judgements for m in j.measurements]
    moments = [moment for stretch in verdict.helpless for moment in stretch]
    return (
        all(isinstance(fields[name], kind) for name, kind in kinds.items())
        and all(isinstance(fields[name], int | float | None) for name in _NUMBERS)
        and all(isinstance(fields[name], str | None) for name in ("outage", "phase"))
        and isinstance(fields["faults_met"], dict)
        and all(map(_is_text, (*judged, *verdict.requirements)))
        and all(map(_is_measured, measured))
        and all(map(_is_whole, moments))
    )


def _is_measured(measurement: Measurement) -> bool:
    fields: dict[str, Any] = vars(measurement)
    numbers = fields["limit"], 0 if fields["value"] is None else fields["value"]
    texts = (text for name, text in fields.items() if name not in {"limit", "value"})
    return all(isinstance(each, int | float) for each in numbers) and all(map(_is_text, texts))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int)
