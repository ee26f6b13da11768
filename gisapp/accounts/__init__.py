"""People, their roles and rights, sessions and tokens."""

from gisapp.accounts.masking import masked
from gisapp.accounts.rights import (
    ANYWHERE,
    ROLE_RIGHTS,
    Actor,
    ForbiddenError,
    Right,
    Role,
    system_actor,
)

__all__ = [
    "ANYWHERE",
    "ROLE_RIGHTS",
    "Actor",
    "ForbiddenError",
    "Right",
    "Role",
    "masked",
    "system_actor",
]
