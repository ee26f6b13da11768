// Measuring distances and areas on the sphere.

import { sketch } from "./draw.js";
import { h } from "./dom.js";
import { area, distance, t } from "./i18n.js";

const RADIUS_M = 6_371_008.8; // mean radius of WGS 84 (IUGG)
const radians = (degrees) => (degrees * Math.PI) / 180;

/** Metres along a path of LatLngs. */
export function pathLength(path) {
  let total_m = 0;
  for (let index = 1; index < path.length; index++) {
    const [a, b] = [path[index - 1], path[index]];
    const half = Math.sin(radians(b.lat - a.lat) / 2) ** 2
      + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lng - a.lng) / 2) ** 2;
    total_m += 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(half)));
  }
  return total_m;
}

/** Square metres inside a ring of LatLngs (Chamberlain and Duquette 2007, eq. 9). */
export function ringArea(ring) {
  let sum = 0;
  ring.forEach((point, index) => {
    const next = ring[(index + 1) % ring.length];
    sum += radians(next.lng - point.lng) * (2 + Math.sin(radians(point.lat)) + Math.sin(radians(next.lat)));
  });
  return Math.abs((sum * RADIUS_M ** 2) / 2);
}

/** Measures until ended; the result stays on the map until the next Esc. */
export class Measure {
  constructor(map) {
    this.map = map;
    this.result = L.layerGroup().addTo(map);
  }

  clear() {
    const had = this.result.getLayers().length > 0;
    this.result.clearLayers();
    return had;
  }

  async start(closed) {
    this.clear();
    const text = (path) => {
      if (!closed) return path.length > 1 ? distance(pathLength(path)) : "";
      if (path.length < 3) return "";
      return `${area(ringArea(path))} · ${distance(pathLength([...path, path[0]]))}`;
    };
    const path = await sketch(this.map, { closed, hint: t(closed ? "measure.area" : "measure.distance"), onChange: text });
    if (!path) return;
    (closed ? L.polygon : L.polyline)(path, { className: "measured", interactive: false }).addTo(this.result);
    const label = h("span", { class: "measure-label" }, text(path));
    L.marker(path.at(-1), {
      icon: L.divIcon({ html: label, className: "", iconSize: [0, 0] }), interactive: false, keyboard: false,
    }).addTo(this.result);
  }
}
