// From the answer to the order: the teams that are ticked, the kind of event, and what the call says.

import { get, post } from "./api.js";
import { byId, h, typing } from "./dom.js";
import { done, draftAt, keep, settled } from "./drafts.js";
import { clockTime, config, count, distance, may, siteMoment, t } from "./i18n.js";
import { question } from "./state.js";

const COUNTED = ["dead", "missing", "trapped", "seriously_injured", "injured", "in_danger", "moved"];
const TIMES = ["unit_head_at", "county_received_at", "city_received_at"];
const CALLER = ["caller_name", "caller_phone"];

/** Keys of the teams that are ticked, by the answer they were ticked in. */
let ticked = new Set();

/** A box to tick a team with. */
export function tick(one) {
  return h("input", {
    type: "checkbox", class: "tick", dataset: { key: one.key }, "aria-label": t("order.tick", { name: one.name }),
    onchange: (event) => {
      ticked[event.target.checked ? "add" : "delete"](one.key);
      tell();
      byId("order")?.dispatchEvent(new Event("input"));
    },
  });
}

function tell() {
  const button = byId("order-go");
  if (!button) return;
  const number = ticked.size;
  button.textContent = number ? t("order.go", { count: count(number) }) : t("order.open_only");
  button.disabled = !number && byId("order-incident").value !== "";
}

