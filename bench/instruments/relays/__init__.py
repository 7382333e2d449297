"""Models of relays, by the name that bench.toml uses."""
