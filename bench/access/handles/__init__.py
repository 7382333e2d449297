"""What a test or a script holds in its hands: synchronous, over the loop."""
