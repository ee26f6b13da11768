// What service areas add to their scenario: the areas on the map, lit together with their row.

import { byId, h, svg } from "./dom.js";
import { count, t } from "./i18n.js";
import { named, rowsOf } from "./planning_map.js";

// Told apart by colour blind eyes as well (Okabe and Ito); areas side by side have different ones.
const HUES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a5195", "#b8a800"];
const LIT = { weight: 4, fillOpacity: 0.6 };
let time = null;
let group = null;

const shownOf = (content) => (content.service_areas ? rowsOf(content.service_areas).map((one, at) => ({
  ...one, shape: content.outlines[at], lit: `rows/${one.key}`,
})) : []);
const opacity = (one, times) => 0.42 - 0.24 * times.indexOf(one.minutes) / times.length;
const timesOf = (all) => [...new Set(all.map((one) => one.minutes))].sort((a, b) => a - b);
const isShown = (one) => time === null || one.minutes === time;

/** Areas as they are shown, for a picture: the greatest first. */
export function areasOf(content) {
  const all = shownOf(content);
  const times = timesOf(all);
  return all.filter(isShown).sort((a, b) => b.minutes - a.minutes)
    .map((one) => ({ rings: one.shape.flat(), fill: HUES[one.hue % HUES.length], opacity: opacity(one, times) }));
}

/**
 * The part of the page, and its areas on the map.
 * @param side the map; light(key) shows one of them on the map and in the table
 */
export function showAreas({ content, result }, side, light) {
  byId("areas-part").hidden = !content.service_areas;
  if (!content.service_areas) return () => {};
  const all = shownOf(content);
  const times = timesOf(all);
  const drawn = new Map();
  group?.remove(); // of a result before
  group = L.layerGroup().addTo(side.map);
  const renderer = L.svg(); // each area an element that can be pointed at

  const styleOf = (one) => ({
    color: HUES[one.hue % HUES.length], weight: 1.5, opacity: 0.9, fillOpacity: opacity(one, times),
  });

  function draw() {
    group.clearLayers();
    drawn.clear();
    const shown = all.filter(isShown).sort((a, b) => b.minutes - a.minutes);
    for (const one of shown) {
      if (!one.shape.length) continue;
      const area = L.polygon(one.shape.map((part) => part.map((ring) => ring.map(([x, y]) => [y, x]))), { ...styleOf(one), renderer, className: "service-area" })
        .on("mouseover", () => light(one.lit)).on("mouseout", () => light(null));
      drawn.set(`${one.lit}/${one.minutes}`, { area, one });
      group.addLayer(area);
    }
    byId("areas").replaceChildren(table(shown));
  }

  function table(rows) {
    const most = new Map(rows.map((one) => [one.lit, one]).reverse()); // of each post the longest time
    const ordered = [...rows].sort((a, b) => most.get(b.lit).people - most.get(a.lit).people || (a.lit < b.lit ? -1 : a.lit > b.lit ? 1 : a.minutes - b.minutes));
    const heads = ["minutes", "area_km2", "area_roads", "places", "people"];
    return h("table", { class: "table" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("planning.post")), heads.map((name) => h("th", { scope: "col", class: "number" }, t(`planning.${name}`))))),
      h("tbody", {}, ordered.map((one) => h("tr", {
        dataset: { key: one.lit }, tabindex: 0,
        onmouseenter: () => light(one.lit), onmouseleave: () => light(null), onfocus: () => light(one.lit),
        onclick: () => { const at = drawn.get(`${one.lit}/${one.minutes}`); if (at) side.map.fitBounds(at.area.getBounds()); },
      },
      h("th", { scope: "row" }, svg("svg", { class: "hue", viewBox: "0 0 8 8", "aria-hidden": "true" }, svg("rect", { width: 8, height: 8, fill: HUES[one.hue % HUES.length] })), named(one)),
      h("td", { class: "number" }, String(one.minutes)),
      h("td", { class: "number" }, count(Math.round(one.area_km2))),
      h("td", { class: "number" }, count(Math.round(one.road_km))),
      h("td", { class: "number" }, count(one.places)),
      h("td", { class: "number" }, count(one.people))))));
  }

  const { figures } = result;
  const share = (name) => `${(100 * figures[name] / Math.max(figures.areas_all_road_km, 1e-9)).toFixed(2)} %`;
  byId("areas-hint").textContent = t("planning.areas_judged", { outside: share("outside_km"), inside: share("inside_km"), crossing: share("crossing_km") });
  byId("area-times").replaceChildren(...(times.length > 1 ? [null, ...times] : []).map((one) => h("label", {},
    h("input", { type: "radio", name: "area-time", checked: one === time, onchange: () => { time = one; draw(); } }),
    " ", one === null ? t("planning.all_times") : t("planning.within", { minutes: one }))));
  draw();
  return (key) => {
    for (const { area, one } of drawn.values()) area.setStyle(one.lit === key ? LIT : styleOf(one));
  };
}
