// A drill: what everybody may know of it; for its staff the scenario, the events list, and the check.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { arrangementsForm, readArrangements } from "./drill_arrangements.js";
import { drawArea, pickPoint, showOnMap, start } from "./drill_map.js";
import { injectCard, readInject } from "./drill_injects.js";
import { prepare } from "./drill_rows.js";
import { readScenario, scenarioForm } from "./drill_scenario.js";
import { showReckoned } from "./drill_told.js";
import { config, dayTime, may, t } from "./i18n.js";
import { notice } from "./page.js";

const { drill } = config;
const PATH = `/api/drills/${drill.id}/script`;
let version = 0;
let script = {};
let changed = false;

const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
  byId("fault").scrollIntoView({ block: "nearest" });
};

function showDrill() {
  const facts = [
    ["organiser", drill.organiser_name], ["kind", drill.kind], ["when", drill.starts_at ? dayTime(drill.starts_at) : t("design.no_date")],
    ["duration", t("design.minutes_number", { minutes: drill.duration_min })], ["venue", drill.venue || "–"],
    ["plan", drill.plan ? h("a", { href: `/plans/${encodeURIComponent(drill.plan)}` }, drill.plan) : "–"],
  ];
  byId("facts").replaceChildren(...facts.flatMap(([name, value]) => [h("dt", {}, t(`design.${name}`)), h("dd", {}, value)]));
  byId("objectives").replaceChildren(drill.objectives.length ? h("ol", {}, drill.objectives.map((one) => h("li", {}, one.text,
    one.within_min ? h("span", { class: "badge" }, t("design.within", { minutes: one.within_min })) : "", one.clause ? h("span", { class: "badge part" }, one.clause) : ""))) : h("p", { class: "muted" }, t("design.none")));
  const byRole = config.roles.map(({ code, label }) => [label, drill.participants.filter((one) => one.role === code)]).filter(([, who]) => who.length);
  byId("participants").replaceChildren(byRole.length ? h("dl", { class: "facts" }, byRole.flatMap(([label, who]) => [h("dt", {}, label), h("dd", {}, who.map((one) => one.name || one.id).join("、"))])) : h("p", { class: "muted" }, t("design.none")));
}

const mark = (is) => {
  changed = is;
  byId("state").textContent = is ? t("design.unsaved") : "";
};

function openInject(key) {
  const card = byId("injects").querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!card) return;
  card.open = true;
  card.scrollIntoView({ block: "start" });
}

function show(told) {
  ({ version, script } = told);
  prepare({ known: told.names });
  const form = scenarioForm(told.script.scenario);
  byId("scenario").replaceChildren(form);
  byId("arrangements").replaceChildren(arrangementsForm(script.arrangements));
  const open = new Set([...byId("injects").querySelectorAll("[open]")].map((one) => one.dataset.key));
  const injects = new Map(told.script.injects.map((one) => [one.key, one]));
  byId("injects").replaceChildren(...told.order.map((key) => injectCard(injects.get(key), { open: open.has(key) })));
  showReckoned(told.reckoned, {
    openInject,
    titles: new Map(script.injects.map((one) => [one.key, one.title])),
    structures: form.structures,
    onStructures: (way, isClosed) => {
      form.structures = [...form.structures.filter((one) => one !== way), ...isClosed ? [way] : []];
      mark(true);
    },
  });
  showOnMap(told.reckoned);
  mark(false);
}

const said = () => ({ arrangements: readArrangements(byId("arrangements").firstElementChild), scenario: readScenario(byId("scenario").firstElementChild), injects: [...byId("injects").children].map(readInject) });

/** Does one thing with the form's buttons held; says what was wrong. */
async function act(work) {
  byId("fault").hidden = true;
  for (const id of ["save", "reckon"]) byId(id).disabled = true;
  try {
    await work();
  } catch (error) {
    fail(error);
  } finally {
    for (const id of ["save", "reckon"]) byId(id).disabled = false;
  }
}

async function save() {
  show(await post(PATH, { version, script: said() }));
  notice(t("design.saved"));
}

async function design() {
  await start({ onError: fail });
  prepare({ pickPoint, drawArea });
  show(await get(PATH));
  if (!may("manage_drills") || drill.state !== "planned") {
    for (const one of byId("script").querySelectorAll("button, input, select, textarea")) one.disabled = true;
    return;
  }
  byId("script").addEventListener("input", () => mark(true));
  byId("script").addEventListener("submit", (event) => {
    event.preventDefault();
    act(save);
  });
  byId("add-inject").addEventListener("click", () => {
    const card = injectCard({}, { open: true });
    byId("injects").append(card);
    card.querySelector('[name="title"]').focus();
    mark(true);
  });
  byId("reckon").addEventListener("click", () => act(async () => {
    if (changed || version === 0) await save();
    byId("state").textContent = t("design.reckoning");
    show(await post(`${PATH}/reckon`, { version }));
    byId("check").scrollIntoView({ block: "start" });
  }));
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

showDrill();
if (config.staff) await design().catch(fail);
document.body.dataset.ready = "true";
