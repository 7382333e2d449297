"""The fixture `diagnosis`."""

import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "diagnosis.md"


def test_the_test_in_the_guide_passes(pytester: pytest.Pytester):
    block = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)[0]
    pytester.makepyfile(block)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_codes_are_read_cleared_and_units_reset(pytester: pytest.Pytester):
    pytester.makepyfile("""
        import pytest
        from bench.errors import ConfigError, DiagnosisError

        def test_codes(bench, relays, diagnosis):
            assert "BCM" in diagnosis.units
            for _ in range(25):
                with relays.keypad_0.closed():
                    bench.wait(0.1)
                bench.wait(0.1)
            assert diagnosis.codes("BCM") == {"B1A21-00": 0x2F}
            assert diagnosis.read("BCM", 0x0612) == bytes([1])
            diagnosis.reset("BCM")
            bench.wait(1)
            assert diagnosis.read("BCM", 0x0612) == bytes([0]), "a pause does not outlive a reset"
            assert diagnosis.codes("BCM") == {"B1A21-00": 0x2F}, "a stored code does"
            diagnosis.clear("BCM")
            assert diagnosis.codes("BCM") == {}

        def test_wrong_questions(diagnosis):
            with pytest.raises(DiagnosisError, match="refused: RequestOutOfRange"):
                diagnosis.read("BCM", 0x0001)
            with pytest.raises(ConfigError, match='no diagnosis of "BCN": did you mean "BCM"'):
                diagnosis.codes("BCN")
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)
