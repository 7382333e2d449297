"""Data inside the page: compressed, and in letters that no HTML parser takes for anything.

What is embedded is deflated JSON in base64. None of its letters can end an element, begin a comment
or be markup, whatever the texts in it hold; the script unpacks it and shows texts as text only.
"""

import base64
import hashlib
import json
import math
import zlib
from typing import Any

LEVEL = 6  # level 9 saves 1 % and takes twice as long
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def embedded(value: Any) -> str:
    """Return a JSON value as the page holds it: the same value, the same letters.

    >>> set(embedded({"name": "</script><!--"})) & set("<>&!'-")
    set()
    >>> embedded(float("nan")) == embedded("nan")
    True
    """
    try:
        text = _encode(value)
    except ValueError:
        text = _encode(_finite(value))
    return base64.b64encode(zlib.compress(text.encode(), LEVEL)).decode()


def _finite(value: Any) -> Any:
    """Return a value with words for the numbers that JSON does not have."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def source_hash(text: str) -> str:
    """Return an inline element's hash as a Content-Security-Policy names it (CSP level 2)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
