"""The mocked telematics unit: between the cloud and the telematics bus."""
