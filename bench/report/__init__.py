"""The report: one HTML file that holds a whole run and needs no network."""
