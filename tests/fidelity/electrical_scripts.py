"""What each electrical fault does to the car's wires, the same in simulated and in real time."""

from electrical_world import ElectricalScript, Volts

PRESSED: Volts = (12.0, 0.0)  # a switch is closed and opened
HANDLE = "handle_driver"
HANDLE_ID = "frame 0x150 destroyed"

ELECTRICAL_SCRIPTS = [
    ElectricalScript(
        "open_wire",
        under=(),
        disturbed=(HANDLE, "open", ()),
        met=frozenset({
            ("bench", "handle_driver open: handle_open read back"),
            ("car", "handle_driver driven to 12 V, open"),
            ("car", "handle_driver driven to 0 V, open"),
        }),
    ),
    ElectricalScript(
        "short_to_ground",
        under=(),
        disturbed=(HANDLE, "to_ground", ()),
        met=frozenset({
            ("bench", "handle_driver to_ground: handle_to_ground read back"),
            ("car", "handle_driver driven to 12 V, to_ground"),
            ("car", "handle_driver driven to 0 V, to_ground"),
        }),
    ),
    ElectricalScript(
        "short_to_supply",
        under=(13.5,),  # and nothing that the switch does shows any more, until the short is gone
        disturbed=(HANDLE, "to_supply", ()),
        released=True,
        met=frozenset({
            ("bench", "handle_driver to_supply: handle_to_supply read back"),
            ("car", "handle_driver driven to 12 V, to_supply"),
            ("car", "handle_driver driven to 0 V, to_supply"),
        }),
    ),
    ElectricalScript(
        "loss_of_ground",
        under=PRESSED,
        disturbed=("ground_dkm", "open", ("DKM",)),
        ground=(False, True),
        met=frozenset({("bench", "ground_dkm open: ground_dkm_open read back")}),
    ),
    ElectricalScript(
        "loss_of_ground:from_s=0.02,for_s=0.2",  # the ground is back by itself
        under=PRESSED,
        disturbed=("ground_dkm", "open", ("DKM",)),
        ground=(False, True),
        met=frozenset({("bench", "ground_dkm open: ground_dkm_open read back")}),
    ),
    ElectricalScript(
        "supply_dip:profile=momentary_drop",
        under=PRESSED,
        supply=((0.0, 9.0), (1.0, 4.5), (1.1, 9.0), (2.1, 13.5)),
        met=frozenset(
            ("bench", f"kl30 at {volts:g} V, measured {volts:.2f} V") for volts in (9.0, 4.5)
        ),
        lasts_s=2.3,
    ),
    ElectricalScript(
        "bus_short",
        under=PRESSED,
        disturbed=("can_body_h", "to_can_body_l", ()),
        requests=(3, 0, 3),
        met=frozenset({
            ("bench", "can_body_h to_can_body_l: can_short read back"),
            ("DKM", HANDLE_ID),
        }),
        only_simulated="that needs a real relay",
    ),
]  # fmt: skip
