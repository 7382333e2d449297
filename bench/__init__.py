"""Prove that a car still opens and starts while its cloud fails.

The rooms of the library and which way they import are drawn in `docs/architecture.md`.
"""

__version__ = "0.1.0"
