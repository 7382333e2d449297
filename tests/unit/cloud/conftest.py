"""Shared by the tests of the cloud: what plays a test in it."""

import pytest
from owners_rig import Rig

from bench.cloud.policy import CloudPolicy


@pytest.fixture
def play(time):
    """Runs a test's coroutine function in simulated time, with a rig."""

    def run(body, **policy):
        async def act():
            async with Rig(time, CloudPolicy(**policy)) as rig:
                await body(rig)

        time.run(act())

    return run
