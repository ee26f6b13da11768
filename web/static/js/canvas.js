// A canvas that lies on the map, moves and zooms with it, and is drawn by one function.

import { onTheme } from "./theme.js";

const TILE = 256;

/** Longitude and latitude to the unit square of Web Mercator. */
export function toWorld(longitude, latitude) {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return [
    longitude / 360 + 0.5,
    0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI),
  ];
}

/** Coordinates of a GeoJSON line as a flat array in the unit square. */
export function worldLine(coordinates) {
  const line = new Float64Array(coordinates.length * 2);
  coordinates.forEach(([longitude, latitude], index) => {
    const [x, y] = toWorld(longitude, latitude);
    line[2 * index] = x;
    line[2 * index + 1] = y;
  });
  return line;
}

/**
 * draw(context, view) is called after every move; view has zoom, scale, width, height and
 * x(worldX), y(worldY) in pixels of the canvas, and pad, the pixels beyond the map's edge.
 */
export const CanvasLayer = L.Renderer.extend({
  initialize(draw, pane) {
    L.Renderer.prototype.initialize.call(this, { padding: 0.15, pane });
    this._draw = draw;
    this._frame = 0;
    onTheme(() => this.redraw());
  },
  getEvents() {
    // As a renderer does; the animation of a zoom scales the picture until it is drawn anew.
    return L.Renderer.prototype.getEvents.call(this);
  },
  _initContainer() {
    this._container = document.createElement("canvas");
    this._context = this._container.getContext("2d");
  },
  _destroyContainer() {
    cancelAnimationFrame(this._frame);
    this._container.remove();
  },
  _updatePaths() {},
  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    const ratio = window.devicePixelRatio || 1;
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, this._bounds.min);
    canvas.width = Math.round(size.x * ratio);
    canvas.height = Math.round(size.y * ratio);
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    this._paint();
  },
  _paint() {
    if (!this._map || !this._bounds) return;
    const size = this._bounds.getSize();
    const ratio = window.devicePixelRatio || 1;
    const zoom = this._map.getZoom();
    const scale = TILE * 2 ** zoom;
    const origin = this._map.getPixelOrigin().add(this._bounds.min);
    this._view = {
      zoom, scale, width: size.x, height: size.y, ratio,
      corner: this._bounds.min,
      x: (worldX) => worldX * scale - origin.x,
      y: (worldY) => worldY * scale - origin.y,
    };
    this._context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this._context.clearRect(0, 0, size.x, size.y);
    this._draw(this._context, this._view);
  },
  /** Draws once before the next picture, however often it is asked. */
  redraw() {
    if (this._frame || !this._map) return;
    this._frame = requestAnimationFrame(() => {
      this._frame = 0;
      if (!this._map || this._map._animatingZoom) return;
      this._paint();
    });
  },
  /** A point of the map's container in pixels of the canvas. */
  local(containerPoint) {
    return this._map.containerPointToLayerPoint(containerPoint).subtract(this._bounds.min);
  },
});
