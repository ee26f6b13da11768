"""Run cards: what a kind of incident needs, and who fills it best over all that is open."""
