"""One property of a recording per file."""
