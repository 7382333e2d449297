"""The channel to the car."""
