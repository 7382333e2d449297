"""The twin of a Siglent SDM3055."""

from bench.instruments.twins.keysight_34461a import Keysight34461a


class SiglentSdm3055(Keysight34461a):
    """As the 34461A; loses what comes within 10 ms."""

    needs_s = 0.01
    idn = "Siglent Technologies,SDM3055,SDM35TWIN00001,1.01.01.25"
