"""What an import of roads read, kept and dropped."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ImportReport:
    """Summary of one road import.

    Attributes
    ----------
    source
        The file's name.
    nodes, edges, streets
        Counts of what was kept.
    km_by_class
        Kilometres of street per highway class.
    components
        Node counts of the weakly connected components, largest first.
    dropped
        Ways left out, counted by reason.
    notes
        Tag values that could not be read, counted by what they were taken for.
    """

    source: str
    nodes: int = 0
    edges: int = 0
    streets: int = 0
    km_by_class: dict[str, float] = field(default_factory=dict)
    components: tuple[int, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
