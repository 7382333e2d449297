"""Whose a request is: in which account's name it asks, and about which vehicle."""

from aiohttp import web

from bench.cloud.front import token_from
from bench.cloud.state import CloudState
from bench.errors import ConfigError, nearest
from bench.network.json_object import json_object


def check_whose(cloud: CloudState, fault: str, account: str, vin: str) -> None:
    """Raise ConfigError for an account or a vehicle that the cloud does not know.

    Args:
        cloud: whose accounts and vehicles.
        fault: the fault's name.
        account: as users write it ("": any).
        vin: so, too.
    """
    accounts, vins = list(cloud.accounts.passwords), cloud.vehicles.vins()
    for key, what, given, known in (
        ("account", "account", account, accounts), ("vin", "vehicle", vin, vins)
    ):  # fmt: skip
        if given and given not in known:
            raise ConfigError(f'{fault}.{key}: no {what} "{given}": {nearest(given, known)}')


async def account_of(cloud: CloudState, request: web.Request) -> str:
    """Return in whose name a request asks ("": in nobody's that the cloud knows).

    A log-in names its account, a renewal shows that account's token, and a vehicle asks in the
    name of the account that it belongs to. Nothing is refused or counted by asking.
    """
    if request.path.startswith("/oauth2/"):
        return await _who_logs_in(cloud, request)
    token = token_from(request)
    vehicle = cloud.vehicles.by_token(token)
    return vehicle.account if vehicle is not None else cloud.accounts.holder(token)


def vehicle_of(cloud: CloudState, request: web.Request) -> str:
    """Return the number of the vehicle that a request is about, or comes from ("": of none)."""
    named = request.match_info.get("vin")
    if named is not None:
        return named
    record = cloud.commands.get(request.match_info.get("id", ""))
    if record is not None:
        return record.vehicle.vin
    vehicle = cloud.vehicles.by_token(token_from(request))
    return vehicle.vin if vehicle is not None else ""


async def _who_logs_in(cloud: CloudState, request: web.Request) -> str:
    document = json_object(await request.read())  # the handler finds it there, too
    named = document.get("account")
    return str(named) if named else cloud.accounts.holder(str(document.get("refresh_token")))
