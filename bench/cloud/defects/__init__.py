"""Design mistakes that can be switched on, named by what they do."""
