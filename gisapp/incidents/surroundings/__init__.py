"""What lies around an incident, downstream of a hazard, and in a footprint."""
