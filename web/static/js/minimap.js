// A map beside a form or a table: the site's own base map, symbols of one register.

import { get } from "./api.js";
import { BaseMap } from "./basemap.js";
import { toWorld } from "./canvas.js";
import { byId } from "./dom.js";
import { extentText } from "./extent.js";
import { config } from "./i18n.js";
import { Overlay } from "./overlay.js";
import { onTheme } from "./theme.js";

const PLAIN = { shape: "circle", glyph: "", fill: "#0b57b0", ink: "#ffffff", mark: "", scale: 0.7 };
const moves = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/** How a row of a list is drawn: by its layer's legend, else as a plain dot. */
export function symbolOf(row) {
  const spec = config.drawing.layers.find((one) => one.id === config.layer);
  return spec?.classes[row.c ?? spec.classes.length - 1] ?? plain();
}

function plain() {
  const any = config.drawing.layers.find((one) => one.classes?.length).classes[0];
  return { ...any, ...PLAIN, glyph: any.glyph, code: "plain", rank: 5 };
}

/** Makes the map; resolves its drawing in the background. */
export function startMap({ onError }) {
  const element = byId("map");
  const map = L.map(element, {
    ...config.map, attributionControl: false, zoomSnap: 0.25, minZoom: 4, maxZoom: 19,
    zoomAnimation: moves, fadeAnimation: moves, inertia: moves,
  });
  const overlay = new Overlay(map, { placeZoom: config.drawing.placeZoom });
  const base = new BaseMap(map, { onError });
  base.onRoads = () => overlay.redraw();
  overlay.lineNames = (view) => base.names(view);
  onTheme(() => overlay.redraw());
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  map.on("movestart", () => element.setAttribute("aria-busy", "true"));
  map.on("moveend", () => element.removeAttribute("aria-busy"));
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(element);
  const [west, south, east, north] = config.site.home;
  map.fitBounds([[south, west], [north, east]], { animate: false });
  const ready = Promise.all([base.load(), loadPlaces(overlay)]).catch(onError);
  return { map, overlay, ready };
}

async function loadPlaces(overlay) {
  const found = await get("/api/layers/place", { bbox: extentText(config.site.home), zoom: 9 });
  overlay.setPlaces(found.features.map(({ properties, geometry }) => {
    const [x, y] = toWorld(...geometry.coordinates);
    return {
      x, y, id: properties.id, name: properties.name, kind: properties.kind,
      population: properties.population ?? 0,
    };
  }));
}

/** A row of a list as a point of the overlay. */
export function asPoint(row) {
  const [x, y] = toWorld(row.x, row.y);
  const drawn = symbolOf(row);
  return {
    x, y, longitude: row.x, latitude: row.y, row: drawn, layer: "rows",
    id: row.id, key: `rows/${row.id}`, classKey: `rows/${drawn.code}`,
    name: row.name, state: row.s ?? "", rank: drawn.rank ?? 5,
  };
}
