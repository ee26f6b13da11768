// What the pages of planning have in common: places as marks on their map, tables kept by columns.

import { toWorld } from "./canvas.js";
import { h, svg } from "./dom.js";
import { config, lang } from "./i18n.js";
import { bitmap } from "./symbols.js";

/** What becomes of a place: shape and colour each tell it by themselves. */
export const CHANGED = {
  gained: { shape: "shield", fill: "#1a7f37", rank: 1 },
  lost: { shape: "square", fill: "#c1121f", rank: 1 },
  sooner: { shape: "circle", fill: "#6fbf73", rank: 4 },
  later: { shape: "pentagon", fill: "#d98e04", rank: 4 },
  same: { shape: "circle", fill: "#9aa1a9", rank: 6 },
  neither: { shape: "diamond", fill: "#d9580d", rank: 3 },
};

export const named = (one) => (lang === "zh" ? one.name : one.name_en) || one.name;

export function symbol(code, drawn) {
  const any = config.drawing.layers.find((one) => one.classes?.length).classes[0];
  return { ...any, glyph: "", ink: "#ffffff", mark: "", scale: 0.62, ...drawn, code };
}

export function symbols(kinds) {
  return Object.fromEntries(Object.entries(kinds).map(([code, one]) => [code, symbol(code, one)]));
}

export function point(row, drawn, key) {
  const [x, y] = toWorld(row.x, row.y);
  return {
    x, y, longitude: row.x, latitude: row.y, row: drawn, layer: "rows", id: row.id, key,
    classKey: `rows/${drawn.code}`, name: row.name, state: "", rank: drawn.rank,
  };
}

/** Rows of a table kept by columns. */
export function rowsOf(columns) {
  const names = Object.keys(columns);
  return columns[names[0]].map((_value, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
}

export const legendItem = (drawn, ...words) => h("li", {}, bitmap(drawn, 16), " ", ...words);

export const bar = (share) => svg("svg", { class: "share-bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
  svg("rect", { class: "all", width: 100, height: 10 }), svg("rect", { class: "part", width: Math.round((share ?? 0) * 100), height: 10 }));
