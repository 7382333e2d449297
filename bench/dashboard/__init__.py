"""Rich views of a run: while it happens, and when it is over."""
