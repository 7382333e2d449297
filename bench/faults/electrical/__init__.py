"""Wires that are open or shorted, grounds that are lost, supplies that dip."""
