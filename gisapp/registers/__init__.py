"""The registers: what rescue resources and hazards there are, and where."""
