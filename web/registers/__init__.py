"""The register pages: lists, records, their history, documents and exports."""

from web.registers.views import blueprint

__all__ = ["blueprint"]
