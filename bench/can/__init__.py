"""Buses, databases, roles and what is expected on them; simulated and through python-can."""
