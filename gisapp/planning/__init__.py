"""What planners ask: who is covered, what closes the gaps, what a loss would cost."""
