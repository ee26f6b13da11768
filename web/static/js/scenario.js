// One scenario: its figures, where it holds and where not, and its files.

import { get, newest, post } from "./api.js";
import { chartFiles, pictureFiles, shareChart } from "./chart.js";
import { byId, h } from "./dom.js";
import { config, count, dayTime, lang, may, minutes, percent, t } from "./i18n.js";
import { startMap } from "./minimap.js";
import { notice } from "./page.js";
import { countyShapes, mapPicture } from "./picture.js";
import { CHANGED, bar, legendItem, named, point, rowsOf, symbol, symbols } from "./planning_map.js";
import { MEASURE, changed, fixesOf, measureText, showFixes } from "./scenario_fixes.js";
import { areasOf, showAreas } from "./scenario_areas.js";
import { linesOf, showLosses } from "./scenario_losses.js";
import { basisOf, showRisks } from "./scenario_risks.js";
import { SITE, VIEWS, seen, siteCards, siteName, siteNotes, siteTable } from "./scenario_sites.js";

const EVERY_MS = 1000;
const SHOWN = 60;
// Shape and colour each tell the state by themselves.
const DRAWN = {
  covered: { shape: "circle", fill: "#0b7f83", rank: 6 },
  late: { shape: "diamond", fill: "#d9580d", rank: 3 },
  closed: { shape: "square", fill: "#c1121f", rank: 1 },
  limit: { shape: "pentagon", fill: "#6c3fa8", rank: 2 },
  no_way: { shape: "hexagon", fill: "#3b3f46", rank: 1 },
  too_few: { shape: "shield", fill: "#8a6d00", rank: 4 },
  off_road: { shape: "square", fill: "#5a636d", rank: 4 },
};
const POST = { shape: "shield", fill: "#1565a9", rank: 2 };
const fail = (error) => notice(error.message, "error");

let side = null;
let shown = null;
let view = "after";
let lightLine = () => {};
let lightArea = () => {};
let fix = null;
let marked = { points: [], legend: [] };

const arrival = (total_s) => (total_s === null ? t("planning.never") : minutes(total_s));

function showFigures({ result, content }) {
  const { figures } = result;
  const { standard } = result.parameters;
  const cards = [
    ...content.sites ? siteCards(figures, percent) : [
      [t("planning.share"), percent(figures.share), t("planning.of", { part: count(figures.covered), all: count(figures.places) })],
      [t("planning.people_share"), percent(figures.people_share), t("planning.of", { part: count(figures.people_covered), all: count(figures.people) })],
    ],
    [t("planning.limit_min"), String(standard.limit_min), [standard.name, result.parameters.conditions?.name].filter(Boolean).map((one) => one[lang === "zh" ? 0 : 1]).concat(t(`planning.clock_${standard.clock}`)).join(" · ")],
    [t("planning.resources"), count(content.servers.length), t("planning.of_them_neighbours", { count: figures.neighbours })],
    ...content.losses ? [[t("planning.losses_grave"), count(figures.losses_grave), t("planning.losses_of", { asked: count(figures.losses_asked), costly: count(figures.losses_costly) })]] : [],
    ...content.service_areas ? [[t("planning.areas_km2"), t("planning.km2", { km2: count(Math.round(figures.areas_km2)) }), t("planning.areas_of", { areas: count(figures.areas), km: count(Math.round(figures.areas_road_km)) })]] : [],
    ...content.fixes ? [[t("planning.gaps_fixed"), t("planning.of", { part: count(figures.gaps_fixed), all: count(figures.gaps) }), t("planning.gaps_fixed_hint")]] : [],
    [t("planning.border"), `${figures.together_covered - figures.alone_covered}`, t("planning.border_hint", { alone: figures.alone_covered, later: figures.later_alone })],
  ];
  byId("figures").replaceChildren(...cards.map(([label, value, small]) => h("div", {}, h("dt", {}, label), h("dd", {}, value, h("small", {}, small)))));
  const notes = content.notes.map((note) => note[lang === "zh" ? "zh" : "en"]);
  if (content.sites) notes.push(...siteNotes(content));
  if (!result.is_current) notes.unshift(t("planning.answers_before"));
  if (figures.unknown) notes.push(t("planning.unknown", { count: figures.unknown }));
  if (content.nowhere.length) notes.push(t("planning.nowhere", { count: content.nowhere.length }));
  byId("notes").replaceChildren(...notes.map((note) => h("p", { class: "callout" }, note)));
}

