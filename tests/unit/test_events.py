"""Events stand in one module for each part of the world, and are imported from one place."""

from bench import events


def test_every_kind_of_event_is_offered_by_the_package():
    kinds = {cls.__name__ for cls in events.KINDS.values()}
    assert len(kinds) > 50
    assert kinds <= set(events.__all__)
    assert all(events.KINDS[getattr(events, name).kind] is getattr(events, name) for name in kinds)
