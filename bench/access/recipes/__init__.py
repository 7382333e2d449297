"""Recipes: what a bench does to bring a car to its starting state. One per file."""
