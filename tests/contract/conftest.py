"""Silence that a test can afford."""

import pytest

from bench.instruments import visa_link

SILENCE_MS, LATEST_MS = 25, 200


@pytest.fixture(autouse=True)
def _short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let drivers listen no longer than a test can afford for whether something still comes."""
    monkeypatch.setattr(visa_link, "SILENCE_MS", SILENCE_MS)
    monkeypatch.setattr(visa_link, "LATEST_MS", LATEST_MS)
