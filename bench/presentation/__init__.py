"""How events are shown, wherever they are: in which words, in which lane, and whose they are."""
