// Scenarios: the list with how far each is, and the form of a new one.

import { get, newest, peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, dayTime, may, percent, t } from "./i18n.js";
import { notice } from "./page.js";
import { layerChoices, read as readLayers } from "./planning_layers.js";

const EVERY_MS = 1000;
let listed = [];
let shown = { ids: null, cells: [], told: [] };

const fail = (error) => notice(error.message, "error");
const isAtWork = (one) => one.job && ["queued", "running"].includes(one.job.state);

/** How far a computing is, with a way to call it off. */
function progress({ id, job }) {
  if (!job || job.state === "done") return null;
  return h("span", { class: "job", dataset: { state: job.state } },
    h("span", { class: "badge" }, job.label),
    job.state === "running" && h("progress", { value: job.done, max: job.total ?? 1 }),
    h("span", { class: "muted" }, job.text),
    isAtWork({ job }) && may("plan") && h("button", {
      type: "button", disabled: job.cancel_asked, onclick: () => post(`/api/scenarios/${id}/cancel`, {}).then(read).catch(fail),
    }, t("planning.cancel")));
}

/** Leads to the scenario beside another that has a result, too. */
function comparing({ id }) {
  const others = listed.filter((row) => row.result && row.id !== id);
  return others.length > 0 && h("select", {
    "aria-label": t("planning.compare_with"),
    onchange: ({ target }) => { window.location.href = `/planning/${id}/compared/${target.value}`; },
  }, h("option", { value: "" }, t("planning.compare_with")), others.map((row) => h("option", { value: row.id }, row.name)));
}

/** What may be done with a scenario, and how far its computing is. */
function acts(one) {
  return [progress(one),
    may("plan") && !isAtWork(one) && h("button", { type: "button", onclick: () => post(`/api/scenarios/${one.id}/compute`, {}).then(read).catch(fail) }, t("planning.compute")),
    one.result && comparing(one),
    may("plan") && h("button", { type: "button", onclick: () => putAway(one) }, t("planning.retire"))].filter(Boolean);
}

/** What stands in each cell of a scenario's row, and what it rests on. */
function parts(one) {
  const figures = one.result?.figures;
  const others = listed.filter((row) => row.result && row.id !== one.id).map(({ id, name }) => [id, name]);
  return [
    { of: one.name, tag: "th", scope: "row", make: () => [h("a", { href: `/planning/${one.id}` }, one.name)] },
    { of: one.study_label, label: "study", make: () => [one.study_label] },
    { of: figures?.share, label: "share", class: "number", make: () => [percent(figures?.share)] },
    { of: figures?.people_share, label: "people_share", class: "number", make: () => [percent(figures?.people_share)] },
    { of: one.result && [one.result.computed_at, one.result.is_current], label: "computed", make: () => [
      one.result ? dayTime(one.result.computed_at) : "–",
      ...one.result && !one.result.is_current ? [h("span", { class: "badge" }, t("planning.outdated"))] : []] },
    { of: [one.job, Boolean(one.result), others], make: () => acts(one) },
  ].map((part) => ({ ...part, of: JSON.stringify(part.of ?? null) }));
}

/**
 * Shows the list. Of a list of the same scenarios only the cells that changed are filled anew: a
 * link that is exchanged between press and release is never clicked.
 */
function show({ scenarios }) {
  listed = scenarios;
  const told = listed.map(parts);
  const ids = listed.map(({ id }) => id).join();
  if (ids !== shown.ids) {
    const cells = told.map((row) => row.map((part) => h(part.tag ?? "td", {
      scope: part.scope, class: part.class, dataset: part.label ? { label: t(`planning.${part.label}`) } : {},
    }, part.make())));
    const rows = listed.map((one, at) => h("tr", { dataset: { scenario: one.id } }, cells[at]));
    const heads = ["name", "study", "share", "people_share", "computed"];
    byId("scenarios").replaceChildren(rows.length
      ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
        h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(`planning.${name}`))), h("th", { scope: "col" }))),
        h("tbody", {}, rows)))
      : h("p", { class: "muted" }, t("planning.none")));
    shown = { ids, cells, told };
    return;
  }
  told.forEach((row, at) => row.forEach((part, column) => {
    if (part.of !== shown.told[at][column].of) shown.cells[at][column].replaceChildren(...part.make());
  }));
  shown.told = told;
}

const read = newest(() => peek("/api/scenarios"), show);

async function putAway(one) {
  if (!window.confirm(t("planning.retire_sure", { name: one.name }))) return;
  try {
    await post(`/api/scenarios/${one.id}/retire`, { version: one.version });
    await read();
  } catch (error) {
    fail(error);
  }
}

const options = (choices, value) => choices.map(({ code, label }) => {
  const option = h("option", { value: code }, label);
  option.selected = code === value;
  return option;
});
const field = (label, control) => h("label", { class: "field" }, label, control);

