"""Whose an event is: the judged car's and its owner's, or the witness's."""

from typing import Any

_WITNESS = "witness"


def of_the_witness(fields: dict[str, Any]) -> bool:
    """Whether an event is traffic of the second account and vehicle that prove an outage real.

    >>> of_the_witness({"party": "witness_phone"}), of_the_witness({"to": "phone"})
    (True, False)
    """
    who = fields.get("party") or fields.get("unit") or fields.get("to") or ""
    vehicle = str(fields.get("vehicle", ""))
    return str(who).lower().startswith(_WITNESS) or vehicle.lower().startswith(_WITNESS)
