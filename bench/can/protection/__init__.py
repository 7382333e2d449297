"""Counters and CRCs of protected messages: one scheme per file, by the name role files use."""