function edit() {
  const own = { code: "", label: t("planning.own") };
  const standard = h("select", { name: "standard", onchange: fill }, options([...config.standards, own]));
  const none = { code: "", label: t("planning.any") };
  const study = h("select", { name: "study", onchange: switchStudy }, options(config.studies));
  const siting = h("fieldset", { class: "whole siting", hidden: true },
    h("legend", {}, t("planning.new_posts")),
    field(t("planning.model"), h("select", { name: "model", onchange: switchStudy }, options(config.models))),
    field(t("planning.new_sites"), h("input", { name: "new_sites", type: "number", min: 1, max: 500, value: 2 })),
    field(t("planning.budget"), h("input", { name: "budget", inputmode: "decimal", placeholder: t("planning.budget_hint") })),
    field(t("planning.register"), h("select", { name: "register" }, options([{ code: "", label: t("planning.no_register") }, ...config.registers, ...layerChoices()], "village"))),
    field(t("planning.junctions"), h("input", { name: "junctions", type: "number", min: 0, max: 5000, value: 200 })),
    field(t("planning.weigh"), h("select", { name: "weigh" }, options(["people", "places"].map((code) => ({ code, label: t(`planning.weigh_${code}`) }))))),
    field(t("planning.turnout_min"), h("input", { name: "turnout_min", inputmode: "decimal", value: "1" })),
    field(t("planning.busy"), h("input", { name: "busy", inputmode: "decimal", value: "0.3" })));
  const costs = h("fieldset", { class: "whole siting", hidden: true },
    h("legend", {}, t("planning.costs")),
    config.measures.map(({ code, label }) => field(code === "turnout" ? t("planning.per_minute", { label }) : label, h("input", { name: `cost_${code}`, inputmode: "decimal", value: "1" }))));
  const noLayer = { code: "", label: t("planning.no_layer") };
  const supposed = h("details", { class: "whole" }, h("summary", {}, t("planning.supposed")),
    h("div", { class: "siting" },
      field(t("planning.lost"), h("input", { name: "lost", placeholder: t("planning.lost_hint") })),
      field(t("planning.posts_layer"), h("select", { name: "posts_layer" }, options([noLayer, ...layerChoices()]))),
      field(t("planning.turnout_min"), h("input", { name: "posts_turnout_min", inputmode: "decimal", value: "1" })),
      field(t("planning.closed_layer"), h("select", { name: "closed_layer" }, options([noLayer, ...layerChoices()]))),
      field(t("planning.closed_ways"), h("input", { name: "closed_ways", placeholder: t("planning.closed_ways_hint") }))));
  const form = h("form", { class: "planning-form", autocomplete: "off", novalidate: true, onsubmit: send },
    field(t("planning.study"), study),
    field(t("planning.name"), h("input", { name: "name", maxlength: 80, required: true })),
    field(t("planning.standard"), standard),
    field(t("planning.demand"), h("select", { name: "demand" }, options([...config.demands, ...layerChoices()]))),
    field(t("planning.capability"), h("select", { name: "capability" }, options([none, ...config.capabilities]))),
    field(t("planning.limit_min"), h("input", { name: "limit_min", inputmode: "decimal" })),
    field(t("planning.clock"), h("select", { name: "clock" }, options(config.clocks))),
    field(t("planning.due"), h("input", { name: "due", type: "number", min: 1, max: 8, value: 1 })),
    field(t("planning.vehicle"), h("select", { name: "vehicle" }, options([{ code: "", label: t("planning.heaviest") }, ...config.vehicles]))),
    field(t("planning.conditions"), h("select", { name: "conditions" }, options([{ code: "", label: t("planning.free_road") }, ...config.conditions]))),
    field(t("planning.each"), h("select", { name: "each", onchange: switchStudy }, options(config.each))),
    field(t("planning.loss_layer"), h("select", { name: "loss_layer" }, options([{ code: "", label: t("planning.no_layer") }, ...layerChoices()]))),
    field(t("planning.area_minutes"), h("input", { name: "minutes", inputmode: "decimal", placeholder: t("planning.area_minutes_hint") })),
    field(t("planning.split"), h("select", { name: "split" }, options(config.splits))),
    field(t("planning.note"), h("input", { name: "note", maxlength: 400 })),
    h("p", { class: "whole checks" },
      h("label", {}, h("input", { type: "checkbox", name: "each_crew" }), " ", t("planning.each_crew")),
      h("label", {}, h("input", { type: "checkbox", name: "closures", checked: true }), " ", t("planning.closures")),
      h("label", {}, h("input", { type: "checkbox", name: "neighbours", checked: true }), " ", t("planning.neighbours"))),
    siting,
    costs,
    supposed,
    h("p", { class: "whole muted", id: "source" }),
    h("div", { class: "whole form-actions" },
      h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("planning.close")),
      h("button", { type: "submit", class: "primary" }, t("planning.make"))));
  const { elements } = form;

  /** Shows what the study and the model ask for, and nothing else. */
  function switchStudy() {
    const isSiting = study.value === "siting";
    // Siting and losses count the first to arrive.
    const [isCoverage, isFixes] = ["coverage", "fixes"].map((one) => study.value === one);
    const model = config.models.find((one) => one.code === elements.model.value);
    siting.hidden = !isSiting && !isFixes;
    costs.hidden = !isFixes;
    for (const [name, isAsked] of [
      ["due", isCoverage || isFixes], ["each_crew", isCoverage || isFixes], ["each", study.value === "losses"], ["loss_layer", study.value === "losses" && elements.each.value === "area"], ["minutes", study.value === "areas"], ["split", study.value === "areas"], ["model", isSiting], ["weigh", isSiting],
      ["new_sites", isSiting && model.code !== "lscp"], ["budget", isSiting && model.by_budget], ["busy", isSiting && model.code === "mexclp"],
    ]) elements[name].closest("label").hidden = !isAsked;
  }

  const layerId = (name) => elements[name].value.slice(config.layerPrefix.length) || null;
  const listOf = (name) => elements[name].value.split(/[\s,，、;；]+/u).filter(Boolean);

  /** What is supposed to be otherwise than it is. */
  const changes = () => ({
    lost: listOf("lost"),
    posts_layer: layerId("posts_layer"),
    posts_turnout_s: Number(elements.posts_turnout_min.value) * 60,
    closed_layer: layerId("closed_layer"),
    closed_ways: listOf("closed_ways").map(Number),
  });

  /** Where new posts may be, and how ready they are. */
  const candidates = () => ({
    candidates: {
      ...elements.register.value.startsWith(config.layerPrefix) ? { layer: elements.register.value.slice(config.layerPrefix.length) } : { kind: elements.register.value || null },
      junctions: Number(elements.junctions.value),
    },
    turnout_s: Number(elements.turnout_min.value) * 60,
  });

  function conditions() {
    const chosen = config.conditions.find((one) => one.code === elements.conditions.value);
    if (!chosen) return null;
    const { label: _label, ...told } = chosen;
    return told;
  }

  /** What each study asks besides its coverage. */
  function besides() {
    if (study.value === "losses") return { each: elements.each.value, ...elements.each.value === "area" && { layer: layerId("loss_layer") } };
    if (study.value === "areas") return { minutes: listOf("minutes").map(Number), split: elements.split.value };
    if (study.value === "fixes") return { ...candidates(), costs: Object.fromEntries(config.measures.map(({ code }) => [code, Number(elements[`cost_${code}`].value)])) };
    if (study.value !== "siting") return {};
    const model = config.models.find((one) => one.code === elements.model.value);
    const budget = model.by_budget && elements.budget.value.trim() ? Number(elements.budget.value) : null;
    return {
      model: model.code,
      new_sites: model.code === "lscp" || budget !== null ? null : Number(elements.new_sites.value),
      budget,
      ...candidates(),
      weigh: elements.weigh.value,
      ...(model.code === "mexclp" && { busy: Number(elements.busy.value) }),
    };
  }

  function fill() {
    const chosen = config.standards.find((one) => one.code === standard.value);
    form.querySelector("#source").textContent = chosen ? chosen.source[document.documentElement.lang === "en" ? 1 : 0] : "";
    if (!chosen) return;
    elements.demand.value = chosen.demand;
    elements.capability.value = chosen.resources.capability ?? "";
    elements.limit_min.value = chosen.limit_min;
    elements.clock.value = chosen.clock;
    elements.due.value = chosen.due;
    elements.vehicle.value = chosen.vehicle ?? "";
    elements.each_crew.checked = chosen.each_crew;
    if (!elements.name.value || config.standards.some((one) => one.label === elements.name.value)) elements.name.value = chosen.label;
  }

  async function send(event) {
    event.preventDefault();
    byId("fault").hidden = true;
    const { label: _label, ...chosen } = config.standards.find((one) => one.code === standard.value)
      ?? { code: "own", name: [elements.name.value, elements.name.value], resources: {} };
    try {
      await post("/api/scenarios", {
        study: study.value,
        name: elements.name.value,
        note: elements.note.value,
        parameters: {
          standard: {
            ...chosen,
            demand: elements.demand.value,
            resources: { ...chosen.resources, capability: elements.capability.value || null },
            limit_min: Number(elements.limit_min.value),
            clock: elements.clock.value,
            due: ["coverage", "fixes"].includes(study.value) ? Number(elements.due.value) : 1,
            each_crew: elements.each_crew.checked,
            vehicle: elements.vehicle.value || null,
          },
          closures: elements.closures.checked,
          neighbours: elements.neighbours.checked,
          conditions: conditions(),
          changes: changes(),
          ...besides(),
        },
      });
      byId("edit").replaceChildren();
      await read();
    } catch (error) {
      byId("fault").textContent = error.message;
      byId("fault").hidden = false;
    }
  }

  byId("edit").replaceChildren(form);
  fill();
  switchStudy();
  elements.name.focus();
}

byId("new")?.addEventListener("click", edit);
show(await get("/api/scenarios"));
await readLayers();
window.setInterval(() => {
  if (!document.hidden && listed.some(isAtWork)) read().catch(fail);
}, EVERY_MS);
document.body.dataset.ready = "true";
