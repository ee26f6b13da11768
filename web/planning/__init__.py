"""Planning in the browser."""

from web.planning import comparison, layers
from web.planning.views import blueprint

__all__ = ["blueprint", "comparison", "layers"]
