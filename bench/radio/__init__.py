"""Who hears whom: distance, interference, and attackers in between."""