function showMap(places, content) {
  const { servers, sites, before } = content;
  if (!side) {
    side = startMap({ onError: fail });
    side.map.on("mousemove", ({ containerPoint }) => light(side.overlay.at(containerPoint)?.key ?? null));
  }
  const was = before && rowsOf(before);
  const kinds = view === "change" || fix !== null ? CHANGED : DRAWN;
  const drawn = symbols(kinds);
  const states = fix === null ? places.map((one, at) => (was ? seen(view, one, was[at]) : one.state)) : changed(places, content.fixed[fix]);
  const [post_, site] = [symbol("post", POST), symbol("site", SITE)];
  const posts = new Map(servers.filter((one) => !sites || !one.supposed).map((one) => [`${one.x},${one.y}`, one]));
  const fresh = view === "before" ? [] : sites ?? [];
  const measure = fix === null ? null : fixesOf(content)[fix];
  side.overlay.setPoints("rows", [
    ...places.map((one, at) => point({ ...one, name: named(one) }, drawn[states[at]], `rows/${one.id}`)),
    ...[...posts.values()].map((one) => point({ ...one, name: named(one) }, post_, `rows/post/${one.key}`)),
    ...fresh.map((one) => ({ ...point({ ...one, name: siteName(one) }, site, `rows/site/${one.id}`), whole: true })),
    ...measure ? [{ ...point({ ...measure, id: measure.key, name: measureText(measure) }, symbol("fix", MEASURE), "rows/fix"), whole: true }] : [],
  ]);
  const label = (code) => config.states[code] ?? config.changes[code];
  const used = Object.keys(kinds).filter((code) => states.includes(code));
  marked = {
    points: [
      ...[...posts.values()].map((one) => ({ ...one, drawn: post_ })),
      ...places.map((one, at) => ({ ...one, drawn: drawn[states[at]] })),
      ...fresh.map((one) => ({ ...one, drawn: site })),
      ...measure ? [{ ...measure, drawn: symbol("fix", MEASURE) }] : [],
    ],
    legend: [
      ...used.map((code) => ({ drawn: drawn[code], text: `${label(code)} ${states.filter((one) => one === code).length}` })),
      { drawn: post_, text: t("planning.posts") },
      ...fresh.length ? [{ drawn: site, text: t("planning.sites") }] : [],
      ...measure ? [{ drawn: symbol("fix", MEASURE), text: measureText(measure) }] : [],
    ],
  };
  byId("legend").replaceChildren(
    ...used.map((code) => legendItem(drawn[code], label(code), ` ${states.filter((one) => one === code).length}`)),
    legendItem(post_, t("planning.posts")),
    ...fresh.length ? [legendItem(site, t("planning.sites"), ` ${fresh.length}`)] : [],
    ...measure ? [legendItem(symbol("fix", MEASURE), measureText(measure))] : []);
  byId("views").replaceChildren(...sites ? VIEWS.map((code) => h("label", {},
    h("input", { type: "radio", name: "view", value: code, checked: code === view, onchange: () => { view = code; showMap(places, content); } }),
    " ", t(`planning.view_${code}`))) : []);
}

/** The map as it is shown now, as a picture. */
async function pictured(found) {
  const { content, name } = found;
  const lines = linesOf(content);
  return mapPicture({
    title: name, note: basisOf(found), counties: await countyShapes(), points: marked.points,
    areas: areasOf(content), lines, legend: [...marked.legend, ...lines.length ? [{ stroke: lines[0].stroke, text: t("planning.losses") }] : []],
  });
}

/** Hovering the map or the table shows the same place in both. */
function light(key) {
  side.overlay.choose(key);
  lightLine(key);
  lightArea(key);
  for (const row of document.querySelectorAll("#result tr[data-key]")) row.classList.toggle("chosen", row.dataset.key === key);
}

function showSites({ sites }, areas) {
  byId("sites-part").hidden = !sites;
  if (sites) byId("sites").replaceChildren(siteTable(sites, areas, light));
}

function lightCounty(county) {
  for (const shape of document.querySelectorAll("#risks [data-county]")) shape.classList.toggle("chosen", shape.dataset.county === county);
}

