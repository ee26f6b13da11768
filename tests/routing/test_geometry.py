"""Measures on drawings."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from routing.geometry import GEOD, area_m2


@given(st.floats(-179, 170), st.floats(-75, 75), st.floats(0.01, 2.0))
def test_area_is_that_of_the_ellipsoid(x: float, y: float, radius: float) -> None:
    """Beside Karney's geodesic area, for a ring of short sides with a hole in it."""
    angles = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    ring = np.column_stack((x + radius * np.cos(angles), y + radius * np.sin(angles) / 2))
    hole = (x, y) + (ring - (x, y)) / 3
    area = shapely.Polygon(ring, [hole])
    expected = abs(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(area))[0])
    assert area_m2(area) == pytest.approx(expected, rel=1e-5)
