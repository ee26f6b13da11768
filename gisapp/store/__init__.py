"""The spatial database: one GeoPackage file, opened through SQLAlchemy."""

from gisapp.errors import StoreError
from gisapp.store.engine import Store, create_store, open_store
from gisapp.store.geopackage import holds_text, in_bbox

__all__ = ["Store", "StoreError", "create_store", "holds_text", "in_bbox", "open_store"]
