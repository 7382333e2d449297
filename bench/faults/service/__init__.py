"""A cloud that answers well and does otherwise."""
