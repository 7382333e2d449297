"""The twin of a Numato USB relay module."""

from bench.instruments.wire_twin import RelayTwin

INDEX = "0123456789ABCDEF"
HIGH_MV = 3_000


class NumatoUsb(RelayTwin):
    """Echoes, obeys and prompts as the module does; also where the module is careless."""

    numbers = range(len(INDEX))

    def execute(self, command: bytes) -> bytes:
        """Obey a command; an unknown one gets the prompt alone."""
        text = command.decode("ascii", errors="replace").strip()
        reply = self._reply(text.split())
        echo = text.encode() + b"\n\r"
        return echo + (reply.encode() + b"\n\r" if reply else b"") + b">"

    def _reply(self, words: list[str]) -> str:
        if words == ["ver"]:
            return "00000008"
        if len(words) == 3 and words[:2] == ["gpio", "read"] and words[2][0] in INDEX:
            return str(int(self.high_at(INDEX.index(words[2][0]), HIGH_MV)))
        if len(words) == 3 and words[0] == "relay" and words[2][0] in INDEX:
            channel = INDEX.index(words[2][0])  # what follows the first letter is not looked at
            if words[1] == "read":
                return "on" if self.closed[channel] else "off"
            self.switch(channel, on=words[1] == "on")
        return ""
