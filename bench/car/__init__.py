"""The simulated car: one ECU per file. They meet on CAN, radio and wires, as on the road."""
