"""Models of meters, by the name that bench.toml uses."""
