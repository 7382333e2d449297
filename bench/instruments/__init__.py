"""Relay boards, supplies and meters: one file per model, and a simulated twin of each kind."""
