"""Twins that speak a model's wire protocol, for tests without the device."""