/** The form below an answer; `onDone(id)` hears of the incident, `fail(error)` of what went wrong. */
export function orderForm(proposal, { onDone, fail }) {
  ticked = new Set();
  if (!may("dispatch")) return null;
  const kind = h(
    "select",
    { name: "kind", id: "order-kind", required: true, onchange: () => production() },
    h("option", { value: "" }, t("order.choose")),
    config.kinds.map((one) => h("option", { value: one.code }, one.label)),
  );
  const asked = h("label", { class: "wide", hidden: true }, t("order.in_production"), h(
    "select",
    { name: "in_production" },
    h("option", { value: "" }, t("order.unknown")),
    h("option", { value: "yes" }, t("order.yes")),
    h("option", { value: "no" }, t("order.no")),
  ));
  const around = h("details", { class: "wide times", id: "order-circumstances", hidden: true },
    h("summary", {}, t("order.circumstances")),
    Object.entries(config.circumstances).map(([name, one]) => h("label", { title: one.article }, one.label, h("select", { name },
      h("option", { value: "" }, t("order.unknown")), h("option", { value: "yes" }, t("order.yes")), h("option", { value: "no" }, t("order.no"))))));
  const production = () => {
    const chosen = config.kinds.find((one) => one.code === kind.value);
    asked.hidden = !chosen?.asks;
    around.hidden = !chosen?.is_forest_fire;
  };
  const incident = h(
    "select",
    { name: "incident", id: "order-incident", onchange: () => { show(); tell(); } },
    h("option", { value: "" }, t("order.new")),
  );
  const hazard = h("select", { name: "hazard" }, h("option", { value: "" }, t("order.no_hazard")));
  const at = h("label", { class: "wide", hidden: true }, t("order.hazard"), hazard);
  const times = h(
    "details",
    { class: "wide times" },
    h("summary", {}, t("order.more_times")),
    TIMES.map((name) => h("label", {}, t(`order.${name}`), h("input", { name, type: "datetime-local" }))),
    h("label", {}, t("order.late_why"), h("input", { name: "late_why", maxlength: 200, autocomplete: "off" })),
  );
  const details = h(
    "div",
    { class: "fields details" },
    h("label", { class: "wide" }, t("order.kind"), kind),
    asked, around,
    COUNTED.map((name) => h("label", { class: "narrow" }, t(`order.${name}`), h("input", { name, inputmode: "numeric", pattern: "[0-9]*", autocomplete: "off" }))),
    at,
    h("label", { class: "wide" }, t("order.occurred_at"), h("input", { name: "occurred_at", type: "datetime-local" })),
    h("label", {}, t("order.caller_name"), h("input", { name: "caller_name", maxlength: 200, autocomplete: "off" })),
    h("label", {}, t("order.caller_phone"), h("input", { name: "caller_phone", maxlength: 200, inputmode: "tel", autocomplete: "off" })),
    h("label", { class: "wide" }, t("order.note"), h("input", { name: "note", maxlength: 2000, autocomplete: "off" })),
    times,
  );
  const show = () => {
    const isNew = incident.value === "";
    details.hidden = !isNew;
    kind.required = isNew;
  };
  const form = h(
    "form",
    {
      id: "order", autocomplete: "off", oninput: () => keep({ x, y }, said(), caller()),
      onsubmit: (event) => { event.preventDefault(); send(); },
    },
    h("h3", {}, t("order.title"), " ", h("kbd", { "aria-hidden": "true" }, "O")),
    h("label", { class: "wide same", hidden: true }, t("order.same"), incident),
    details,
    h("div", { class: "actions" },
      h("span", { id: "draft-state", class: "muted", "aria-live": "off" }),
      h("button", { class: "primary", type: "submit", id: "order-go" }, t("order.open_only"))),
  );
  const field = (name) => form.elements[name].value;
  const caller = () => Object.fromEntries(CALLER.map((name) => [name, field(name)]));
  const said = () => {
    const typed = [...new FormData(form)].filter(([name, value]) => value && name !== "incident" && !CALLER.includes(name));
    const asked = { need: question.need, vehicle: question.vehicle, k: question.k, name: question.incident?.name };
    return Object.fromEntries(Object.entries({ ...Object.fromEntries(typed), ...asked, ticked: [...ticked].join(",") }).filter(([, value]) => value));
  };
  const { x, y } = proposal.incident;
  const left = draftAt({ x, y });
  if (left) {
    const { ticked: before, ...typed } = left.said;
    for (const [name, value] of Object.entries({ ...typed, caller_name: left.caller_name, caller_phone: left.caller_phone })) {
      if (form.elements[name] && name !== "hazard") form.elements[name].value = value;
    }
    production();
    around.open = Object.keys(config.circumstances).some((name) => field(name));
    times.open = [...TIMES, "late_why"].some((name) => field(name));
    ticked = new Set(proposal.proposals.map((one) => one.key).filter((key) => (before ?? "").split(",").includes(key)));
  }
  get("/api/incidents/near", { x, y }).then(({ incidents: near, hazards }) => {
    for (const one of hazards) {
      hazard.append(h("option", { value: `${one.kind}/${one.id}` }, t("order.at_hazard", { name: one.name, kind: one.kind_label, distance: distance(one.distance_m) })));
    }
    at.hidden = !hazards.length;
    const chosen = hazards.find((one) => one.name === question.incident?.name);
    hazard.value = left?.said.hazard ?? (chosen ? `${chosen.kind}/${chosen.id}` : "");
    for (const one of near) {
      incident.append(h("option", { value: one.id }, t("order.near", { title: one.title, distance: distance(one.distance_m), time: clockTime(one.opened_at) })));
    }
    form.querySelector(".same").hidden = !near.length;
  }).catch(fail);

  const number = (name) => (field(name).trim() === "" ? null : Number(field(name)));
  async function send() {
    const button = byId("order-go");
    button.disabled = true;
    try {
      const id = incident.value || await open();
      if (ticked.size) {
        const units = proposal.proposals.filter((one) => ticked.has(one.key)).map((one) => ({ kind: one.kind, id: one.id, expected_s: one.total_s }));
        await post(`/api/incidents/${encodeURIComponent(id)}/orders`, { units });
      }
      onDone(id);
    } catch (error) {
      fail(error);
      tell();
      button.disabled = false;
    }
  }
  /** Opens the incident; should the order fail after it, it is there already and chosen. */
  async function open() {
    const body = {
      kind: kind.value, x, y,
      figures: Object.fromEntries(COUNTED.map((name) => [name, number(name)])),
      ...caller(),
      note: field("note"),
      late_why: field("late_why"),
    };
    const known = ["occurred_at", ...TIMES].filter((name) => field(name));
    body.times = Object.fromEntries(known.map((name) => [name, siteMoment(field(name))]));
    if (!around.hidden) {
      const answered = Object.keys(config.circumstances).filter((name) => field(name));
      body.circumstances = Object.fromEntries(answered.map((name) => [name, field(name) === "yes"]));
    }
    if (field("in_production")) body.in_production = field("in_production") === "yes";
    if (field("hazard")) {
      const [register, ...id] = field("hazard").split("/");
      body.hazard = { kind: register, id: id.join("/") };
    }
    const draft = await settled();
    if (draft) body.draft = draft;
    const made = await post("/api/incidents", body);
    done();
    incident.append(h("option", { value: made.id, selected: true }, made.title));
    form.querySelector(".same").hidden = false;
    show();
    return made.id;
  }
  window.queueMicrotask(() => {
    for (const box of document.querySelectorAll("#answer .tick")) box.checked = ticked.has(box.dataset.key);
    tell();
  });
  return form;
}

/** Figures tick the teams of the answer, O goes to the form. */
export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[1-9]$/.test(event.key)) {
      document.querySelectorAll("#answer .tick")[Number(event.key) - 1]?.click();
    } else if (event.key === "o" && byId("order-kind")) {
      event.preventDefault();
      (byId("order-incident").value ? byId("order-incident") : byId("order-kind")).focus();
    }
  });
}
