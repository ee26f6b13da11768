"""Where a record may lie, and the columns every register has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from .inputs import Float64, Inputs
from .settlements import Settlement
from .streets import Street, rank
from .terrain import Terrain

SYNTHETIC_ZH = "（合成）"
SYNTHETIC_EN = " (synthetic)"
ORDINALS = "一二三四五六七八九十"
Row = dict[str, object]


class Siting:
    """Roadside points of the finished network, by place and county.

    Parameters
    ----------
    subject : str
        Names the random stream.
    """

    def __init__(
        self,
        inputs: Inputs,
        terrain: Terrain,
        streets: list[Street],
        settlements: list[Settlement],
        subject: str,
    ) -> None:
        self.inputs = inputs
        self.terrain = terrain
        self.rng = inputs.rng(subject)
        usable = [
            s
            for s in streets
            if not s.highway.startswith("motorway") and not s.bridge and not s.tunnel
        ]
        rng = inputs.rng("roadside")
        share = rng.uniform(0.3, 0.7, len(usable))
        side = rng.uniform(22, 42, len(usable)) * rng.choice([-1, 1], len(usable))
        middles, normals = [], []
        for street, t in zip(usable, share, strict=True):
            k = min(int(t * (len(street.xy) - 1)), len(street.xy) - 2)
            a, b = street.xy[k], street.xy[k + 1]
            middles.append((a + b) / 2)
            normals.append(np.array([a[1] - b[1], b[0] - a[0]]) / max(np.hypot(*(b - a)), 0.1))
        self.xy: Float64 = np.array(middles) + np.array(normals) * side[:, None]
        self.grade = np.array([rank(s.highway) for s in usable])
        self.tree = cKDTree(self.xy)
        self.slope = terrain.sample(terrain.slope, self.xy[:, 0], self.xy[:, 1])
        self.height = terrain.sample(terrain.elevation, self.xy[:, 0], self.xy[:, 1])
        self.county = np.array(inputs.county_of(self.xy[:, 0], self.xy[:, 1]))
        self.settlements = settlements
        self.named = [s for s in settlements if s.place is not None]
        self.named_xy = np.array([(s.east, s.north) for s in self.named])
        self.taken: set[int] = set()
        self.numbers: dict[str, int] = {}
        self.county_names = {
            p.code: (p.name, p.name_en) for p in inputs.places if p.kind == "county"
        }

    def in_town(self, settlement: Settlement, *, within: float = 0.7, main: bool = True) -> int:
        """A free roadside point in a settlement, on a main street if asked."""
        radius = max(settlement.half_long, 300.0) * within
        while True:
            near = self.tree.query_ball_point((settlement.east, settlement.north), radius)
            free = [i for i in sorted(near) if i not in self.taken]
            on_main = [i for i in free if self.grade[i] >= rank("tertiary")]
            pool = on_main if main and on_main else free
            if pool:
                pick = int(self.rng.choice(pool))
                self.taken.add(pick)
                return pick
            radius *= 1.5

    def in_county(
        self, code: str, wanted: np.ndarray[Any, np.dtype[np.bool_]], apart_m: float
    ) -> int:
        """A free roadside point of a county among the wanted, apart from those taken near by."""
        pool = np.flatnonzero((self.county == code) & wanted)
        if not len(pool):
            pool = np.flatnonzero(self.county == code)
        for pick in map(int, self.rng.permutation(pool)):
            near = self.tree.query_ball_point(self.xy[pick], apart_m)
            if self.taken.isdisjoint(near):
                self.taken.add(pick)
                return pick
        return int(self.rng.choice(pool))

    def settlement(self, name: str) -> Settlement:
        """The settlement of a place by its name or code."""
        code = self.inputs.place(name).code
        for s in self.named:
            if s.place is not None and s.place.code == code:
                return s
        place = self.inputs.place(name)
        nearest = int(np.argmin(np.hypot(*(self.named_xy - (place.east, place.north)).T)))
        return self.named[nearest]

    def near_place(self, x: float, y: float) -> Settlement:
        """The nearest named settlement."""
        return self.named[int(np.argmin(np.hypot(*(self.named_xy - (x, y)).T)))]

    def numbered(self, base: str) -> str:
        """一, 二 … for the first, second … record of this base name."""
        self.numbers[base] = self.numbers.get(base, 0) + 1
        n = self.numbers[base]
        if n <= 10:
            return ORDINALS[n - 1]
        tens, units = divmod(n, 10)
        head = "十" if tens == 1 else ORDINALS[tens - 1] + "十"
        return head + (ORDINALS[units - 1] if units else "")

    def common(
        self,
        *,
        number: int,
        letter: str,
        name: str,
        name_en: str,
        xy: Float64,
        county: str,
        agency: str,
    ) -> Row:
        """The columns every register begins with; the name says that the record is made up."""
        plan = self.inputs.resources
        x, y = self.inputs.to_degrees.transform(float(xy[0]), float(xy[1]))
        last: date = plan["verified_to"]
        span = (last - plan["verified_from"]).days
        # Most were seen within the last months; a few not for years.
        age = (1 - self.rng.beta(3.2, 1.3)) ** 3
        verified = last - timedelta(days=int(span * age))
        row: Row = {
            "id": f"{self.inputs.site['site']['code']}-{letter}{number:03d}",
            "name": name + SYNTHETIC_ZH,
            "name_en": name_en + SYNTHETIC_EN,
            "x": f"{x:.6f}",
            "y": f"{y:.6f}",
            "county": county,
            "agency": agency,
            "contact_name": "值班室",
            "contact_phone": f"000-{ord(letter):04d}{number:04d}",
            "verified_at": verified.isoformat(),
            "verified_by": f"{self.county_names[county][0]}普查组",
            "source": plan["source"],
            "synthetic": 1,
        }
        return row

    def words(self, settlement: Settlement, county: str) -> Mapping[str, str]:
        """What the name patterns of the plans may use."""
        place = settlement.place
        assert place is not None
        county_name, county_en = self.county_names[county]
        streets = self.inputs.names["north_south"] + self.inputs.names["east_west"]
        return {
            "county": county_name,
            "county_en": county_en,
            "place": place.short_name,
            "place_full": place.name,
            "place_en": place.name_en.rsplit(" ", 1)[0],
            "street": str(self.rng.choice(streets)),
        }
