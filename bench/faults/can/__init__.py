"""The buses of the car itself."""
