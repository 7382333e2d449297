"""Connections that are refused, lost or cut."""
