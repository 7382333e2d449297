"""The twin of a Waveshare Modbus RTU module whose digital inputs are read."""

from bench.instruments.twins.waveshare_modbus_relay import WaveshareModbusRelay


class WaveshareModbusInputs(WaveshareModbusRelay):
    """The same module: it has relays and inputs."""
