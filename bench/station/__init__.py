"""The station: opens what a bench file names, closes it in reverse, and leaves it safe."""
