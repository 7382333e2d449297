"""Evidence: run folders, recordings, traces, JUnit."""
