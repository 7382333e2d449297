"""Devices on the table, put through what a run asks of them: one file per kind."""
