// The base map: counties, rivers and roads from the site's own data, drawn on one canvas.

import { get, latest, superseded } from "./api.js";
import { CanvasLayer, worldLine } from "./canvas.js";
import { config } from "./i18n.js";
import { colour, screenScale } from "./theme.js";
import { coveringExtent, extentText, holds } from "./extent.js";

/** Width of each road class in pixels at zooms 8, 10, 12, 14 and 17; casing adds to it. */
const WIDTHS = {
  motorway: [2.2, 3, 4, 6, 14],
  trunk: [1.8, 2.6, 3.6, 5.5, 13],
  primary: [1.2, 2, 3, 5, 12],
  secondary: [0.8, 1.4, 2.4, 4.2, 11],
  tertiary: [0.6, 0.9, 1.7, 3.4, 9],
  minor: [0.4, 0.6, 1, 2.4, 7],
  track: [0.4, 0.5, 0.8, 1.4, 3],
};
const WIDTH_ZOOMS = [8, 10, 12, 14, 17];
const CASED_FROM = { motorway: 8, trunk: 8, primary: 9, secondary: 9, tertiary: 11, minor: 13, track: 99 };
const NAMED_FROM = { motorway: 9, trunk: 9, primary: 10, secondary: 11, tertiary: 13, minor: 15, track: 16 };
const EVERYWHERE = "-180,-90,180,90";
const ORDER = config.drawing.roads.map((road) => road.code).reverse();

let areaLayer = null;

/** The site's areas as GeoJSON, asked for once: maps and pictures draw the same. */
export function siteAreas() {
  areaLayer ??= get("/api/layers/area", { bbox: EVERYWHERE }).catch((error) => {
    areaLayer = null;
    throw error;
  });
  return areaLayer;
}

export class BaseMap {
  constructor(map, { onError }) {
    this.map = map;
    this.onError = onError;
    this.areas = [];
    this.outline = [];
    this.rivers = [];
    this.roads = new Map();
    this.shown = { area: true, river: true, roads: true };
    this.roadExtent = null;
    this.following = false;
    map.createPane("base").style.zIndex = 210;
    map.getPane("base").style.pointerEvents = "none";
    this.canvas = new CanvasLayer((context, view) => this.draw(context, view), "base").addTo(map);
    this.fetchRoads = latest((signal, query) => get("/api/roads", query, signal));
  }

  async load() {
    const [areas, rivers] = await Promise.all([siteAreas(), get("/api/layers/river", { bbox: EVERYWHERE })]);
    this.areas = areas.features.flatMap((one) => polygons(one.geometry));
    this.outline = outerEdges(areas.features);
    document.body.dataset.areas = areas.features.length ? "some" : "none";
    this.rivers = rivers.features.map((one) => ({
      name: one.properties.name, lines: lines(one.geometry),
    }));
    this.canvas.redraw();
    this.following = true;
    this.map.on("moveend", () => this.loadRoads());
    await this.loadRoads();
  }

  show(layer, visible) {
    this.shown[layer] = visible;
    this.canvas.redraw();
    if (layer === "roads" && visible) this.loadRoads();
  }

  async loadRoads() {
    if (!this.shown.roads || !this.following) return;
    const zoom = Math.round(this.map.getZoom());
    const view = this.map.getBounds();
    if (this.roadExtent && this.roadExtent.zoom === zoom && holds(this.roadExtent.box, view)) return;
    const box = coveringExtent(view, zoom);
    try {
      const found = await this.fetchRoads({ bbox: extentText(box), zoom });
      this.roadExtent = { zoom, box };
      this.setRoads(found.features);
    } catch (error) {
      if (!superseded(error)) this.onError(error);
    }
  }

  setRoads(features) {
    this.roads = new Map(ORDER.map((code) => [code, []]));
    for (const { properties, geometry } of features) {
      this.roads.get(properties.highway)?.push({
        name: properties.name, tunnel: properties.tunnel, lines: lines(geometry),
      });
    }
    this.canvas.redraw();
    this.onRoads?.();
  }

  draw(context, view) {
    context.lineJoin = context.lineCap = "round";
    if (this.shown.area) this.drawAreas(context, view);
    if (this.shown.river) {
      stroke(context, view, this.rivers.flatMap((one) => one.lines), {
        ink: colour("--map-river"), width: Math.max(1.4, (view.zoom - 6) * 0.7) * screenScale(),
      });
    }
    if (this.shown.roads) this.drawRoads(context, view);
  }

  drawAreas(context, view) {
    const glow = 9 * screenScale();
    stroke(context, view, this.outline, { ink: colour("--map-outline-glow"), width: glow });
    context.beginPath();
    for (const ring of this.areas) trace(context, view, ring, true);
    context.fillStyle = colour("--map-area");
    context.fill("evenodd");
    stroke(context, view, this.areas, {
      ink: colour("--map-border"), width: 1 * screenScale(), dash: [6, 3], closed: true,
    });
    stroke(context, view, this.outline, { ink: colour("--map-outline"), width: 1.8 * screenScale() });
  }

