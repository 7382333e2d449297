"""Advice that owners are given when an app does not work, named as users write it."""
