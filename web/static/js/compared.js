// Two scenarios side by side: figures, counties, and what changes at every place.

import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { config, count, lang, may, minutes, percent, t } from "./i18n.js";
import { pictureFiles } from "./chart.js";
import { startMap } from "./minimap.js";
import { notice } from "./page.js";
import { countyShapes, mapPicture } from "./picture.js";
import { CHANGED, bar, legendItem, named, point, rowsOf, symbols } from "./planning_map.js";

const SHOWN = 60;
const fail = (error) => notice(error.message, "error");
const [one, other] = config.compared;
const found = await get(`/api/scenarios/${one}/compared/${other}`);
const names = found.scenarios.map(({ name }) => name);
const figures = found.scenarios.map((scenario) => scenario.figures);
const head = (...words) => h("thead", {}, h("tr", {}, words.map((word, at) => h("th", { scope: "col", class: at ? "number" : null }, word))));
const signed = (number, text) => `${number > 0 ? "+" : number < 0 ? "−" : ""}${text}`;

const points = (share) => t("planning.points", { points: (share * 100).toFixed(1) });

function figure(name, told, toldLess = told) {
  const [before, after] = figures.map((all) => all[name]);
  const less = before === null || after === null ? null : after - before;
  return h("tr", {}, h("th", { scope: "row" }, t(`planning.${name}`)),
    h("td", { class: "number" }, told(before)), h("td", { class: "number" }, told(after)),
    h("td", { class: "number" }, less === null ? "–" : signed(less, toldLess(Math.abs(less)))));
}

byId("figures").replaceChildren(h("table", { class: "table" },
  head(t("planning.item"), ...names, t("planning.difference")),
  h("tbody", {}, figure("places", count), figure("covered", count), figure("share", percent, points), figure("people", count),
    figure("people_covered", count), figure("people_share", percent, points))));
const only = found.only[0] + found.only[1];
byId("notes").replaceChildren(...only ? [h("p", { class: "callout" }, t("planning.only", { count: only }))] : []);

const places = rowsOf(found.places);
const drawn = symbols(CHANGED);
const side = startMap({ onError: fail });
side.overlay.setPoints("rows", places.map((row) => point({ ...row, name: named(row) }, drawn[row.change], `rows/${row.id}`)));
byId("legend").replaceChildren(...Object.keys(CHANGED).filter((code) => found.counts[code].places)
  .map((code) => legendItem(drawn[code], config.changes[code], ` ${count(found.counts[code].places)}`)));
byId("map-files").replaceChildren(...pictureFiles(async () => mapPicture({
  title: names.join(" → "), note: config.site.synthetic ? t("planning.synthetic_data") : "", counties: await countyShapes(),
  points: places.map((row) => ({ ...row, drawn: drawn[row.change] })),
  legend: Object.keys(CHANGED).filter((code) => found.counts[code].places).map((code) => ({ drawn: drawn[code], text: `${config.changes[code]} ${count(found.counts[code].places)}` })),
}), `${one}-${other}`));
byId("changes").replaceChildren(h("table", { class: "table" },
  head(t("planning.changes"), t("planning.places"), t("planning.people")),
  h("tbody", {}, Object.entries(config.changes).map(([code, label]) => h("tr", {}, h("th", { scope: "row" }, label),
    h("td", { class: "number" }, count(found.counts[code].places)), h("td", { class: "number" }, count(found.counts[code].people)))))));

/** Hovering the map or the table shows the same place in both. */
function light(key) {
  side.overlay.choose(key);
  for (const row of document.querySelectorAll("#places tr[data-key]")) row.classList.toggle("chosen", row.dataset.key === key);
}
side.map.on("mousemove", ({ containerPoint }) => light(side.overlay.at(containerPoint)?.key ?? null));

byId("counties").replaceChildren(h("table", { class: "table" },
  head(t("planning.county"), t("planning.places"), ...["share", "people_share"].flatMap((share) => names.map((name) => `${t(`planning.${share}`)} · ${name}`))),
  h("tbody", {}, rowsOf(found.counties).map((row) => h("tr", {},
    h("th", { scope: "row" }, found.areas[row.county] ?? row.county ?? "—"),
    h("td", { class: "number" }, count(row.places)),
    ["one_share", "other_share", "one_people_share", "other_people_share"]
      .map((name) => h("td", { class: "number" }, bar(row[name]), percent(row[name]))))))));

const arrival = (total_s) => (total_s === null ? t("planning.never") : minutes(total_s));
const changed = places.filter(({ change }) => ["gained", "lost"].includes(change));
byId("places-hint").textContent = t("planning.open_changed", { shown: Math.min(changed.length, SHOWN), all: changed.length });
byId("places").replaceChildren(h("table", { class: "table", hidden: !changed.length },
  head(t("planning.place"), t("planning.changes"), ...names.map((name) => `${t("planning.arrival")} · ${name}`), t("planning.people")),
  h("tbody", {}, changed.slice(0, SHOWN).map((row) => h("tr", {
    dataset: { key: `rows/${row.id}` }, onmouseenter: () => light(`rows/${row.id}`), onmouseleave: () => light(null),
  },
  h("th", { scope: "row" }, named(row), " ", h("span", { class: "muted" }, row.id)),
  h("td", {}, config.changes[row.change]),
  h("td", { class: "number" }, arrival(row.one_s)), h("td", { class: "number" }, arrival(row.other_s)),
  h("td", { class: "number" }, row.people === null ? "–" : count(Math.round(row.people))))))));
byId("actions").replaceChildren(...may("export")
  ? [h("a", { class: "button", href: `/planning/${one}/compared/${other}/result.xlsx?lang=${lang}` }, "XLSX")] : []);
await side.ready;
document.body.dataset.ready = "true";
