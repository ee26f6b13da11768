"""People, their rights, and how they prove who they are."""
