"""Judging: pure functions of a recording and of its baseline's recording. It sees events only."""
