// Whom a closure would cut off: asked of the server, listed, drawn.

import { post } from "./api.js";
import { h } from "./dom.js";
import { count, distance, t } from "./i18n.js";

/** What a closure would do; closedStructures names bridges and tunnels closed too, null all. */
export const askCutOff = (polygon, closedStructures = null) =>
  post("/api/closures/preview", { polygon, closed_structures: closedStructures });

function unitWords(unit) {
  if (unit.cut_off) return t("closure.unit_cut", { incident: unit.incident });
  if (unit.stops_short_m > 0) return t("closure.unit_short", { incident: unit.incident, distance: distance(unit.stops_short_m) });
  return t("closure.unit_later", { incident: unit.incident, minutes: unit.later_min });
}

const placeWords = (place) => t(place.inside ? "closure.place_inside" : "closure.place_cut");

/** The answer as a list; `find(x, y)` shows a place on the map where there is one. */
export function cutOffList(told, find = null) {
  const name = (one) => (find
    ? h("button", { type: "button", class: "find", onclick: () => find(one.x, one.y) }, one.name)
    : h("strong", {}, one.name));
  return h("div", { class: "cut-off" },
    h("h4", {}, t("closure.preview")),
    h("p", {}, told.roads === null ? t("closure.no_roads") : t("closure.roads", { roads: count(told.roads), total: count(told.total) })),
    told.units.length > 0 && h("p", {}, t("closure.cut_units")),
    told.units.length > 0 && h("ul", { class: "cut-units" }, told.units.map((one) => h("li", { dataset: { id: one.id } }, name(one), h("span", {}, unitWords(one))))),
    told.places.length > 0 && h("p", {}, t("closure.cut_places", { count: count(told.places_found) })),
    told.places.length > 0 && h("ul", { class: "cut-places" }, told.places.map((one) => h("li", { dataset: { id: one.id } }, name(one), h("span", {}, `${one.kind_label ?? t("closure.incident")} · ${placeWords(one)}`)))),
    told.places_found > told.places.length && h("p", {}, t("closure.more", { count: count(told.places_found - told.places.length) })),
    told.not_reckoned > 0 && h("p", {}, t("closure.not_reckoned", { count: count(told.not_reckoned) })),
    told.roads !== null && told.units.length + told.places.length === 0 && h("p", {}, t("closure.nobody")));
}

/** Marks what is cut off on a Leaflet map: crosses for places, triangles for units. */
export function cutOffLayer(told) {
  const mark = (one, sign, words) => L.marker([one.y, one.x], {
    icon: L.divIcon({ className: "cut-off-mark", html: sign, iconSize: [18, 18] }), keyboard: false,
  }).bindTooltip(h("span", {}, `${one.name} ${words}`));
  return L.layerGroup([
    ...told.units.map((one) => mark(one, one.cut_off ? "✕" : "▲", unitWords(one))),
    ...told.places.map((one) => mark(one, "✕", placeWords(one))),
  ]);
}
