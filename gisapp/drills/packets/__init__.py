"""Offline packets of a drill: one for the players of a headquarters, one for its controllers."""
