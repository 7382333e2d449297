"""Verdicts as oracles reach them, for tests of what is made of them."""

from typing import Any

from bench.judge.verdict import Verdict, Word


def verdict(
    path: str = "ble_key",
    outage: str | None = None,
    word: Word = "pass",
    *,
    owner: str = "phone_only",
    intent: str = "unlock",
    **more: Any,
) -> Verdict:
    """Return a verdict; what is not said is as usual."""
    usual = {
        "scenario": f"{owner}.{path}.{intent}.{outage or 'baseline'}",
        "phase": "down" if outage else None,
        "outcome": "acted" if word == "pass" else "no_effect",
        "oracle": "opens_in_time",
        "reason": f"it is a {word}",
    }
    return Verdict(
        path=path, outage=outage, verdict=word, owner=owner, intent=intent, **{**usual, **more}
    )
