"""The twin of a Keysight 34980A: a 34937A in slot 1, a 34938A in slot 2."""

from bench.instruments.twins.keysight_34970a import Keysight34970a


class Keysight34980a(Keysight34970a):
    """As the 34970A, with channel numbers of four digits."""

    numbers = tuple(
        slot * 1000 + place for slot, most in ((1, 32), (2, 20)) for place in range(1, most + 1)
    )
    latching = False
    idn = "Agilent Technologies,34980A,MY00000001,2.43-2.43-0.00-0.00"
    cards = {"1": "Agilent Technologies,34937A,MY1,1.0", "2": "Agilent Technologies,34938A,MY2,1.0"}
