// The map beside a scenario: its footprint, who waits, what is cut off; points and areas taken from it.

import { byId, h } from "./dom.js";
import { sketch } from "./draw.js";
import { label } from "./drill_rows.js";
import { startMap } from "./minimap.js";
import { legendItem, point, symbol } from "./planning_map.js";

const DRAWN = {
  scene: { shape: "shield", fill: "#c1121f", rank: 1 },
  waiting: { shape: "pentagon", fill: "#d9580d", rank: 2 },
  cut_off: { shape: "square", fill: "#3b3f46", rank: 3 },
};
let side = null;
let shapes = null;

/** Starts the map. */
export function start({ onError }) {
  side = startMap({ onError });
  shapes = L.layerGroup().addTo(side.map);
  return side.ready;
}

/** Lets the user choose a point; null where Escape was pressed. */
export function pickPoint() {
  const element = byId("map");
  element.scrollIntoView({ block: "center" });
  element.classList.add("picking");
  return new Promise((resolve) => {
    const end = (found) => {
      side.map.off("click", click);
      document.removeEventListener("keydown", key);
      element.classList.remove("picking");
      resolve(found);
    };
    const click = ({ latlng }) => end({ x: latlng.lng, y: latlng.lat });
    const key = (event) => { if (event.key === "Escape") end(null); };
    side.map.on("click", click);
    document.addEventListener("keydown", key);
  });
}

/** Lets the user draw an area; a GeoJSON polygon, or null. */
export async function drawArea() {
  byId("map").scrollIntoView({ block: "center" });
  const corners = await sketch(side.map, { closed: true, hint: label("draw_hint") });
  if (!corners) return null;
  const ring = corners.map(({ lng, lat }) => [lng, lat]);
  return { type: "Polygon", coordinates: [[...ring, ring[0]]] };
}

/** Shows what was reckoned. */
export function showOnMap(reckoned) {
  shapes.clearLayers();
  const came = reckoned?.consequences;
  if (!came) return;
  const style = { color: "#c1121f", weight: 2, fillOpacity: 0.12, interactive: false };
  const drawn = [came.area, came.line].filter(Boolean).map((geometry) => L.geoJSON(geometry, { style }).addTo(shapes));
  const symbols = Object.fromEntries(Object.entries(DRAWN).map(([code, one]) => [code, symbol(code, one)]));
  const mark = (code) => (one, at) => ({ ...point({ ...one, id: `${code}-${at}` }, symbols[code], `rows/${code}/${at}`), whole: true });
  const points = { scene: [came.place], waiting: reckoned.difficulty?.places ?? [], cut_off: came.cut_off };
  side.overlay.setPoints("rows", Object.entries(points).flatMap(([code, rows]) => rows.map(mark(code))));
  byId("legend").replaceChildren(...Object.entries(points).filter(([, rows]) => rows.length).map(([code, rows]) => legendItem(symbols[code], label(`mark_${code}`), ` ${rows.length}`)),
    drawn.length ? h("li", {}, label("mark_area")) : "");
  const all = Object.values(points).flat().map(({ x, y }) => [y, x]);
  const bounds = drawn.reduce((found, one) => found.extend(one.getBounds()), L.latLngBounds(all));
  side.map.fitBounds(bounds.pad(0.15), { maxZoom: 14, animate: false });
}
