// Extents asked of the server: a little more than the view, on a fixed grid.

const GRID_TILES = 4;

/** The view widened to whole steps of a grid, so that a small move asks nothing new. */
export function coveringExtent(bounds, zoom) {
  const step = 360 / 2 ** Math.max(0, Math.round(zoom)) / GRID_TILES * 2;
  const down = (value) => Math.floor(value / step) * step;
  const up = (value) => Math.ceil(value / step) * step;
  return [
    Math.max(-360, down(bounds.getWest())),
    Math.max(-90, down(bounds.getSouth())),
    Math.min(360, up(bounds.getEast())),
    Math.min(90, up(bounds.getNorth())),
  ];
}

export const extentText = (box) => box.map((value) => Number(value.toFixed(6))).join(",");

/** Whether `box` holds all of the view. */
export function holds(box, bounds) {
  return box[0] <= bounds.getWest() && box[1] <= bounds.getSouth()
    && box[2] >= bounds.getEast() && box[3] >= bounds.getNorth();
}
