"""Answers that are errors, or not what they seem."""
