"""From files that people write to models that the code can trust."""
