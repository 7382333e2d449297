"""Owners: what they carry, what they do with it, and what they are told."""
