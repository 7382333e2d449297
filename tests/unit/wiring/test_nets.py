"""Electrical nets: who drives them, who watches them, who is to blame."""

import pytest

from bench.errors import ConfigError
from bench.wiring.nets import Wiring


def test_the_source_with_the_largest_magnitude_wins():
    net = Wiring().net("motor")
    assert net.mv == 0
    net.drive("a", 5_000)
    net.drive("b", -12_000)
    assert net.mv == -12_000
    net.drive("b", 0)
    assert net.mv == 5_000
    net.drive("a", 0)
    net.drive("a", 0)
    assert net.mv == 0


def test_watchers_are_told_of_changes_of_potential_only():
    net = Wiring().net("line")
    seen = []
    stop = net.watch(lambda net, cause: seen.append((net.mv, cause)))
    net.drive("a", 12_000, 1)
    net.drive("a", 12_000, 2)  # the same
    net.drive("b", 5_000, 3)  # weaker
    net.drive("a", 0, 4)
    stop()
    net.drive("b", 0, 5)
    stop()
    assert seen == [(12_000, 1), (5_000, 4)]


def test_a_watcher_may_stop_itself_while_it_is_told():
    net = Wiring().net("line")
    seen = []

    def once(net, _cause):
        seen.append(net.mv)
        stop()

    stop = net.watch(once)
    other = []
    net.watch(lambda net, _cause: other.append(net.mv))
    net.drive("a", 1)
    net.drive("a", 2)
    assert (seen, other) == ([1], [1, 2])


def test_what_names_no_cause_is_put_down_to_who_uses_the_instrument():
    wiring = Wiring()
    net = wiring.net("line")
    causes = []
    net.watch(lambda _net, cause: causes.append(cause))
    net.drive("relay", 1)
    with wiring.because(7):
        net.drive("relay", 2)
        with wiring.because(8):
            net.drive("relay", 3)
        net.drive("relay", 4, 0)
        net.drive("relay", 5)
    net.drive("relay", 6)
    assert causes == [None, 7, 8, 0, 7, None]


def test_blame_ends_with_its_block_also_when_that_fails():
    wiring = Wiring()
    with pytest.raises(ZeroDivisionError), wiring.because(7):
        _ = 1 / 0
    assert wiring.blame.cause is None


def test_loads_add_up_and_draw_nothing_from_a_dead_net():
    net = Wiring().net("supply")
    net.load("one", 300)
    net.load("two", 200)
    assert net.ma == 0
    net.drive("battery", 12_000)
    assert net.ma == 500
    net.load("one", 0)
    assert net.ma == 200


def test_a_net_is_made_once_and_an_unknown_one_gives_the_nearest():
    wiring = Wiring()
    assert wiring.net("terminal_30") is wiring.net("terminal_30")
    wiring.net("cylinder_lock")
    assert wiring.existing("terminal_30", "here") is wiring.net("terminal_30")
    assert wiring.names() == ["cylinder_lock", "terminal_30"]
    with pytest.raises(ConfigError, match=r'bench\.toml: no net "terminal30": did you mean "termi'):
        wiring.existing("terminal30", "bench.toml")
    assert wiring.names() == ["cylinder_lock", "terminal_30"]
