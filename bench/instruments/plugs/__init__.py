"""Transports behind which a twin can be reached, by the name that bench.toml uses."""
