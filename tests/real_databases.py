"""The package opendbc, whose databases of real cars some tests load, unchanged."""

import importlib.util
import sys
from pathlib import Path

import pytest

_SPEC = importlib.util.find_spec("opendbc")
# None: the package refuses Python 3.13 and later, so the extra brings it up to 3.12 only
OPENDBC = Path(_SPEC.origin).parent / "dbc" if _SPEC and _SPEC.origin else None

needs_opendbc = pytest.mark.skipif(
    OPENDBC is None and sys.version_info >= (3, 13),
    reason="the package opendbc refuses this Python: pip install --no-deps "
    "--ignore-requires-python opendbc",
)
