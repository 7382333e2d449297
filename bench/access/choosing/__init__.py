"""Which scenarios a run consists of: what is asked, can be done here, and fits into a budget."""
