"""The messages that roles are read from: multiplexed, cut short, with 29 bits."""

import pytest
from roles_rig import BOTH, LOCK_STATE, World, loading, settle


@pytest.fixture
def world(time, journal, tmp_path):
    return lambda content: World(time, journal, loading(tmp_path)(content))


PAGES = (
    '[roles.door]\nmessage = "Pages"\nsignal = "Door"\nraw = { closed = 0, open = 1 }\n'
    '[roles.hood]\nmessage = "Pages"\nsignal = "Hood"\nraw = { closed = 0, open = 1 }\n'
    '[roles.always]\nmessage = "Pages"\nsignal = "Always"\nraw = { no = 0, yes = 1 }\n'
)


def test_a_role_is_read_only_from_its_own_page(world, time):
    w = world(PAGES)

    async def main():
        w.watch("door", "hood")
        for page, value in ((1, 1), (2, 0), (1, 1), (2, 1), (1, 0)):
            w.raw(0x300, [page, value, 0])
            await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [
        ("door", "open"), ("hood", "closed"), ("hood", "open"), ("door", "closed"),
    ]  # fmt: skip


@pytest.mark.parametrize("shape", ["level", "pulse"])
def test_what_is_asked_on_a_page_is_sent_on_it_and_so_is_its_end(world, time, shape):
    w = world(PAGES.replace('signal = "Hood"\n', f'signal = "Hood"\nshape = "{shape}"\n'))

    async def main():
        w.watch("door", "hood")
        w.sender.send_event("hood", "open", None)
        await settle(1.0)

    time.run(main())
    ends = ["closed"] if shape == "level" else []
    assert [(value.role, value.label) for value in w.heard] == [
        ("hood", label) for label in ["open", *ends]
    ]


def test_a_page_that_the_database_does_not_know_disturbs_nobody(world, time):
    w = world(PAGES)
    frames = []

    async def main():
        w.watch("door")
        w.medium.port("other").listen([0x300], frames.append)
        for page in (9, 1):
            w.raw(0x300, [page, 1, 0])
            await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [("door", "open")]
    assert len(frames) == 2


def test_a_message_without_a_page_zero_begins_with_a_page_that_exists(world, time):
    w = world(PAGES)

    async def main():
        w.watch("door", "always")
        w.sender.send("always", "yes", None)
        w.sender.transmitter("always").send(None)
        await settle()

    time.run(main())
    assert [(value.role, value.label) for value in w.heard] == [("door", "closed"),
                                                                ("always", "yes")]  # fmt: skip


def test_a_frame_cut_short_is_read_as_far_as_it_goes(world, time):
    w = world(LOCK_STATE + BOTH)

    async def main():
        w.watch("lock_state", "doors")
        w.raw(0x100, [1])
        await settle()

    time.run(main())
    assert [value.role for value in w.heard] == ["lock_state"]


def test_a_29_bit_fd_message_is_a_role_like_any_other(world, time):
    w = world('[roles.mode]\nmessage = "Wide"\nsignal = "Mode"\nraw = { off = 0, on = 1 }\n')

    async def main():
        w.watch("mode")
        w.sender.send("mode", "on", None)
        w.sender.transmitter("mode").send(None)
        w.raw(0x500, [0, *bytes(7)])  # the same number in 11 bits is another message
        await settle()

    time.run(main())
    assert w.roles.role("mode").fd
    assert w.roles.role("mode").key == 0x500 | 1 << 31
    assert w.labels() == ["on"]
    sent = [e.event for e in w.journal.entries if "x" in e.event.flags]
    assert [(event.identifier, event.flags) for event in sent] == [(0x500, "xfb")]
