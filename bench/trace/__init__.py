"""Recordings in the formats of other tools: CAN traces, and the whole as a timeline."""
