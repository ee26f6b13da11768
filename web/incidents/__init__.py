"""Dispatch, isochrones and closures over HTTP, and incidents from the call to their end."""

from web.incidents import (  # noqa: F401 - each adds its addresses; how teams are drawn
    closures,
    layer,
    moving,
    pages,
    positions,
    road_end,
)
from web.incidents.board import blueprint as board_blueprint
from web.incidents.calls import blueprint as calls_blueprint
from web.incidents.cards import blueprint as cards_blueprint
from web.incidents.changes import blueprint as changes_blueprint
from web.incidents.command import blueprint as command_blueprint
from web.incidents.course import blueprint as course_blueprint
from web.incidents.drafts import blueprint as drafts_blueprint
from web.incidents.field import blueprint as field_blueprint
from web.incidents.orders import blueprint as orders_blueprint
from web.incidents.persons import blueprint as persons_blueprint
from web.incidents.response import blueprint as response_blueprint
from web.incidents.surroundings import blueprint as surroundings_blueprint
from web.incidents.views import blueprint

__all__ = [
    "blueprint",
    "board_blueprint",
    "calls_blueprint",
    "cards_blueprint",
    "changes_blueprint",
    "command_blueprint",
    "course_blueprint",
    "drafts_blueprint",
    "field_blueprint",
    "orders_blueprint",
    "persons_blueprint",
    "response_blueprint",
    "surroundings_blueprint",
]
