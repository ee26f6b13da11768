// Drawing the places of a layer on a map: points and areas, kept until they are sent.

import { byId, h } from "./dom.js";
import { cancelSketch, sketch, sketching } from "./draw.js";
import { meant, watchGestures } from "./gestures.js";
import { t } from "./i18n.js";
import { startMap } from "./minimap.js";

let map = null;
let marks = null;
let features = [];
let placing = false;

/** What was drawn, as a GeoJSON; null where nothing was. */
export const drawnPlaces = () => (features.length ? { type: "FeatureCollection", features } : null);

/** Forgets what was drawn. */
export function forgetDrawn() {
  features = [];
  marks?.clearLayers();
  tell();
}

function tell() {
  const output = byId("drawn");
  if (output) output.textContent = features.length ? t("planning.drawn", { count: features.length }) : t("planning.drawn_none");
}

function keep(geometry, mark) {
  features.push({ type: "Feature", properties: { name: `${features.length + 1}` }, geometry });
  marks.addLayer(mark);
  tell();
}

function place(event) {
  if (!placing || sketching() || !meant(event)) return;
  const { lng, lat } = event.latlng;
  keep({ type: "Point", coordinates: [lng, lat] }, L.circleMarker([lat, lng], { radius: 6, className: "drawn", interactive: false }));
}

async function area() {
  stopPlacing();
  const corners = await sketch(map, { closed: true, hint: t("planning.draw_area_hint") });
  if (!corners) return;
  const ring = corners.map(({ lng, lat }) => [lng, lat]);
  keep({ type: "Polygon", coordinates: [[...ring, ring[0]]] }, L.polygon(corners, { className: "drawn", interactive: false }));
}

function stopPlacing() {
  placing = false;
  byId("draw-point").setAttribute("aria-pressed", "false");
}

function undo() {
  features.pop();
  const last = marks.getLayers().at(-1);
  if (last) marks.removeLayer(last);
  tell();
}

/** The map with its tools; made once, when it is first asked for. */
export function drawPart({ onError }) {
  const part = h("div", { class: "whole draw-part" },
    h("p", { class: "form-actions" },
      h("button", { type: "button", id: "draw-point", "aria-pressed": "false", onclick: () => {
        cancelSketch();
        placing = !placing;
        byId("draw-point").setAttribute("aria-pressed", String(placing));
      } }, t("planning.draw_point")),
      h("button", { type: "button", id: "draw-area", onclick: area }, t("planning.draw_area")),
      h("button", { type: "button", onclick: undo }, t("planning.draw_undo")),
      h("output", { id: "drawn" })),
    h("div", { class: "draw-map" }, h("div", { id: "map", role: "application", "aria-label": t("planning.map") }),
      h("div", { id: "sketch-bar", role: "toolbar", "aria-label": t("sketch.label"), hidden: true })));
  return {
    part,
    start() {
      if (map) return;
      ({ map } = startMap({ onError }));
      watchGestures(map);
      marks = L.layerGroup().addTo(map);
      map.on("click", place);
      tell();
    },
  };
}
