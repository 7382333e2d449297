"""How a telematics unit is reached: one file per protocol, by the name that users write."""
