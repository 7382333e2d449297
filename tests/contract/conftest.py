"""Patience that a test can afford."""

from typing import Any

import pytest
from contract_subjects import PATIENCE_S

from bench.instruments import visa_link
from bench.instruments.kinds import Setup
from bench.instruments.visa_link import VisaLink

SILENCE_MS = 20


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let drivers wait for a reply no longer than a test can afford; twins answer at once."""
    init = VisaLink.__init__

    def impatient(link: VisaLink, setup: Setup, **rest: Any) -> None:
        init(link, setup, **{**rest, "timeout_s": PATIENCE_S})

    monkeypatch.setattr(VisaLink, "__init__", impatient)
    monkeypatch.setattr(visa_link, "SILENCE_MS", SILENCE_MS)
