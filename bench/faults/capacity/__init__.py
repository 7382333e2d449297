"""Faults of capacity: more is asked of the cloud than it can do."""
