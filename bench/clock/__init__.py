"""How the bench waits: in simulated time that jumps, or in real time that passes."""