  drawRoads(context, view) {
    const drawn = ORDER.map((code) => ({ code, width: roadWidth(code, view.zoom) * screenScale() }));
    for (const { code, width } of drawn) {
      if (view.zoom < CASED_FROM[code]) continue;
      const open = (this.roads.get(code) ?? []).filter((road) => !road.tunnel);
      stroke(context, view, open.flatMap((road) => road.lines), {
        ink: colour(`--map-${code}-case`), width: width + 1.6 * screenScale(),
      });
    }
    for (const { code, width } of drawn) {
      const roads = this.roads.get(code) ?? [];
      const ink = colour(view.zoom < CASED_FROM[code] ? `--map-${code}-case` : `--map-${code}`);
      stroke(context, view, roads.filter((road) => !road.tunnel).flatMap((road) => road.lines), { ink, width });
      stroke(context, view, roads.filter((road) => road.tunnel).flatMap((road) => road.lines), {
        ink: colour(`--map-${code}-case`), width, dash: [4, 4], cap: "butt",
      });
    }
  }

  /** Names along roads and rivers: where they run straight in the view, major ones first. */
  *names(view) {
    if (this.shown.roads) {
      for (const code of [...ORDER].reverse()) {
        if (view.zoom < NAMED_FROM[code]) continue;
        for (const road of this.roads.get(code) ?? []) {
          if (road.name) yield* along(road, view, { size: 10.5, weight: 600, ink: "--map-road-text" });
        }
      }
    }
    if (this.shown.river && view.zoom >= 9) {
      for (const river of this.rivers) {
        if (river.name) yield* along(river, view, { size: 11.5, weight: 500, ink: "--map-river-text" });
      }
    }
  }
}

function roadWidth(code, zoom) {
  const widths = WIDTHS[code];
  const after = WIDTH_ZOOMS.findIndex((one) => zoom <= one);
  if (after === 0) return widths[0];
  if (after < 0) return widths.at(-1);
  const part = (zoom - WIDTH_ZOOMS[after - 1]) / (WIDTH_ZOOMS[after] - WIDTH_ZOOMS[after - 1]);
  return widths[after - 1] + part * (widths[after] - widths[after - 1]);
}

function lines(geometry) {
  if (!geometry) return [];
  return geometry.type === "LineString"
    ? [worldLine(geometry.coordinates)]
    : geometry.coordinates.map(worldLine);
}

function polygons(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return parts.flat().map(worldLine);
}

/** The edges that belong to one area only: together they are the border of the site. */
function outerEdges(features) {
  const seen = new Map();
  for (const { geometry } of features) {
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    for (const ring of parts.flat()) {
      for (let index = 1; index < ring.length; index++) {
        const [a, b] = [ring[index - 1].join(), ring[index].join()];
        const key = a < b ? `${a}|${b}` : `${b}|${a}`;
        seen.set(key, seen.has(key) ? null : [ring[index - 1], ring[index]]);
      }
    }
  }
  return [...seen.values()].filter(Boolean).map(worldLine);
}

function trace(context, view, line, closed) {
  context.moveTo(view.x(line[0]), view.y(line[1]));
  for (let index = 2; index < line.length; index += 2) {
    context.lineTo(view.x(line[index]), view.y(line[index + 1]));
  }
  if (closed) context.closePath();
}

function stroke(context, view, all, { ink, width, dash = [], cap = "round", closed = false }) {
  if (!all.length) return;
  context.beginPath();
  for (const line of all) trace(context, view, line, closed);
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.lineCap = cap;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** Places along a line's longest straight runs in the view, far enough apart. */
function* along({ name, lines: all }, view, style) {
  const needed = name.length * style.size * 0.62 * screenScale() + 12;
  const apart = 260;
  let last = null;
  for (const line of all) {
    for (let index = 2; index < line.length; index += 2) {
      const x0 = view.x(line[index - 2]);
      const y0 = view.y(line[index - 1]);
      const x1 = view.x(line[index]);
      const y1 = view.y(line[index + 1]);
      const left = (x0 + x1) / 2;
      const top = (y0 + y1) / 2;
      if (left < 0 || top < 0 || left > view.width || top > view.height) continue;
      const room = Math.hypot(x1 - x0, y1 - y0) * 1.5;
      if (room < needed || (last && Math.hypot(left - last[0], top - last[1]) < apart)) continue;
      last = [left, top];
      let angle = Math.atan2(y1 - y0, x1 - x0);
      if (angle > Math.PI / 2) angle -= Math.PI;
      if (angle <= -Math.PI / 2) angle += Math.PI;
      yield { text: name, left, top, angle, room, ...style };
    }
  }
}
