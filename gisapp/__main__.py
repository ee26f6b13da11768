"""``python -m gisapp``."""

from gisapp.cli import main

main()
