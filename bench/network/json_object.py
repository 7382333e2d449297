"""What a unit says over its channel, or a cloud in its answer, which may be anything."""

import json
from typing import Any


def json_object(text: str | bytes) -> dict[str, Any]:
    """Return a JSON object; an empty one for whatever else it is.

    >>> json_object('{"state": "done"}'), json_object(b"[1]"), json_object("hello")
    ({'state': 'done'}, {}, {})
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # the latter: brackets without end
        return {}
    return document if isinstance(document, dict) else {}
