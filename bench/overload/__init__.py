"""Overload, shown: a cloud's limits and a crowd, from parameters to a course over time."""
