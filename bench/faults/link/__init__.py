"""The way between phone, car and cloud."""
