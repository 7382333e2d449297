"""The topics between cloud and vehicle: two per vehicle, and nobody reads another's."""


def commands(vin: str) -> str:
    """Return the topic on which a vehicle is told what to do.

    >>> commands("VIN1")
    'vehicles/VIN1/commands'
    """
    return f"vehicles/{vin}/commands"


def reports(vin: str) -> str:
    """Return the topic on which a vehicle tells what it did, and how it stands."""
    return f"vehicles/{vin}/reports"


def may_publish(vin: str, topic: str) -> bool:
    """Return whether a vehicle may publish to a topic: its own, without wildcards.

    >>> may_publish("VIN1", "vehicles/VIN1/reports"), may_publish("VIN1", "vehicles/VIN1/commands")
    (True, False)
    """
    own = topic.startswith(f"vehicles/{vin}/")
    return own and topic != commands(vin) and not {"+", "#"} & set(topic)


def may_subscribe(vin: str, topic_filter: str) -> bool:
    """Return whether a vehicle may subscribe to a filter: its own topics.

    >>> may_subscribe("VIN1", "vehicles/VIN1/#"), may_subscribe("VIN1", "vehicles/+/commands")
    (True, False)
    """
    return topic_filter.startswith(f"vehicles/{vin}/")
