"""What two parties must agree on, and nothing of how either works inside."""
