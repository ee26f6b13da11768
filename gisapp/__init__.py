"""The emergency resource GIS and dispatch application."""
