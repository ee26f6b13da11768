"""Plans, the level of response that they set, and the response of an incident."""
