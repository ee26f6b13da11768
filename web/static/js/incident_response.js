// The response of an incident: what plans suggest, what is prepared or in force, who decided.

import { byId, h } from "./dom.js";
import { config, dayTime, may, siteLocal, siteMoment, t } from "./i18n.js";
import { MARK } from "./happening.js";
import { PATH, askWhy, change, section } from "./incident_state.js";

let response = null;
let drawn = "";
let offered = 0;

const badge = (level, label) => h("strong", { class: `badge grade-${level}` }, `${MARK[level]} ${label}`);
const path = (act) => `/api/responses/${response.current.id}/${act}`;

/** Says that a response has run out, until somebody extends or ends it. */
function alarm() {
  const current = response?.current;
  const over = current?.state === "in_force" && Date.parse(current.expected_end) <= Date.now();
  const text = over ? t("responses.overdue", { level: current.level_label, at: dayTime(current.expected_end), owner: current.owner }) : "";
  const place = byId("response-alarm");
  if (place.textContent === (text && `⚠ ${text}`)) return;
  place.replaceChildren(...(text ? [h("p", { class: "alarm" }, `⚠ ${text}`)] : []));
}

function suggestion(label, { level, label: name, because }) {
  return h("li", { dataset: { level: level ?? "" } },
    h("span", { class: "basis" }, label),
    level ? badge(level, name) : h("span", { class: "muted" }, t("responses.no_level")),
    h("span", {}, because));
}

function showSuggested() {
  return [
    response.no_plan && h("p", { class: "caution" }, `⚠ ${response.no_plan}`),
    response.suggested.map((one) => h("div", { class: "suggested", dataset: { plan: one.plan } },
      h("h3", {}, one.name, " ", one.synthetic && h("span", { class: "badge caution" }, t("responses.synthetic"))),
      h("p", { class: "muted" }, t("responses.plan_of", { headquarters: one.headquarters, edition: one.edition, source: one.source })),
      h("ul", { class: "grades" }, suggestion(t("responses.confirmed"), one.confirmed), suggestion(t("responses.worst_case"), one.worst_case)),
      one.unknown.length > 0 && h("p", { class: "muted" }, t("responses.unknown", { names: one.unknown.join("、") })))),
  ].flat().filter(Boolean);
}

function field(name, attributes = {}) {
  return h("label", { class: "field" }, t(`responses.${name}`), h("input", { name, maxlength: 80, autocomplete: "off", ...attributes }));
}

/** Whose decision it is: whoever may approve leaves both empty and decides himself. */
function word() {
  const himself = may("approve_response");
  return [
    field("leader", { required: !himself, placeholder: himself ? t("responses.myself") : "" }),
    field("office", { required: !himself }),
  ];
}

/** The office of whoever decides; those that the plan names are offered. */
function office(approvers, attributes = {}) {
  if (approvers.length === 0) return field("office", attributes);
  const id = `offices-${offered++}`;
  return h("label", { class: "field" }, t("responses.office"), h("input", { name: "office", maxlength: 80, autocomplete: "off", list: id, ...attributes }),
    h("datalist", { id }, approvers.map((one) => h("option", { value: one.name }))));
}

/** Why the plan is gone over: asked only where it names who may approve. */
const override = (required = false) => field("override", { maxlength: 200, required, placeholder: t("responses.override_hint") });
const named = (approvers) => t("responses.approvers", { names: approvers.map((one) => one.name).join("、") });

/** A form that sends what stands in it: empty fields are left away. */
function form(name, fields, send, label = t(`responses.${name}`)) {
  return h("form", {
    class: "response-form", dataset: { act: name },
    onsubmit: async (event) => {
      event.preventDefault();
      const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value.trim()));
      for (const key of ["level", "expected_h"]) if (key in given) given[key] = Number(given[key]);
      if ("until" in given) given.until = siteMoment(given.until);
      await send(given);
    },
  }, h("div", { class: "form-grid" }, fields), h("div", { class: "form-actions" }, h("button", { class: "primary", type: "submit" }, label)));
}

const act = (name, fields) => h("details", { dataset: { act: name } }, h("summary", {}, t(`responses.act_${name}`)),
  form(name, fields, (given) => change(path(name), { version: response.current.version, ...given }), t(`responses.act_${name}`)));

const levels = (without) => h("label", { class: "field" }, t("responses.level"), h("select", { name: "level", required: true },
  h("option", { value: "" }, "—"),
  [1, 2, 3, 4].filter((one) => one !== without).map((one) => h("option", { value: one }, `${MARK[one]} ${t(`responses.level_${one}`)}`))));

/** What a plan says of a level; nothing where no plan covers the event. */
function says(code, level) {
  const plan = response.suggested.find((one) => one.plan === code);
  return plan?.levels.find((one) => one.level === Number(level));
}

function showPrepare(title) {
  const plans = response.suggested;
  const plan = plans.length > 0 && h("label", { class: "field" }, t("responses.plan"), h("select", { name: "plan" }, plans.map((one) => h("option", { value: one.plan }, one.name))));
  const level = levels();
  const measures = h("textarea", { name: "measures", rows: 3, maxlength: 2000, required: true });
  const hours = field("expected_h", { type: "number", min: 0.25, max: 2160, step: "any", required: true });
  const who = h("p", { class: "muted", role: "status" });
  let filled = { measures: "", expected_h: "" };
  const fill = () => {
    const one = says(made.elements.plan?.value, made.elements.level.value);
    const wanted = { measures: one?.measures ?? "", expected_h: String(one?.expected_h ?? "") };
    // What somebody typed stays.
    for (const name of Object.keys(filled)) if (made.elements[name].value === filled[name]) made.elements[name].value = wanted[name];
    filled = wanted;
    who.textContent = one ? t(one.by_phone ? "responses.started_by_phone" : "responses.started_in_person", { office: one.started_by }) : "";
  };
  const made = form("prepare", [
    plan, level, !plan && field("level_source", { required: true }),
    field("item", { value: title, required: true }), hours, field("owner", { placeholder: config.me }),
    h("label", { class: "field wide" }, t("responses.measures"), measures), who,
  ].filter(Boolean), (given) => change(`${PATH}/response`, given));
  const suggest = () => {
    const one = plans.find((each) => each.plan === made.elements.plan?.value);
    made.elements.level.value = one?.worst_case.level ?? "";
    fill();
  };
  made.elements.plan?.addEventListener("change", suggest);
  made.elements.level.addEventListener("change", fill);
  suggest();
  return h("details", { dataset: { act: "prepare" } }, h("summary", {}, t("responses.prepare")), made);
}

