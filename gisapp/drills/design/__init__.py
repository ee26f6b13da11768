"""A drill designed on the real map: scenario, consequences, events list, and how hard it is."""
