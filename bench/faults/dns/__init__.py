"""Names that do not resolve."""
