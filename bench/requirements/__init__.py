"""Requirements: lists of them, what covers each, and what came of it."""
