"""What stands in the way of a change: what others did meanwhile, and faults among many records."""

from __future__ import annotations

from collections.abc import Sequence

from gisapp.errors import InputError, OutOfDateError
from gisapp.registers.checking import Fault
from gisapp.schema.values import Values


class ConflictError(OutOfDateError):
    """Somebody else changed the record since it was read.

    Attributes
    ----------
    version
        The version it has now.
    theirs
        The record as it is now, by field, contacts hidden where the reader may not see them.
    mine
        The values that were to be stored.
    changed
        Fields that others changed since the version that the change was based on.
    """

    def __init__(
        self,
        *,
        record_id: str,
        version: int,
        theirs: Values,
        mine: Values,
        changed: Sequence[str],
        who: str,
    ) -> None:
        super().__init__("registers.conflict", who=who)
        self.record_id = record_id
        self.version = version
        self.theirs = theirs
        self.mine = mine
        self.changed = list(changed)


class BulkError(InputError):
    """Records of a bulk change that stand in its way; none was changed.

    Attributes
    ----------
    faults
        By record; a record that others changed has a fault of the code ``registers.conflict``.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        count = len({one.record_id for one in faults})
        super().__init__("registers.bulk_faults", count=count)
        self.faults = list(faults)
