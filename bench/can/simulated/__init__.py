"""The simulated bus: nodes in one process, on simulated time, frame times to the bit."""
