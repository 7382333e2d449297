"""`[network]` of a bench file: where real devices reach the mock cloud."""

import re
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from bench.config.validation import Section

_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*\.(?![0-9]+$){_LABEL}")

Party = Literal["tcu", "phone", "head_unit"]


class NetworkSection(Section):
    """`[network]`.

    Without it everything listens on loopback, on free ports, and only the bench's own parties
    connect.

    Attributes:
        listen: per party a loopback address on which its device finds the mock cloud.
        unsafe_listen: the same on a network interface: everybody on that network can then reach
            the mock cloud, and feels its faults.
        api_port, push_port: where api and push are found. Push: 8883 for MQTT, else 8444.
        dns_port: where the bench's own DNS answers (None: there is none). Devices ask at 53.
        names: further names that the DNS answers and the certificates carry, by service: those
            that a real device has in its configuration. To a device that calls no name in its TLS
            a certificate is shown that carries all of them, and the addresses.
        tcu_token: what a real telematics unit shows beside, or instead of, a certificate.
        authority: a folder made by `bench provision`: whose certificates the cloud presents.
        mutual_tls: clients must show a certificate of that authority: all of them (true), or
            those of the "push" service.
        client_certificate_s: with mutual_tls: how long the certificates of the bench's own phone
            and car live without the cloud, which renews them: in the aftermath of a longer outage
            they have lapsed (0: they never do).
        ocsp: whether the bench's own parties ask the authority's responder, over each new
            connection, if the cloud's certificate was revoked, and whether they go on without a
            usable answer ("soft_fail") or not ("hard_fail").
        tls_minimum: the oldest version of TLS that is spoken.
        toxiproxy_port: where, on loopback, clients of Toxiproxy drive the links of a station that
            is open (None: nowhere).
    """

    listen: dict[Party, str] = Field(default_factory=dict)
    unsafe_listen: dict[Party, str] = Field(default_factory=dict)
    api_port: int = Field(default=8443, ge=0, le=65535)
    push_port: int | None = Field(default=None, ge=0, le=65535)
    dns_port: int | None = Field(default=None, ge=0, le=65535)
    names: dict[str, Literal["api", "push"]] = Field(default_factory=dict)
    tcu_token: str | None = Field(default=None, min_length=8)
    authority: str | None = None
    mutual_tls: bool | Literal["push"] = False
    client_certificate_s: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    ocsp: Literal["off", "soft_fail", "hard_fail"] = "off"
    tls_minimum: Literal["1.2", "1.3"] = "1.3"
    toxiproxy_port: int | None = Field(default=None, ge=1, le=65535)

    @field_validator("names")
    @classmethod
    def _can_be_asked_for(cls, names: dict[str, str]) -> dict[str, str]:
        for name in names:
            if not _NAME.fullmatch(name):
                raise ValueError(
                    f'"{name}" is no name that a device asks a DNS for: write it without scheme, '
                    "port and path; for an address nobody asks"
                )
        return names

    @field_validator("client_certificate_s")
    @classmethod
    def _somebody_shows_one(cls, life_s: float, info: ValidationInfo) -> float:
        if life_s and not info.data.get("mutual_tls", False):
            raise ValueError('nobody has to show a certificate: mutual_tls = true (or "push")')
        return life_s
