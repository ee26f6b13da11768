"""The register pages: lists, records, their history, documents and exports."""

from web.registers.files import blueprint as files_blueprint
from web.registers.views import blueprint

__all__ = ["blueprint", "files_blueprint"]
