"""The keypad: right and wrong codes, and its pause."""

import asyncio

from bench.car.keypad import Keypad, KeypadParameters


def typing(time, act, **parameters):
    """Run `act` with a keypad whose code is 123."""

    async def main():
        await act(Keypad(KeypadParameters(code="123", **parameters)))

    time.run(main())


def enter(keypad, digits):
    """Press digits; return what came of the last."""
    *before, last = [keypad.press(digit) for digit in digits]
    assert set(before) <= {"more"}
    return last


def test_the_code_is_right_and_can_be_entered_again(time):
    async def act(keypad):
        assert [keypad.press(digit) for digit in "123"] == ["more", "more", "right"]
        assert enter(keypad, "123") == "right"

    typing(time, act)


def test_a_wrong_code_is_told_with_its_last_digit_and_then_forgotten(time):
    async def act(keypad):
        assert enter(keypad, "124") == "wrong"
        assert enter(keypad, "123") == "right"
        # digits do not slide: 1123 is 112, and a 3
        assert enter(keypad, "112") == "wrong"
        assert keypad.press("3") == "more"

    typing(time, act)


def test_digits_far_apart_begin_a_new_code(time):
    async def act(keypad):
        assert enter(keypad, "12") == "more"
        await asyncio.sleep(5.5)
        assert enter(keypad, "123") == "right"
        assert enter(keypad, "12") == "more"
        await asyncio.sleep(4.5)
        assert keypad.press("3") == "right"

    typing(time, act)


def test_after_five_wrong_codes_it_pauses_even_for_the_right_one(time):
    async def act(keypad):
        for _ in range(5):
            assert not keypad.locked_out
            assert enter(keypad, "000") == "wrong"
        assert keypad.locked_out
        assert [keypad.press(digit) for digit in "123"] == ["locked out"] * 3
        await asyncio.sleep(59.9)
        assert keypad.press("1") == "locked out"
        await asyncio.sleep(0.2)
        assert not keypad.locked_out
        assert enter(keypad, "123") == "right"

    typing(time, act)


def test_after_the_pause_five_more_wrong_codes_are_allowed(time):
    async def act(keypad):
        for _ in range(2):
            assert [enter(keypad, "000") for _ in range(5)] == ["wrong"] * 5
            assert keypad.locked_out
            await asyncio.sleep(61)

    typing(time, act)


def test_a_right_code_makes_the_wrong_ones_forgotten(time):
    async def act(keypad):
        for _ in range(3):
            assert [enter(keypad, "000") for _ in range(4)] == ["wrong"] * 4
            assert enter(keypad, "123") == "right"
        assert not keypad.locked_out

    typing(time, act)


def test_how_often_and_how_long_are_parameters(time):
    async def act(keypad):
        assert enter(keypad, "000") == "wrong"
        assert enter(keypad, "000") == "wrong"
        assert keypad.locked_out
        await asyncio.sleep(11)
        assert not keypad.locked_out

    typing(time, act, most_wrong=2, lockout_s=10.0)
