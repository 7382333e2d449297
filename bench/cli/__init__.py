"""The command line: one file per command, and nothing heavy before a command runs."""
