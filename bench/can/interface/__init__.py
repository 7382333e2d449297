"""Buses in real time: python-can's interfaces, or none for a bus inside the simulated car."""
