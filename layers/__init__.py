"""What is drawn on a map: layer schema, style, legend, popups."""
