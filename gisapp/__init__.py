"""The emergency resource GIS and dispatch application."""

import os

# Workbooks of strangers are read by the standard library's own parser, which the tests attack,
# whether or not a document library has brought lxml along.
os.environ["OPENPYXL_LXML"] = "False"
