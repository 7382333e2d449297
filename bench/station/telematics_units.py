"""The telematics units of a station: the judged car's, mocked or real, and the witness's."""

from collections.abc import Callable
from typing import Any

from bench.can.network_management import NmNode, times_of
from bench.can.role_bus import RoleBus
from bench.car.harness import nm_identifiers
from bench.errors import ConfigError, DiagnosisError
from bench.events.telematics import TCU
from bench.events.wires import TERMINAL_30
from bench.seeds import stream
from bench.station import witness
from bench.station.addresses import PUSH_HOST, TCU_TOKEN
from bench.station.station import Station
from bench.telematics.policy import TelematicsPolicy
from bench.telematics.push.channel import Identity
from bench.telematics.real_unit import RealUnit
from bench.telematics.unit import TelematicsUnit
from bench.telematics.vehicle_side import CanVehicle, EchoVehicle

NODE = "TCU"  # the judged car's unit, on its bus and in a car file's [diagnosis]
# how long the witness's unit waits at most between two tries: several fit into the minute around an
# owner's try in which somebody has to meet the fault. In outages of hours one has to do: a day of
# tries every few seconds is forty thousand TLS handshakes
WITNESS_CAP_S, RARE_WITNESS_CAP_S = 8.0, 40.0
RARELY_S = 300.0  # between two probes: only outages of hours are probed so rarely


def refuse_second(station: Station) -> None:
    """Refuse a real unit that is named where nobody asks about its emergency calls.

    Raises:
        ConfigError: car.real names a message of it, and telematics.unit does not say so.
    """
    senders = station.buses.role_maps["telematics"].database.messages.values()
    real = station.real.messages.get("telematics", frozenset())
    own = {message.name for message in senders if NODE in message.senders}
    if station.telematics_policy.unit == "mocked" and own & real:
        raise ConfigError(
            f"{station.file.path}: car.real: a real telematics unit is said by telematics.unit = "
            '"real", which asks for [emergency_call] too'
        )


def token(station: Station) -> str:
    """Return what the judged car's unit shows the cloud."""
    return station.file.content.network.tcu_token or TCU_TOKEN


def judged_unit(station: Station) -> TelematicsUnit | RealUnit:
    """Return the judged car's unit; the car, the network and the cloud are open."""
    policy, vin = station.telematics_policy, station.model.file.vin
    if policy.unit == "real":
        push = station.cloud.state.push
        identity = Identity(TCU, vin, token(station), PUSH_HOST)
        real = RealUnit(identity, station.journal, lambda: push.connected(vin))
        station.cloud.state.carrier.subscribe(vin, real.wake, identity.party)
        return real
    vehicle = _vehicle_side(station)
    terminal_30 = station.wiring.net(TERMINAL_30)
    unit = _mocked(
        station, TCU, vin, token(station), vehicle, policy,
        lambda ma: terminal_30.load(NODE, ma),
    )  # fmt: skip
    _connect_diagnosis(station, unit, vehicle)
    unit.on_key_revoked = station.car.digital_key.revoke
    return unit


def _connect_diagnosis(station: Station, unit: TelematicsUnit, vehicle: CanVehicle) -> None:
    """Have the mocked telematics unit answer diagnosis where the car file says so."""
    address = station.model.file.diagnosis.get(NODE)
    if address is None:
        return
    from bench.diagnosis.simulated_unit import Socket, serve

    socket = Socket(
        NODE, station.model.file.vin, unit.codes, _no_state, b"\x01",
        powered=lambda: unit.powered,
        awake=vehicle.awake,
        wake=vehicle.wake,
        on_reset=unit.wake,
        start_task=lambda coro: station.time.spawn(coro, NODE),
    )  # fmt: skip
    port = station.buses.bench_port(address.bus, NODE)
    serve(port, address, socket, station.journal.now_ns)


def _no_state(item: str) -> int:
    raise DiagnosisError(f"{NODE} knows no {item}")


def _vehicle_side(station: Station) -> CanVehicle:
    port = station.buses.bench_port("telematics", NODE)
    roles = station.buses.role_maps["telematics"]
    own, others = nm_identifiers("telematics", NODE, roles)
    bus = RoleBus(port, roles, checks=True)
    nm = NmNode(port, own, own & 0xF, others,
                on_awake=lambda _cause: None, on_asleep=bus.stop_all,
                times=times_of(roles.network_management))  # fmt: skip
    return CanVehicle(bus, nm)


def witness_unit(station: Station) -> TelematicsUnit:
    """Return the witness's unit: of the same protocol, as it is to meet the same faults."""
    judged = station.telematics_policy
    cap_s = RARE_WITNESS_CAP_S if station.plan.witness_s >= RARELY_S else WITNESS_CAP_S
    policy = TelematicsPolicy(
        push=judged.push, mqtt_version=judged.mqtt_version, heartbeat_s=judged.heartbeat_s,
        parked_online_s=1e9, search_s=1e9, backoff_cap_s=cap_s,
    )  # fmt: skip
    return _mocked(station, witness.TCU, witness.VIN, witness.TOKEN, EchoVehicle(), policy)


def _mocked(
    station: Station,
    party: str,
    vin: str,
    own_token: str,
    vehicle: Any,
    policy: TelematicsPolicy,
    draw: Callable[[int], None] = lambda _ma: None,
) -> TelematicsUnit:
    way = station.ways.push(party, policy)
    unit = TelematicsUnit(
        Identity(party, vin, own_token, PUSH_HOST), way, vehicle,
        time=station.time, journal=station.journal,
        rng=stream(station.plan.seed, party), policy=policy, draw=draw,
        clock=station.clocks.get(party), trust=station.network.trusts[party],
    )  # fmt: skip
    station.cloud.state.carrier.subscribe(vin, unit.wake, party)
    return unit


def wire_supply(station: Station) -> None:
    """Let a relay feed the judged car's unit: opened, the unit is electrically absent."""

    def changed(net: Any, _cause: int | None) -> None:
        station.telematics.power(on=bool(net.mv))
        if net.mv:
            station.telematics.wake(None)

    station.wiring.net("telematics_supply").watch(changed)


def power(station: Station) -> None:
    """Switch the judged car's unit on, by its relay where there is one."""
    boards = station.instruments.relays.values()
    if any("telematics_supply" in board.setup.channels for board in boards):
        station.instruments.switch("telematics_supply", closed=True, cause=None)
    else:
        station.telematics.wake(None)
