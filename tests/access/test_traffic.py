"""Whether a bus carries what its database says."""

import pytest

from bench.access.traffic import traffic
from bench.can.roles import load_roles
from bench.cli.main import main
from bench.events import FrameSeen
from bench.journal import Entry
from bench.units import to_ns

DBC = """VERSION ""
BU_: BCM TMU
BO_ 256 Doors: 8 BCM
 SG_ State : 0|8@1+ (1,0) [0|0] "" TMU
BO_ 2566848513 Wide: 8 TMU
 SG_ Value : 0|8@1+ (1,0) [0|0] "" BCM
BO_ 512 Seldom: 8 TMU
 SG_ Other : 0|8@1+ (1,0) [0|0] "" BCM
BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_ "GenMsgCycleTime" BO_ 256 100;
BA_ "GenMsgCycleTime" BO_ 2566848513 50;
BA_ "GenMsgCycleTime" BO_ 512 2000;
"""
WIDE = 2566848513 & 0x1FFFFFFF


@pytest.fixture
def roles(tmp_path):
    (tmp_path / "own.dbc").write_text(DBC)
    (tmp_path / "own.toml").write_text("[roles]\n")
    return load_roles("own.toml", ["own.dbc"], tmp_path)


def frames(identifier, period_s, flags="", bus="body", until_s=3.0, sender=""):
    times = range(0, to_ns(until_s), to_ns(period_s))
    seen = FrameSeen(bus, identifier, flags, "00", sender)
    return [Entry(t_ns, 0, None, seen) for t_ns in times]


def said(roles, *heard):
    found = list(traffic([entry for each in heard for entry in each], "body", roles, 3.0))
    assert all(each.found is None and each.what == "can.body traffic" for each in found)
    return [each.says for each in found]


def test_a_bus_that_carries_what_its_database_says_has_no_remarks(roles):
    sound = said(roles, frames(256, 0.1), frames(WIDE, 0.05, "x"))
    assert sound == ["90 frames of 2 of the database's messages"]


def test_what_the_database_does_not_know_is_named_with_its_period(roles):
    *_, strange = said(
        roles, frames(256, 0.1), frames(WIDE, 0.05, "x"), frames(WIDE, 0.02), frames(256, 2.0, "x")
    )
    assert strange == (
        f"the database does not know 0x{WIDE:X} every 20 ms, 0x100 (29 bits) 2 times: "
        "is it of this car?"
    )


def test_what_a_simulated_unit_sends_is_asked_of_nobody(roles):
    """Network management, say, which is in few databases."""
    sound = said(roles, frames(256, 0.1), frames(WIDE, 0.05, "x"), frames(0x505, 0.2, sender="GW"))
    assert sound == ["105 frames of 2 of the database's messages"]


def test_a_message_with_another_period_is_named(roles):
    *_, off = said(roles, frames(256, 0.02), frames(WIDE, 0.06, "x"))
    assert off == "Doors comes every 20 ms, the database says 100 ms"


def test_a_message_that_did_not_come_is_named_with_its_sender_if_there_was_time_for_it(roles):
    *_, silent = said(roles, frames(256, 0.1), frames(WIDE, 0.05, "x", bus="telematics"))
    assert silent == "nobody sends Wide (TMU)"


def test_a_check_in_real_time_looks_at_the_traffic_of_each_bus(tmp_path, capsys):
    file = tmp_path / "bench.toml"
    file.write_text(
        '[bench]\ntime = "real"\n[can.body]\ninterface = "virtual"\n'
        '[can.telematics]\ninterface = "virtual"\n'
        '[supplies.kl30]\nmodel = "simulated"\nnet = "terminal_30"\n'
    )
    main(["check", "--bench", str(file)])
    lines = [line for line in capsys.readouterr().out.splitlines() if " traffic " in line]
    assert len(lines) == 2, lines
    assert all("of the database's messages" in line for line in lines)
