"""How a station's world begins: as after a drive, with everybody in place and keys handed out."""

import asyncio

from bench.can.restbus import named
from bench.errors import placed
from bench.owner.cast import carries
from bench.station import telematics_units
from bench.station.addresses import PHONE_KEY
from bench.station.people import hand_out_keys
from bench.station.stand_ins import start_restbus
from bench.station.station import Station


async def begin(station: Station) -> None:
    """Switch on: supply, units, people; log in and hand out keys."""
    _start_restbuses(station)
    _feed(station)
    if not station.time.simulated:
        await asyncio.sleep(0)  # a twin behind a wire has handed over what it did to the car
    _look(station)
    station.owner.arrive()
    hand_out_keys(station)
    for unit in (station.telematics, station.witness_unit):
        station.time.spawn(unit.live(), unit.identity.party)
    telematics_units.power(station)
    if station.plan.witness_s:
        station.witness_unit.wake(None)
    app = station.owner.app
    if app is not None:
        await app.log_in()
        await app.fetch_key(PHONE_KEY)
    await station.car.show_state()


def _start_restbuses(station: Station) -> None:
    """Send in place of units that are not there."""
    for bus, section in station.file.content.can.items():
        if section.restbus:
            with placed(f"{station.file.path}: can.{bus}.restbus"):
                senders, messages = named(station.buses.role_maps[bus], section.restbus)
            start_restbus(station, bus, senders, messages)


def _feed(station: Station) -> None:
    """Switch on what feeds the car."""
    instruments = station.instruments
    instruments.rest()
    for supply in instruments.supplies:
        if supply != station.actuators.cell or carries(station.plan.owner).fob == "charged":
            instruments.power(supply, on=True, cause=None)


def _look(station: Station) -> None:
    """Put the car as it is to stand, and look at what instruments tell."""
    instruments, time = station.instruments, station.time
    station.car.place(locked=station.plan.locked, mode=station.plan.mode)
    plain = [name for name in instruments.contacts if not instruments.in_a_wire(name)]
    instruments.lines.listen(doubted="bcm" in station.real.units, contacts=plain)
    for watch in instruments.watch_supplies(in_real_time=not time.simulated):
        time.spawn(watch.poll(), f"watch {watch.name}")
    instruments.record_currents(station.actuators.cell)
    for poller in instruments.lines.pollers(time.now_ns):
        time.spawn(poller.poll(), f"poll {poller.name}")
