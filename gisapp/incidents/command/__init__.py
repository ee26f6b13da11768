"""Who leads, what is to be done, what was said, who was called, and what the next shift is told."""
