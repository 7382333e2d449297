"""Certificates that are not to be trusted."""
