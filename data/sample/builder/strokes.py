"""Drawing the routed cells as roads: one flowing line through each junction, not broken there."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from .inputs import Float64, Inputs
from .leastcost import Cell, Tie, ordered
from .routes import RouteNet
from .streets import RANKS, Street, chaikin, points_at, rank, stations
from .terrain import CELL_M, Terrain

# cosines between the headings before and after a junction that one road may flow through
SHARPEST_TURN = 0.25
HAIRPIN = -0.8


class Drawing:
    """Lines through the cells of a route net.

    Parameters
    ----------
    centres
        Cells whose point is given (the centre of a settlement), metres.
    """

    def __init__(
        self, inputs: Inputs, net: RouteNet, centres: dict[Cell, tuple[float, float]]
    ) -> None:
        self.net = net
        self.rng = inputs.rng("drawing")
        self.jitter = self.rng.uniform(-0.24, 0.24, (*net.terrain.shape, 2)) * CELL_M
        self.fixed: dict[Cell, tuple[float, float]] = dict(centres)
        self.beside: dict[Cell, list[Cell]] = defaultdict(list)
        for a, b in sorted(net.ties):
            self.beside[a].append(b)
            self.beside[b].append(a)

    def label(self, a: Cell, b: Cell) -> tuple[int, str, str]:
        """Rank, name and English name of the road on a tie."""
        return self.net.ties[ordered(a, b)]

    def ends(self, cell: Cell) -> bool:
        """Whether streets must be cut at a cell."""
        around = self.beside[cell]
        return len(around) != 2 or self.label(cell, around[0]) != self.label(cell, around[1])

    def point(self, cell: Cell) -> tuple[float, float]:
        """Where a cell's vertex lies, metres."""
        if cell in self.fixed:
            return self.fixed[cell]
        x, y = self.net.terrain.centre(*cell)
        dx, dy = self.jitter[cell]
        return round(x + float(dx), 2), round(y + float(dy), 2)

    def onward(self, before: Cell, cell: Cell, done: set[Tie]) -> Cell | None:
        """The cell a road goes on to: as straight as may be, of the same class."""
        grade, name, _ = self.label(before, cell)
        heading = np.subtract(cell, before)
        best, best_score = None, -9.0
        for following in self.beside[cell]:
            if ordered(cell, following) in done:
                continue
            its_grade, its_name, _ = self.label(cell, following)
            step = np.subtract(following, cell)
            cosine = float(heading @ step / (np.hypot(*heading) * np.hypot(*step)))
            alone = len(self.beside[cell]) == 2
            sharpest = HAIRPIN if its_name == name else SHARPEST_TURN
            if not alone and (its_grade != grade or cosine < sharpest):
                continue
            score = cosine + (1.0 if its_name == name else 0.0)
            if score > best_score:
                best, best_score = following, score
        return best

    def strokes(self) -> list[list[Cell]]:
        """Every tie in exactly one flowing line, the best roads first."""
        done: set[Tie] = set()
        found = []
        for tie in sorted(self.net.ties, key=lambda t: (-self.net.ties[t][0], t)):
            if tie in done:
                continue
            done.add(tie)
            chain = list(tie)
            for _ in range(2):
                while (following := self.onward(chain[-2], chain[-1], done)) is not None:
                    done.add(ordered(chain[-1], following))
                    chain.append(following)
                chain.reverse()
            found.append(chain)
        return found

    def streets(self) -> list[Street]:
        """All roads, cut where they meet or change class or name."""
        drawn: list[Street] = []
        for chain in self.strokes():
            held = [k for k, cell in enumerate(chain) if cell in self.fixed]
            marks = sorted({0, *held, len(chain) - 1})
            for start, end in pairwise(marks):
                drawn.extend(self.flow(chain[start : end + 1]))
        return drawn

    def flow(self, cells: list[Cell]) -> list[Street]:
        """One smooth line through cells, its junctions moved onto it."""
        grade = self.label(cells[0], cells[1])[0]
        xy = np.array([self.point(cell) for cell in cells])
        xy, steep = wind(xy, self.net.terrain, self.rng, main=grade >= rank("primary"))
        line = shapely.LineString(xy)
        inner = [k for k in range(1, len(cells) - 1) if self.ends(cells[k])]
        cuts = [(0.0, cells[0])]
        for k in inner:
            share = k / (len(cells) - 1)
            at_m = float(shapely.line_locate_point(line, shapely.Point(self.point(cells[k]))))
            if abs(at_m / line.length - share) > 0.3 or at_m <= cuts[-1][0] + 5:
                at_m = cuts[-1][0] + min(60.0, (line.length - cuts[-1][0]) / 3)
            cuts.append((at_m, cells[k]))
        cuts.append((line.length, cells[-1]))
        along = stations(xy)
        made = []
        for n, ((start, first), (end, last)) in enumerate(pairwise(cuts)):
            for at_m, cell in ((start, first), (end, last)):
                if cell not in self.fixed:
                    x, y = np.round(points_at(xy, np.array([at_m]))[0], 2)
                    if at_m == 0.0:
                        x, y = xy[0]
                    elif at_m == line.length:
                        x, y = xy[-1]
                    self.fixed[cell] = (float(x), float(y))
            between = xy[(along > start + 1) & (along < end - 1)]
            position = 0 if n == 0 else inner[n - 1]
            grade, name, name_en = self.label(cells[position], cells[position + 1])
            made.append(
                Street(
                    xy=np.vstack([[self.fixed[first]], between, [self.fixed[last]]]),
                    highway=RANKS[grade],
                    name=name,
                    name_en=name_en,
                    hilly=steep,
                )
            )
        return made


def wind(
    xy: Float64, terrain: Terrain, rng: np.random.Generator, *, main: bool
) -> tuple[Float64, bool]:
    """Take the raster's steps out of a line, and wind it where the ground is steep.

    Returns the line, ends unmoved, and whether it runs in steep ground.
    """
    line = shapely.simplify(shapely.LineString(xy), 150.0 if main else 105.0)
    xy = shapely.get_coordinates(line)
    for _ in range(3):
        xy = chaikin(xy)
    length_m = float(stations(xy)[-1])
    count = max(int(length_m / 55.0), 2)
    at_m = np.linspace(0, length_m, count + 1)
    dense = points_at(xy, at_m)
    slope = terrain.sample(terrain.slope, dense[:, 0], dense[:, 1])
    steep = np.clip((slope - 0.02) / 0.14, 0, 1)
    wavelength = rng.uniform(330, 520) if not main else rng.uniform(600, 1000)
    phase = at_m / wavelength * 2 * np.pi + rng.uniform(0, 6.3)
    swing = np.sin(phase + 1.4 * np.sin(phase * 0.37 + rng.uniform(0, 6.3)))
    amplitude = steep * (34.0 if main else 46.0) * np.sin(phase * 0.11) ** 2
    taper = np.clip(np.minimum(at_m, length_m - at_m) / 260.0, 0, 1)
    tangent = np.gradient(dense, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
    moved = dense + normal * (swing * amplitude * taper)[:, None]
    moved[0], moved[-1] = xy[0], xy[-1]
    drawn = shapely.simplify(shapely.LineString(moved), 4.0)
    return np.round(shapely.get_coordinates(drawn), 2), bool(steep.mean() > 0.3)