function roadHint(roads) {
  if (!roads) return "";
  const reached = t("planning.road_km", { part: count(Math.round(roads.km_covered)), all: count(Math.round(roads.km)) });
  return roads.worst_s === null ? reached : t("planning.road_hint", { reached, worst: minutes(roads.worst_s), unreached: roads.km_unreached.toFixed(1) });
}

/** Areas of the demand by the roads inside; pointing leads to the place that is reached last. */
function showJudged(places, { judged }) {
  byId("judged-part").hidden = !judged;
  if (!judged) return;
  const of = new Map(places.map((one) => [one.id, one]));
  const rows = rowsOf(judged).sort((a, b) => (a.share ?? 2) - (b.share ?? 2) || (a.id < b.id ? -1 : 1));
  byId("judged").replaceChildren(h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["place", "road_share", "road_worst", "unreached_km", "people", "people_along"].map((name) => h("th", { scope: "col", class: name === "place" ? null : "number" }, t(`planning.${name}`))))),
    h("tbody", {}, rows.map((one) => {
      const { people } = of.get(one.id);
      return h("tr", { tabindex: 0, onclick: () => { if (one.worst_x !== null) side.map.setView([one.worst_y, one.worst_x], Math.max(side.map.getZoom(), 13)); } },
        h("th", { scope: "row" }, named(of.get(one.id)), " ", h("span", { class: "muted" }, one.id)),
        h("td", { class: "number", title: t("planning.road_km", { part: one.km_covered.toFixed(1), all: one.km.toFixed(1) }) }, bar(one.share), percent(one.share)),
        h("td", { class: "number" }, one.worst_s === null ? "–" : minutes(one.worst_s)),
        h("td", { class: "number" }, one.km_unreached.toFixed(1)),
        h("td", { class: "number" }, people === null ? "–" : count(Math.round(people))),
        h("td", { class: "number" }, people === null || one.share === null ? "–" : count(Math.round(people * one.share))));
    }))));
}

function showCounties(content, areas) {
  const rows = rowsOf(content.counties);
  const roads = new Map(content.roads ? rowsOf(content.roads).map((one) => [one.county, one]) : []);
  const heads = ["county", "places", "share", "people", "people_share", ...content.roads ? ["road_share"] : [], "mean", "worst"];
  byId("counties").replaceChildren(h("table", { class: "table" },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col", class: name === "county" ? null : "number" }, t(`planning.${name}`))))),
    h("tbody", {}, rows.map((one) => h("tr", { dataset: { county: one.county ?? "" }, onmouseenter: () => lightCounty(one.county), onmouseleave: () => lightCounty(null) },
      h("th", { scope: "row" }, areas[one.county] ?? one.county ?? "—"),
      h("td", { class: "number" }, count(one.places)),
      h("td", { class: "number" }, bar(one.share), percent(one.share)),
      h("td", { class: "number" }, count(Math.round(one.people))),
      h("td", { class: "number" }, bar(one.people_share), percent(one.people_share)),
      content.roads && h("td", { class: "number", title: roadHint(roads.get(one.county)) },
        bar(roads.get(one.county)?.share), percent(roads.get(one.county)?.share)),
      h("td", { class: "number" }, one.mean_s === null ? "–" : minutes(one.mean_s)),
      h("td", { class: "number" }, arrival(one.worst_s)))))));
}