function showApproval(current) {
  const one = current.plan && says(current.plan.code, current.level);
  const byPhone = one?.by_phone ?? true;
  const approvers = one?.approvers ?? [];
  const listed = approvers.length > 0;
  const mine = approvers.some((each) => each.code === config.office);
  const himself = may("approve_response") && current.prepared_by !== config.me;
  const send = (given) => change(path("approve"), { version: current.version, ...given });
  return [
    listed && h("p", { class: "approvers" }, named(approvers), himself && !mine && ` ${t("responses.not_mine")}`),
    himself && form("approve", mine ? [] : [field("office"), listed && override(true)].filter(Boolean), send),
    !byPhone && h("p", { class: "caution" }, `⚠ ${t("responses.started_in_person", { office: one.started_by })}`),
    (byPhone || listed) && form("approve_by_phone",
      [field("leader", { required: true }), office(approvers, { required: true }), listed && override(!byPhone)].filter(Boolean), send),
    h("div", { class: "form-actions response-acts" }, h("button", { type: "button", dataset: { act: "withdraw" }, onclick: async () => {
      const why = await askWhy(t("responses.withdraw_why"));
      if (why) await change(path("withdraw"), { version: current.version, why });
    } }, t("responses.withdraw"))),
  ];
}

function showActs(current) {
  const local = siteLocal(Math.max(Date.parse(current.expected_end), Date.now()) + 6 * 3_600_000);
  const why = () => field("why", { required: true, maxlength: 200 });
  const plan = current.plan && response.suggested.find((one) => one.plan === current.plan.code);
  const listed = plan?.levels.some((one) => one.approvers.length > 0);
  const chosen = levels(current.level);
  const who = h("p", { class: "muted wide", role: "status" });
  chosen.querySelector("select").addEventListener("change", (event) => {
    const approvers = says(current.plan?.code, event.target.value)?.approvers ?? [];
    who.textContent = approvers.length ? named(approvers) : "";
  });
  return h("div", { class: "response-acts" },
    act("extend", [field("until", { type: "datetime-local", required: true, value: local }), field("owner", { placeholder: current.owner }), why(), ...word()]),
    act("level", [chosen, field("expected_h", { type: "number", min: 0.25, max: 2160, step: "any", placeholder: t("responses.unchanged") }), why(), ...word(), listed && override(), who].filter(Boolean)),
    act("end", [why(), ...word()]));
}

function approved(one) {
  if (!one.approved_at) return null;
  const said = { by: one.approved_by, office: one.approved_office ?? "—", at: dayTime(one.approved_at), recorder: one.approval_recorded_by };
  return one.approved_by_phone
    ? h("span", {}, h("span", { class: "badge caution" }, `☎ ${t("responses.by_phone")}`), " ", t("responses.approved_by_phone", said))
    : t("responses.approved", said);
}

function showOne(one) {
  const rows = [
    ["item", one.item],
    ["plan", one.plan ? t("responses.edition", one.plan) : `${t("responses.without_plan")} ${one.level_source}`],
    ["measures", h("span", { class: "measures" }, one.measures)],
    ["until", one.expected_end
      ? [dayTime(one.expected_end), " ", h("span", { class: "remaining", dataset: { due: one.ended_at ? "" : one.expected_end } })]
      : t("responses.hours", { count: one.expected_min / 60 })],
    ["owner", one.owner],
    ["prepared", `${one.prepared_by} ${dayTime(one.prepared_at)}`],
    ["approval", approved(one)],
    ["plan_kept", one.level_override && h("span", {}, h("span", { class: "badge caution" }, `⚠ ${t("responses.over_plan")}`), " ", t("responses.over_plan_why", { why: one.level_override }))],
    ["ended", one.ended_at && `${one.ended_by} ${dayTime(one.ended_at)}`],
  ];
  return h("div", { class: "response", dataset: { id: one.id, state: one.state } },
    h("p", {}, badge(one.level, one.level_label), " ", h("span", { class: "badge" }, one.state_label)),
    h("dl", {}, rows.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, t(`responses.${name}`)), h("dd", {}, value)])));
}

section((incident) => {
  response = incident.response;
  alarm();
  const { current, past } = response;
  // Drawn anew only where something else is to be read: whoever types is not disturbed.
  const text = JSON.stringify({ ...response, current: current && { ...current, overdue: null }, state: incident.state });
  if (text === drawn) return;
  drawn = text;
  const acts = !may("dispatch") ? [] : !current
    ? [incident.state === "open" && showPrepare(incident.title)]
    : current.state === "prepared" ? showApproval(current) : [showActs(current)];
  byId("response").replaceChildren(...[
    ...(current ? [showOne(current), ...acts, ...showSuggested()] : [...showSuggested(), ...acts]),
    past.length > 0 && h("details", {}, h("summary", {}, t("responses.past", { count: past.length })), past.map(showOne)),
  ].filter(Boolean));
});

setInterval(alarm, 1000);
