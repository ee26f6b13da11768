"""Copies of the database that leave and come back."""
