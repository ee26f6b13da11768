// What losses add to their scenario: a ranking beside the map, each lit together with its road.

import { byId, h } from "./dom.js";
import { count, lang, t } from "./i18n.js";
import { named, point, rowsOf, symbol } from "./planning_map.js";

const SHOWN = 60;
const DRAWN = { shape: "diamond", fill: "#b3005e", rank: 0 };
const LINE = { color: "#b3005e", weight: 5, opacity: 0.75, className: "loss-line" };
const LIT = { color: "#0b57b0", weight: 8, opacity: 1 };
const MINUTE_S = 60;
const RANKS = {
  grave: (one) => one.weighed_beyond,
  added: (one) => one.added_s,
  isolated: (one) => one.weighed_isolated,
  pairs: (one) => one.pairs,
};
let rank = "grave";
let group = null;

/**
 * Losses with their counts of people, or of places where nobody's people are known. Pieces of one
 * road that cost the same stand together: between two junctions that matter it is cut at others.
 */
function weighed(content) {
  const ending = content.losses_by_people ? "_people" : "";
  const together = new Map();
  for (const one of rowsOf(content.losses)) {
    const [beyond, isolated] = [one[`beyond${ending}`], one[`isolated${ending}`]];
    const alike = JSON.stringify([one.name, one.kind, one.county, one.added_s, beyond, isolated, one.pairs]);
    const first = one.length_m === null ? null : together.get(alike);
    if (first) {
      first.pieces.push(one.key);
      first.length_m += one.length_m;
    } else {
      together.set(first === null ? one.key : alike, { ...one, weighed_beyond: beyond, weighed_isolated: isolated, pieces: [one.key] });
    }
  }
  return [...together.values()];
}

const shownOf = (all) => all.filter((one) => RANKS[rank](one) > 0).sort((a, b) => RANKS[rank](b) - RANKS[rank](a)).slice(0, SHOWN);

const roadOf = (one, content) => one.pieces.flatMap((key) => content.lines[key] ?? []);

/** Lost roads as they are shown, for a picture. */
export function linesOf(content) {
  if (!content.losses) return [];
  return shownOf(weighed(content)).map((one) => ({
    parts: roadOf(one, content), stroke: LINE.color, width: LINE.weight / 2,
  })).filter((one) => one.parts.length);
}

/**
 * The part of the page, and its lines on the map.
 * @param side the map; light(key) shows one of them on the map and in the table
 */
export function showLosses({ content, areas }, side, light) {
  byId("losses-part").hidden = !content.losses;
  if (!content.losses) return () => {};
  const all = weighed(content);
  const of = content.losses_by_people ? "people" : "places";
  const lines = new Map();
  group?.remove(); // of a result before
  group = L.layerGroup().addTo(side.map);
  const renderer = L.svg(); // each line an element that can be pointed at

  function draw() {
    const shown = shownOf(all);
    group.clearLayers();
    lines.clear();
    for (const one of [...shown].reverse()) {
      const parts = roadOf(one, content);
      if (!parts.length) continue;
      const line = L.polyline(parts.map((part) => part.map(([x, y]) => [y, x])), { ...LINE, renderer })
        .on("mouseover", () => light(`rows/${one.key}`)).on("mouseout", () => light(null));
      lines.set(`rows/${one.key}`, line);
      group.addLayer(line);
    }
    const mark = symbol("loss", DRAWN);
    side.overlay.setPoints("losses", shown.filter((one) => !roadOf(one, content).length)
      .map((one) => point({ ...one, id: one.key, name: named(one) }, mark, `rows/${one.key}`)));
    byId("losses-hint").textContent = shown.length ? t("planning.losses_shown", { shown: shown.length, all: all.filter((one) => RANKS[rank](one) > 0).length }) : t("planning.losses_none");
    byId("losses").replaceChildren(table(shown));
  }

  byId("pair-note").hidden = !content.pair_sums;
  if (content.pair_sums) {
    const sums = content.pair_sums;
    const told = ["beyond", "cut_off"].map((name) => {
      const [mean, low, high] = sums[name].map((one) => (one / Math.max(1, sums.pairs)).toFixed(3));
      return t(`planning.pair_${name}`, { mean, interval: low === high ? "" : t("planning.interval", { low, high, percent: Math.round(sums.confidence * 100) }) });
    });
    byId("pair-note").textContent = `${told.join(" ")} ${t("planning.pair_drawn", { matter: count(sums.matter), drawn: count(sums.drawn) })}`;
  }

  function table(rows) {
    const counts = [
      [`added_${of}`, (one) => one.added_s / MINUTE_S], [`beyond_${of}`, (one) => one.weighed_beyond], [`isolated_${of}`, (one) => one.weighed_isolated],
      ...rank === "pairs" ? [["pairs", (one) => one.pairs]] : [],
    ];
    return h("table", { class: "table", hidden: !rows.length },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("planning.loss")), counts.map(([name]) => h("th", { scope: "col", class: "number" }, t(`planning.${name}`))))),
      h("tbody", {}, rows.map((one) => h("tr", {
        dataset: { key: `rows/${one.key}` }, tabindex: 0,
        onmouseenter: () => light(`rows/${one.key}`), onmouseleave: () => light(null),
        onfocus: () => light(`rows/${one.key}`),
        onclick: () => side.map.setView([one.y, one.x], Math.max(side.map.getZoom(), 13)),
      },
      h("th", { scope: "row" }, named(one), " ", h("span", { class: "muted" }, about(one, areas))),
      counts.map(([, value]) => h("td", { class: "number" }, count(Math.round(value(one)))))))));
  }

  byId("ranks").replaceChildren(...Object.keys(RANKS).map((code) => h("label", {},
    h("input", { type: "radio", name: "rank", value: code, checked: code === rank, onchange: () => { rank = code; draw(); } }),
    " ", t(`planning.rank_${code}`))));
  draw();
  return (key) => {
    for (const [one, line] of lines) line.setStyle(one === key ? LIT : LINE);
    lines.get(key)?.bringToFront();
  };
}

const about = (one, areas) => [
  lang === "zh" ? one.kind : one.kind_en, one.pieces.length > 1 ? t("planning.pieces", { count: one.pieces.length }) : "",
  one.length_m === null ? "" : t("planning.metres", { metres: count(Math.round(one.length_m)) }), areas[one.county] ?? one.county,
].filter(Boolean).join(" · ");
