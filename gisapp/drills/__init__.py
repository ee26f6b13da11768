"""Drills: plans, exercises, scores."""
