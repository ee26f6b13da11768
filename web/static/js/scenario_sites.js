// What a siting adds to its scenario: the new sites, and every place before and after.

import { h } from "./dom.js";
import { count, lang, t } from "./i18n.js";

export const VIEWS = ["after", "before", "change"];
export const SITE = { shape: "pentagon", fill: "#b3005e", rank: 0 };

/** Where a place stands: before the new sites, after them, or what they change. */
export const seen = (view, place, before) => ({ after: place.state, before: before.state, change: before.change })[view];

export function siteCards(figures, percent) {
  const rise = (before, after) => `${percent(before)} → ${percent(after)}`;
  const more = (before, after) => t("planning.more_covered", { count: count(after - before) });
  return [
    [t("planning.share"), rise(figures.before_share, figures.share), more(figures.before_covered, figures.covered)],
    [t("planning.people_share"), rise(figures.before_people_share, figures.people_share), more(figures.before_people_covered, figures.people_covered)],
    [t("planning.new_sites"), count(figures.sites), figures.gap === null ? "" : t("planning.gap_proved", { gap: (figures.gap * 100).toFixed(2) })],
  ];
}

export function siteNotes({ siting }) {
  const notes = [];
  if (siting.left_out.length) notes.push(t("planning.left_out", { count: siting.left_out.length }));
  if (siting.weightless) notes.push(t("planning.weightless", { count: siting.weightless }));
  if (siting.off_road.length) notes.push(t("planning.candidates_off", { count: siting.off_road.length }));
  for (const [post, units] of Object.entries(siting.added)) notes.push(t("planning.added_units", { post, count: units }));
  return notes;
}

export const siteName = (one) => (lang === "zh" ? one.name : one.name_en || one.name) || one.id;

/** The new sites, each lit together with its mark on the map. */
export function siteTable(sites, areas, light) {
  const heads = ["site", "county", "township", "units", "people_served", "newly_places", "newly_people"];
  return h("table", { class: "table" },
    h("thead", {}, h("tr", {}, heads.map((name, at) => h("th", { scope: "col", class: at > 2 ? "number" : null }, t(`planning.${name}`))))),
    h("tbody", {}, sites.map((one) => h("tr", {
      dataset: { key: `rows/site/${one.id}` },
      onmouseenter: () => light(`rows/site/${one.id}`),
      onmouseleave: () => light(null),
    },
    h("th", { scope: "row" }, siteName(one), one.name && h("span", { class: "muted" }, ` ${one.id}`)),
    h("td", {}, areas[one.county] ?? one.county ?? "—"),
    h("td", {}, areas[one.township] ?? "—"),
    h("td", { class: "number" }, count(one.units)),
    h("td", { class: "number" }, count(one.people)),
    h("td", { class: "number" }, count(one.newly_places)),
    h("td", { class: "number" }, count(one.newly_people))))));
}
