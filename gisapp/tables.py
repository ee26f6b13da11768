"""All tables of the application, by importing what every capability keeps."""

from __future__ import annotations

from sqlalchemy import Table

import gisapp.accounts.models
import gisapp.drills.checkup.models
import gisapp.drills.design.models
import gisapp.drills.plans.models
import gisapp.drills.plans.references
import gisapp.drills.programme.models
import gisapp.drills.programme.references
import gisapp.drills.ready.models
import gisapp.events
import gisapp.exchange.models
import gisapp.exchange.references
import gisapp.importing.models
import gisapp.incidents.cards.models
import gisapp.incidents.command.models
import gisapp.incidents.models
import gisapp.incidents.positions.models
import gisapp.incidents.positions.references
import gisapp.incidents.references
import gisapp.incidents.response.models
import gisapp.incidents.surroundings.models
import gisapp.incidents.surroundings.references
import gisapp.jobs.models
import gisapp.planning.models
import gisapp.registers.attachments
import gisapp.registers.kinds
import gisapp.risks.models
import gisapp.risks.references
import gisapp.site  # noqa: F401 - each for its tables, and what they refer to
from gisapp.schema import Base


def all_tables() -> list[Table]:
    """Return every table, those referred to before those that refer."""
    return list(Base.metadata.sorted_tables)
