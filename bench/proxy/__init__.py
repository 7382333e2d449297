"""The fault link for everybody's clients: Toxiproxy's REST interface over the bench's links."""
