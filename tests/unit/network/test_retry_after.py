"""What a Retry-After asks for, in each of the ways in which servers write it."""

import time

import pytest

from bench.network.retry_after import seconds_in

NOVEMBER_1994_S = 784111777.0


@pytest.fixture(params=["UTC", "Asia/Tokyo", "America/Los_Angeles"])
def zone(request, monkeypatch):
    """Each computer's own time zone."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "date",
    ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
     "Sun, 06 Nov 1994 08:49:37 -0000", "Sun, 06 Nov 1994 17:49:37 +0900"],
)  # fmt: skip
def test_a_date_is_of_gmt_wherever_the_computer_stands(zone, date):
    assert seconds_in(date, NOVEMBER_1994_S - 30) == 30


@pytest.mark.parametrize(("text", "asked_s"), [("0", 0.0), ("120", 120.0), ("007", 7.0)])
def test_a_number_is_one_of_seconds(text, asked_s):
    assert seconds_in(text, 1e9) == asked_s


@pytest.mark.parametrize(
    "text", ["", "soon", "-5", "1.5", "1e3", "\u00b2", "Sun, 99 Nov 1994 08:49:37 GMT", None]
)
def test_what_is_neither_asks_for_nothing(text):
    assert seconds_in(text, 0.0) is None
