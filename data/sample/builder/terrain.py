"""A plausible terrain: no elevation model is at hand, so one is invented round known heights.

Anchor heights are interpolated, ridged noise is laid over them in the hills, and the rivers
are cut into the result. It only steers where roads wind and hazards lie; it is not published.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage
from scipy.interpolate import RBFInterpolator

from .inputs import Float64, Inputs, River

CELL_M = 300.0
PLAIN_M = 520.0  # below this the valley floor is flat; the noise fades in over the next 400 m
FULL_RELIEF_M = 920.0
RELIEF_M = 330.0
INCISION_WIDTH_M = 1500.0


@dataclass(frozen=True)
class Terrain:
    """A raster over the extent; row 0 is the south edge, ``origin`` its lower-left corner.

    Attributes
    ----------
    elevation, slope, river_distance : (H, W) float64
        Metres, metres per metre, metres to the nearest river.
    river_width : (H, W) float64
        Width in metres of the river that runs through a cell, 0 where none does.
    inside : (H, W) bool
        Cells in the site's area or its belt.
    """

    origin: tuple[float, float]
    elevation: Float64
    slope: Float64
    river_distance: Float64
    river_width: Float64
    inside: npt.NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.elevation.shape[0], self.elevation.shape[1]

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the cell that holds a point in metres, kept within the raster."""
        rows, columns = self.shape
        i = int((y - self.origin[1]) // CELL_M)
        j = int((x - self.origin[0]) // CELL_M)
        return min(max(i, 0), rows - 1), min(max(j, 0), columns - 1)

    def centre(self, i: int, j: int) -> tuple[float, float]:
        """Centre of a cell, metres."""
        return self.origin[0] + (j + 0.5) * CELL_M, self.origin[1] + (i + 0.5) * CELL_M

    def sample(self, field: Float64, x: Float64, y: Float64) -> Float64:
        """Bilinear value of a raster field at points in metres."""
        rows = (np.asarray(y) - self.origin[1]) / CELL_M - 0.5
        columns = (np.asarray(x) - self.origin[0]) / CELL_M - 0.5
        values = ndimage.map_coordinates(field, [rows, columns], order=1, mode="nearest")
        return np.asarray(values, dtype=np.float64)


def smooth_noise(
    rng: np.random.Generator, shape: tuple[int, int], *, wavelength_m: float
) -> Float64:
    """(H, W) noise of about unit variance that varies over ``wavelength_m``."""
    step = wavelength_m / CELL_M
    coarse_shape = tuple(int(n / step) + 4 for n in shape)
    coarse = rng.standard_normal(coarse_shape)
    rows = np.arange(shape[0])[:, None] / step + 1.5
    columns = np.arange(shape[1])[None, :] / step + 1.5
    grid = np.broadcast_arrays(rows, columns)
    values = ndimage.map_coordinates(coarse, grid, order=3, mode="nearest")
    return np.asarray(values / values.std(), dtype=np.float64)


def make_terrain(inputs: Inputs, rivers: list[tuple[River, shapely.Geometry]]) -> Terrain:
    """Raster terrain over the inputs' extent.

    Parameters
    ----------
    rivers
        The rivers as drawn, projected metres.
    """
    rng = inputs.rng("terrain")
    min_x, min_y, max_x, max_y = shapely.bounds(inputs.extent)
    shape = (int((max_y - min_y) / CELL_M) + 2, int((max_x - min_x) / CELL_M) + 2)
    origin = (float(min_x), float(min_y))

    coarse = 10
    rows = np.arange(0, shape[0] + coarse, coarse)
    columns = np.arange(0, shape[1] + coarse, coarse)
    anchor_x, anchor_y = inputs.to_metres.transform(inputs.relief[:, 0], inputs.relief[:, 1])
    interpolate = RBFInterpolator(
        np.column_stack([anchor_x, anchor_y]) / 1e5,
        inputs.relief[:, 2],
        kernel="linear",
        smoothing=0.002,
    )
    grid_x, grid_y = np.meshgrid(
        origin[0] + (columns + 0.5) * CELL_M, origin[1] + (rows + 0.5) * CELL_M
    )
    coarse_elevation = interpolate(np.column_stack([grid_x.ravel(), grid_y.ravel()]) / 1e5)
    base = ndimage.zoom(coarse_elevation.reshape(grid_x.shape), coarse, order=1, grid_mode=False)
    base = ndimage.gaussian_filter(base, 6)[: shape[0], : shape[1]]
    if base.shape != shape:
        base = np.pad(base, [(0, shape[0] - base.shape[0]), (0, shape[1] - base.shape[1])], "edge")

    ridges = np.zeros(shape)
    for wavelength_m, weight in ((9000.0, 1.0), (4500.0, 0.55), (2200.0, 0.3), (1200.0, 0.16)):
        ridges += weight * (0.8 - np.abs(smooth_noise(rng, shape, wavelength_m=wavelength_m)))
    hilliness = np.clip((base - PLAIN_M) / (FULL_RELIEF_M - PLAIN_M), 0.0, 1.0)

    river_width = np.zeros(shape)
    for river, line in rivers:
        course = draw([line], shape, origin)
        river_width[course] = np.maximum(river_width[course], river.width_m)
    river_distance = ndimage.distance_transform_edt(river_width == 0) * CELL_M
    incision = np.exp(-((river_distance / INCISION_WIDTH_M) ** 2))
    relief = RELIEF_M * hilliness
    elevation = base + relief * (ridges * (1 - 0.8 * incision) - 0.7 * incision)
    elevation += 4.0 * smooth_noise(rng, shape, wavelength_m=3000.0)
    gradient = np.gradient(elevation, CELL_M)
    centre_x = origin[0] + (np.arange(shape[1]) + 0.5) * CELL_M
    centre_y = origin[1] + (np.arange(shape[0]) + 0.5) * CELL_M
    shapely.prepare(inputs.extent)
    inside = shapely.contains_xy(inputs.extent, *np.meshgrid(centre_x, centre_y))
    return Terrain(
        origin=origin,
        elevation=elevation,
        slope=np.hypot(*gradient),
        river_distance=np.asarray(river_distance, dtype=np.float64),
        river_width=river_width,
        inside=np.asarray(inside),
    )


def draw(
    lines: list[shapely.Geometry], shape: tuple[int, int], origin: tuple[float, float]
) -> npt.NDArray[np.bool_]:
    """(H, W) mask of the cells that lines in metres run through, joined edge to edge.

    Where a line goes from a cell to its diagonal neighbour a cell between is marked too: no
    step between neighbouring cells can then pass through the line unseen.
    """
    mask = np.zeros(shape, dtype=bool)
    for line in shapely.get_parts(lines):
        dense = shapely.get_coordinates(shapely.segmentize(line, CELL_M / 3))
        j = ((dense[:, 0] - origin[0]) // CELL_M).astype(int)
        i = ((dense[:, 1] - origin[1]) // CELL_M).astype(int)
        for rows, columns in ((i, j), (i[:-1], j[1:])):
            keep = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
            mask[rows[keep], columns[keep]] = True
    return mask
