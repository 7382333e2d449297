"""What a telematics unit costs in an outage, by what any bench can see of it."""
