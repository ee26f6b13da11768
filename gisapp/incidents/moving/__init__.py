"""What moves: units, open incidents and closures in force, and what of them is near."""
