"""What an import of roads read, kept and dropped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

_DROPPED = {
    "access": "closed to vehicles by their access tags",
    "area": "areas, not ways",
    "class": "not for motor vehicles ({value})",
    "deleted": "deleted since they were drawn",
    "empty": "without a geometry",
    "ferry": "ferries",
    "impassable": "tagged impassable",
    "incomplete": "with fewer than two usable nodes in the file",
    "invalid": "with coordinates that are not numbers or lie off the map",
    "not_a_line": "whose geometry is no line",
    "outside": "outside the box",
    "point": "of no extent",
    "superseded": "older versions of ways that are there in a later one",
}
_NOTES = {
    "barrier": "barriers that no vehicle passes cut a road",
    "charset": "names and values read in the character set {value}",
    "coincident": "roads drawn on another of their kind, taken together as one",
    "direction_changes": "ways whose direction changes with time, taken as two-way ({value})",
    "gap": "ways kept in parts, because some of their nodes are not in the file or off the globe",
    "gate": "locked gates taken as passable for a crew",
    "highway": "road classes not known, taken as slow roads ({value})",
    "length": "lengths that cannot be read, measured from the drawing",
    "maxheight": "height limits that cannot be read: closed to heavy vehicles until confirmed",
    "maxheight_default": "heights without a sign, taken as the legal 4.0 m",
    "maxspeed": "speed limits that cannot be read, taken from the class",
    "maxweight": "weight limits that cannot be read: closed to heavy vehicles until confirmed",
    "maxweight_default": "weights without a sign, taken as the legal 49 t",
    "node_ids": "nodes numbered anew, because their names are no whole numbers",
    "off_globe": "nodes left out, because no longitude and latitude is theirs",
    "oneway": "one-way tags that cannot be read, taken as absent",
    "private": "private roads taken as open to a crew",
    "repeated": "further copies of the same way, each counted once (overlapping extracts)",
    "snapped": "line ends moved onto a neighbouring line",
    "speed_kph": "speeds that cannot be read, taken from the class",
    "turns": "turn restrictions read",
    "turns_applied": "turn restrictions applied: they forbid a turn that the roads permit",
    "turns_conditional": "turn restrictions not applied, because they hold at times only "
    "(relations {value})",
    "turns_incomplete": "turn restrictions not applied, because their members are missing, "
    "no roads of the network, too many or apart (relations {value})",
    "turns_needless": "turn restrictions that change nothing: no road permits the turn, "
    "or no other",
    "turns_other_vehicles": "turn restrictions not applied, because they are for other vehicles "
    "only (buses, bicycles)",
    "turns_outside": "turn restrictions outside the box",
    "turns_unread": "turn restrictions that cannot be read, not applied (relations {value})",
    "undirected": "one-way roads of an undirected graph, taken as two-way: save it as directed",
    "unfinished": "roads in use that are marked {value}, taken as open: check them",
}


@dataclass(frozen=True)
class Remark:
    """One line of a report.

    Attributes
    ----------
    code
        ``routing.dropped.<reason>`` or ``routing.note.<what>``; an application may translate
        by it.
    params
        ``count`` and ``value``, the part of the reason after a colon.
    text
        The English line.
    """

    code: str
    params: dict[str, object]
    text: str


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
        Kilometres of street per highway class, longest first.
    components
        Node counts of the weakly connected components, largest first.
    dropped
        Ways left out, counted by reason.
    notes
        Tag values that could not be read, counted by what they were taken for; and turn
        restrictions: ``turns``, all that were read, is the sum of the other ``turns_*``, which
        :mod:`routing.restrictions` defines.
    """

    source: str
    nodes: int = 0
    edges: int = 0
    streets: int = 0
    km_by_class: dict[str, float] = field(default_factory=dict)
    components: tuple[int, ...] = ()
    dropped: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, str | int | list[int] | dict[str, int] | dict[str, float]]:
        """Return the report as plain values, ready for JSON."""
        return asdict(self) | {"components": list(self.components)}

    def remarks(self) -> list[Remark]:
        """List what was dropped and noted, one line each."""
        dropped = [_remark("dropped", _DROPPED, *item) for item in self.dropped.items()]
        return dropped + [_remark("note", _NOTES, *item) for item in self.notes.items()]

    def to_text(self) -> str:
        """Return the report in English, several lines."""
        lines = [
            f"{self.source}: {self.nodes:,} nodes, {self.edges:,} edges, "
            f"{self.streets:,} streets, {sum(self.km_by_class.values()):,.0f} km",
        ]
        lines += [
            f"  {name or '(no class)'}: {km:,.1f} km" for name, km in self.km_by_class.items()
        ]
        if len(self.components) > 1:
            apart = sum(self.components[1:])
            lines.append(
                f"{len(self.components):,} separate parts; {apart:,} nodes lie outside the largest"
            )
        return "\n".join(lines + [remark.text for remark in self.remarks()])


def _remark(kind: str, texts: dict[str, str], key: str, count: int) -> Remark:
    reason, _, value = key.partition(":")
    text = texts[reason].format(value=value)
    prefix = f"Left out {count:,}" if kind == "dropped" else f"{count:,}"
    return Remark(f"routing.{kind}.{reason}", {"count": count, "value": value}, f"{prefix} {text}")
