"""Pages and addresses of plans and drills."""

from web.drills import design, drafts, incident_plans, programme
from web.drills.views import blueprint

__all__ = ["blueprint", "design", "drafts", "incident_plans", "programme"]
