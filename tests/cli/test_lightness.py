"""Nothing heavy is loaded before it is needed."""

import subprocess
import sys

HEAVY = (
    "aiohttp",
    "can",
    "cantools",
    "cryptography",
    "jinja2",
    "numpy",
    "pydantic",
    "pyvisa",
    "rich",
    "asyncio",
)


def loaded(code: str) -> set[str]:
    """Return which heavy libraries a piece of code loads, in a process of its own."""
    ask = f"{code}\nimport sys; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.splitlines()[-1].split()) if done.stdout.strip() else set()


def test_help_loads_no_heavy_library():
    code = "from bench.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert loaded(code) == set()


def test_the_plug_in_loads_no_heavy_library():
    plain = loaded("import pytest")
    assert loaded("import pytest, bench_fixtures.plugin") == plain


def test_bench_never_imports_pytest():
    code = (
        "import sys, importlib, pkgutil, bench\n"
        "for m in pkgutil.walk_packages(bench.__path__, 'bench.'):\n"
        "    if not m.name.endswith('__main__'): importlib.import_module(m.name)\n"
        "print('pytest' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"
