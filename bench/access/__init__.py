"""The job: ways into the car, outages, scenarios, campaigns."""
