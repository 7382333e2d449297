"""Models of supplies, by the name that bench.toml uses."""
