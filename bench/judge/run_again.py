"""How somebody's own test is run again."""

import shlex
from collections.abc import Mapping
from typing import Any


def run_again(scenario: Mapping[str, Any], *, seed: object, stamp: object) -> str:
    """Return the command for a recording of a test, by its header ("": that does not say).

    >>> run_again({"test": "test_a.py::test_u[<9V]"}, seed=7, stamp="simulated")
    "pytest 'test_a.py::test_u[<9V]' --bench-seed 7"
    >>> run_again({"test": "test_a.py::test_u"}, seed=7, stamp="virtual")
    'pytest test_a.py::test_u --bench-seed 7 --bench FILE'
    """
    test = str(scenario.get("test") or "")
    if not test:
        return ""
    bench = "" if stamp == "simulated" else " --bench FILE"
    return f"pytest {shlex.quote(test)} --bench-seed {seed}{bench}"
