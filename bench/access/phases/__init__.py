"""The phases of an outage that a campaign asks about, named as users write them."""
