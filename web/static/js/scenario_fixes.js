// What fixes add to their scenario: measures ranked beside the map, each shown before and after.

import { byId, h } from "./dom.js";
import { config, count, lang, t } from "./i18n.js";
import { rowsOf } from "./planning_map.js";

export const MEASURE = { shape: "pentagon", fill: "#b3005e", rank: 0 };

const text = (one, column) => (lang === "zh" ? one[column] : one[`${column}_en`]) || one[column];

/** A measure in a few words. */
export const measureText = (one) => [
  config.measures[one.measure], text(one, "name"), one.to && `→ ${text(one, "to")}`, one.minutes > 0 && t("planning.by_minutes", { minutes: one.minutes }),
].filter(Boolean).join(" ");

export const fixesOf = (content) => (content.fixes ? rowsOf(content.fixes) : []);

/** What a measure makes of every place. */
export function changed(places, { gained, lost }) {
  const [news, olds] = [new Set(gained), new Set(lost)];
  return places.map((one, at) => {
    if (news.has(at)) return "gained";
    if (olds.has(at)) return "lost";
    return one.state === "covered" ? "same" : "neither";
  });
}

/** Draws the table; `choose(row)` shows a measure on the map, null what is. */
export function showFixes({ content }, choose) {
  byId("fixes-part").hidden = !content.fixes;
  if (!content.fixes) return;
  const of = content.fixes_by_people ? "thousand" : "place";
  const rows = fixesOf(content);
  let chosen = null;
  const pick = (at) => {
    chosen = chosen === at ? null : at;
    byId("fixes").querySelectorAll("tbody tr").forEach((row, number) => row.setAttribute("aria-selected", String(number === chosen)));
    choose(chosen);
  };
  const heads = ["measure", "cost", `price_${of}`, "newly_places", "newly_people", "lost_places"];
  byId("fixes-hint").textContent = rows.length ? t("planning.fixes_hint") : t("planning.fixes_none");
  byId("fixes").replaceChildren(h("table", { class: "table", hidden: !rows.length },
    h("thead", {}, h("tr", {}, heads.map((name, at) => h("th", { scope: "col", class: at ? "number" : null }, t(`planning.${name}`))))),
    h("tbody", {}, rows.map((one, at) => h("tr", {
      dataset: { fix: one.key }, tabindex: 0, "aria-selected": "false",
      onclick: () => pick(at),
      onkeydown: (event) => { if (event.key === "Enter") pick(at); },
    },
    h("th", { scope: "row" }, measureText(one), one.alike > 0 && h("span", { class: "muted" }, ` ${t("planning.alike", { count: one.alike })}`)),
    h("td", { class: "number" }, String(one.cost)),
    h("td", { class: "number" }, one.price === null ? "–" : String(one.price)),
    h("td", { class: "number" }, count(one.gained)),
    h("td", { class: "number" }, count(Math.round(one.gained_people))),
    h("td", { class: "number" }, count(one.lost)))))));
}