function showPlaces(places, content, areas) {
  const names = new Map(content.servers.map((one) => [one.key, named(one)]));
  const fixes = fixesOf(content);
  const smallest = new Map((content.smallest ?? []).map((fixed, at) => [places[at], fixes[fixed]]));
  const open = places.filter((one) => one.state !== "covered")
    .sort((a, b) => (a.margin_s ?? -Infinity) - (b.margin_s ?? -Infinity) || (a.id < b.id ? -1 : 1));
  const heads = ["place", "county", "people", "state", "arrival", "margin", "first", ...content.fixes ? ["smallest"] : []];
  byId("places-hint").textContent = open.length ? t("planning.open", { shown: Math.min(open.length, SHOWN), all: open.length }) : t("planning.all_covered");
  byId("places").replaceChildren(h("table", { class: "table", hidden: !open.length },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(`planning.${name}`))))),
    h("tbody", {}, open.slice(0, SHOWN).map((one) => h("tr", {
      dataset: { key: `rows/${one.id}` },
      onmouseenter: () => light(`rows/${one.id}`),
      onmouseleave: () => light(null),
    },
    h("th", { scope: "row" }, named(one), " ", h("span", { class: "muted" }, one.id), one.synthetic && h("span", { class: "badge" }, t("planning.synthetic")), one.approximate && h("span", { class: "badge" }, t("planning.approximate"))),
    h("td", {}, areas[one.county] ?? one.county ?? "—"),
    h("td", { class: "number" }, one.people === null ? "–" : count(Math.round(one.people))),
    h("td", {}, config.states[one.state]),
    h("td", { class: "number" }, arrival(one.total_s)),
    h("td", { class: "number" }, one.margin_s === null ? "–" : minutes(one.margin_s)),
    h("td", {}, names.get(one.server) ?? "–"),
    content.fixes && h("td", {}, smallest.get(one) ? measureText(smallest.get(one)) : t("planning.no_fix")))))));
}

function showCurve({ content, result, name }) {
  const { curve } = content;
  const chart = shareChart({
    minutes: curve.minutes,
    lines: [
      { name: "of-places", label: t("planning.of_places"), values: curve.places },
      { name: "of-people", label: t("planning.of_people"), values: curve.people },
    ],
    limit: result.parameters.standard.limit_min,
    title: t("planning.curve"),
    xLabel: t("planning.minutes"),
  });
  byId("curve").replaceChildren(chart);
  byId("curve-files").replaceChildren(...chartFiles(chart, `${config.scenario}-${name}`));
}

function showJob({ job, result }) {
  const atWork = job && ["queued", "running"].includes(job.state);
  byId("job").replaceChildren(...(job && job.state !== "done" ? [h("p", { class: "callout job", dataset: { state: job.state } },
    h("strong", {}, job.label), atWork && h("progress", { value: job.done, max: job.total ?? 1 }), " ", job.text,
    atWork && may("plan") && h("button", { type: "button", disabled: job.cancel_asked, onclick: () => post(`/api/scenarios/${config.scenario}/cancel`, {}).then(read).catch(fail) }, t("planning.cancel")))] : []));
  byId("computed").textContent = result
    ? t("planning.computed_at", { at: dayTime(result.computed_at), who: result.computed_by, event: result.last_event, seconds: result.seconds.toFixed(1) })
    : t("planning.not_computed");
  byId("actions").replaceChildren(...[
    may("plan") && !atWork && h("button", { type: "button", id: "compute", onclick: () => post(`/api/scenarios/${config.scenario}/compute`, {}).then(read).catch(fail) }, t("planning.compute")),
    ...result && may("export") ? config.formats.map((ending) => h("a", { class: "button", href: `/planning/${config.scenario}/result.${ending}?lang=${lang}` }, ending.toUpperCase())) : [],
    result && h("button", { type: "button", id: "print", onclick: () => window.print() }, t("planning.print")),
  ].filter(Boolean));
}

function show(found) {
  showJob(found);
  byId("result").hidden = !found.content;
  if (found.content && found.result.computed_at !== shown) {
    shown = found.result.computed_at;
    const places = rowsOf(found.content.places);
    showFigures(found);
    showMap(places, found.content);
    showSites(found.content, found.areas);
    lightArea = showAreas(found, side, light);
    lightLine = showLosses(found, side, light);
    showFixes(found, (at) => { fix = at; showMap(places, found.content); });
    showJudged(places, found.content);
    showCounties(found.content, found.areas);
    showRisks(found, (county) => {
      for (const row of document.querySelectorAll("#counties tr[data-county]")) row.classList.toggle("chosen", row.dataset.county === county);
    }).catch(fail);
    byId("map-files").replaceChildren(...pictureFiles(() => pictured(found), `${config.scenario}-${found.name}-${t("planning.map")}`));
    showPlaces(places, found.content, found.areas);
    showCurve(found);
  }
  if (found.job && ["queued", "running"].includes(found.job.state)) {
    window.setTimeout(() => read().catch(fail), EVERY_MS);
  }
}

const read = newest(() => get(`/api/scenarios/${config.scenario}`), show);
await read();
await side?.ready;
document.body.dataset.ready = "true";
