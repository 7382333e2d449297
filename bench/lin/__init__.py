"""LIN: protected identifiers and checksums, LDF files, a simulated bus, and sllin interfaces."""
