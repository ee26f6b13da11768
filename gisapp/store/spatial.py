"""What a spatial table needs of the database, whichever database it is."""

from gisapp.store.geopackage import (
    forbid_change,
    holds_text,
    in_bbox,
    register_attributes,
    register_features,
)

__all__ = ["forbid_change", "holds_text", "in_bbox", "register_attributes", "register_features"]
