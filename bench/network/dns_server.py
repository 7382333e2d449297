"""The bench's DNS for real devices: it answers the cloud's names, and obeys the names faults."""

import asyncio
import math
from typing import Any

from dnslib import QTYPE, RCODE, RR, SOA, A, DNSError, DNSRecord

from bench.errors import StationError
from bench.network.address import Address
from bench.network.interfaces import is_loopback
from bench.network.names import NameNotResolved, Names

TTL_S = 0  # a device that remembers names would not meet a fault of names
# others: no answer at all
RCODES = {"nxdomain": RCODE.NXDOMAIN, "servfail": RCODE.SERVFAIL, "empty": RCODE.NOERROR}


class DnsServer(asyncio.DatagramProtocol):
    """Answers one party's device, over UDP.

    Args:
        party: whose device asks here.
        names: what the party resolves, and which faults stand before it.
        aliases: further names, by the name that the bench knows.

    Attributes:
        address: where it answers.
    """

    def __init__(self, party: str, names: Names, aliases: dict[str, str]) -> None:
        self.party, self._names = party, names
        self._aliases = {alias.lower(): name for alias, name in aliases.items()}
        self.address: Address = ("", 0)
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int, *, unsafe: bool = False) -> None:
        """Answer at `host`, port 0 takes a free one.

        Raises:
            StationError: `host` is not loopback and `unsafe` does not allow that, or the address
                cannot be had.
        """
        if not unsafe and not is_loopback(host):
            raise StationError(f"{host} is not loopback: no DNS answers there unless it is meant")
        loop = asyncio.get_running_loop()
        try:
            transport, _ = await loop.create_datagram_endpoint(lambda: self, (host, port))
        except OSError as error:
            raise StationError(
                f"network.dns_port: no DNS at {host}, port {port}: {error.strerror}"
            ) from None
        self.address = transport.get_extra_info("sockname")

    def close(self) -> None:
        """Stop answering."""
        if self._transport is not None:
            self._transport.close()
        for task in self._tasks:
            task.cancel()

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        """Take a question; what is none is ignored, as DNS servers do."""
        try:
            question = DNSRecord.parse(data)
        except DNSError:
            return
        if question.header.qr or not question.questions:
            return
        task = asyncio.get_running_loop().create_task(self._answer(question, addr))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, question: DNSRecord, to: Any) -> None:
        reply = question.reply()
        try:
            address = await self._resolve(question)
        except NameNotResolved as error:
            if error.reason not in RCODES:
                return
            reply.header.rcode = RCODES[error.reason]
            if error.ttl_s:
                reply.add_auth(_negative(question, error.ttl_s))
            address = None
        if address is not None:
            reply.add_answer(RR(question.q.qname, QTYPE.A, rdata=A(address), ttl=TTL_S))
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(reply.pack(), to)

    async def _resolve(self, question: DNSRecord) -> str | None:
        """Return the address of the name asked for; None where it has none of that kind.

        Only a question for an IPv4 address counts as an attempt to reach a service: resolvers ask
        for both kinds at once.
        """
        asked = str(question.q.qname).rstrip(".").lower()
        name = self._aliases.get(asked, asked)
        if question.q.qtype != QTYPE.A and self._names.knows(self.party, name):
            return None
        host, _port = await self._names.resolve(self.party, name)
        return host


def _negative(question: DNSRecord, ttl_s: float) -> RR:
    """Return what says for how long a negative answer may be remembered (RFC 2308 §5)."""
    whole_s = math.ceil(ttl_s)
    times = (1, whole_s, whole_s, whole_s, whole_s)  # serial, refresh, retry, expire, minimum
    mine = SOA("dns.invalid", "nobody.invalid", times)
    return RR(question.q.qname, QTYPE.SOA, rdata=mine, ttl=whole_s)
