"""The spatial database: one GeoPackage file, or PostgreSQL with PostGIS, through SQLAlchemy."""

from sqlalchemy.orm import Session

from gisapp.errors import StoreError
from gisapp.store.engine import Store
from gisapp.store.file import FileStore
from gisapp.store.opening import create_store, open_store
from gisapp.store.server import ServerStore
from gisapp.store.spatial import holds_text, in_bbox, is_crowded

__all__ = [
    "FileStore",
    "ServerStore",
    "Session",
    "Store",
    "StoreError",
    "create_store",
    "holds_text",
    "in_bbox",
    "is_crowded",
    "open_store",
]
