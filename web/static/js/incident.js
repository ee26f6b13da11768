// One incident: its grades and clocks, its units and what they say, its figures, its log.

import { byId, h, typing } from "./dom.js";
import { clockSeconds, clockTime, config, dayTime, may, siteLocal, siteMoment, t } from "./i18n.js";
import { tick } from "./countdown.js";
import { linkButton } from "./crew_link.js";
import { correct } from "./incident_collision.js";
import { PATH, askWhy, change, fail, followIncident, section } from "./incident_state.js";
import { notice } from "./page.js";
import { followUnits, isOld, seenText } from "./units_seen.js";

const KEYS = { en_route: "o", on_scene: "s", released: "r", refused: "f", stood_down: "d" };
const NEEDS_WHY = new Set(["refused", "stood_down"]);
const ANSWERS = { "": null, yes: true, no: false };
const ANSWER_TEXTS = { "": "incidents.not_known", yes: "order.yes", no: "order.no" };
let incident = null;
let lines = [];
let chosen = null;
/** Where units were last seen, by their assignment. */
let seen = new Map();

function showHead() {
  const buttons = !may("dispatch") ? [] : incident.state === "open"
    ? [h("button", { type: "button", id: "close", onclick: () => end("close") }, t("incidents.close"))]
    : [h("button", { type: "button", id: "reopen", onclick: () => end("reopen") }, t("incidents.reopen"))];
  byId("head").replaceChildren(...[
    h("h1", {}, incident.title),
    h("span", { class: "badge" }, incident.state_label),
    incident.exercise && h("span", { class: "badge caution" }, t("incidents.exercise")),
    h("span", { class: "muted" }, `${incident.kind_label} · ${incident.place} · ${dayTime(incident.opened_at)} ${incident.opened_by}`),
    h("a", { class: "button", href: `/#at=${incident.x},${incident.y}&name=${encodeURIComponent(incident.title)}` }, t("incidents.on_map")),
    ...buttons,
  ].filter(Boolean));
}

async function end(how) {
  const why = await askWhy(t(`incidents.${how}_why`));
  if (why) await change(`${PATH}/${how}`, { version: incident.version, why });
}

function showGrades() {
  const { statuses, near_miss: near, not_graded: notGraded, unknown, told_to_state: told } = incident.grading;
  byId("grades").replaceChildren(...[
    h("ul", { class: "grades" },
      statuses.map((one) => h("li", { dataset: { basis: one.basis, level: one.level } },
        h("span", { class: "basis" }, one.basis_label),
        h("strong", { class: `badge grade-${one.level}` }, one.grade),
        h("span", {}, one.criterion),
        h("span", { class: "muted" }, [one.law, one.article].filter(Boolean).join(" ")))),
      near && h("li", { dataset: { basis: "near_miss" } },
        h("span", { class: "basis" }, t("incidents.reportable")),
        h("strong", { class: "badge caution" }, near.label),
        h("span", {}, near.criteria.join("；")),
        h("span", { class: "muted" }, `${near.law} ${near.article}`))),
    notGraded && h("p", { class: "caution" }, notGraded),
    told.length > 0 && h("p", { class: "caution" }, told.join("；")),
    unknown.length > 0 && h("p", { class: "muted", id: "unknown" }, t("incidents.unknown", { names: unknown.join("、") })),
  ].filter(Boolean));
}

function showClocks() {
  const rows = incident.deadlines.map((one) => h(
    "tr",
    { dataset: { code: one.code }, class: one.reported_at && !one.due_at && "met" },
    h("th", { scope: "row" }, one.label, h("br"), h("span", { class: "muted" }, one.article)),
    h("td", { dataset: { label: t("incidents.to") } }, one.recipients.join("、"), one.directly.length > 0 && h("span", { class: "muted" }, ` ${t("incidents.directly", { names: one.directly.join("、") })}`)),
    h("td", { dataset: { label: t("incidents.due") } }, due(one)),
    h("td", { dataset: { label: t("incidents.remaining") } },
      h("span", { class: "remaining", dataset: { due: one.is_window ? "" : one.due_at ?? "" } }),
      one.reported_at && h("span", { class: "muted" }, ` ${t("incidents.reported", { time: dayTime(one.reported_at) })}`)),
    h("td", { class: "acts", dataset: { label: t("incidents.act") } }, may("dispatch") && !one.is_window && (one.due_at || !one.reported_at) && h(
      "button", { type: "button", onclick: () => reported(one) }, t("incidents.report_made"),
    )),
  ));
  byId("clocks").replaceChildren(rows.length
    ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, ["report", "to", "due", "remaining", "act"].map((name) => h("th", { scope: "col" }, t(`incidents.${name}`))))),
      h("tbody", {}, rows)))
    : h("p", { class: "muted" }, t("incidents.no_clocks")));
  tick();
}

function due(one) {
  if (one.is_window && one.due_at) return t("incidents.until", { time: dayTime(one.due_at) });
  if (one.due_at) return dayTime(one.due_at);
  return one.reported_at ? "—" : t("incidents.starts_with", { name: one.from });
}

/** Writes down that a report was made, and to whom. */
async function reported(one) {
  const note = await askWhy(t("incidents.report_note", { label: one.label }));
  if (note !== null) await change(`${PATH}/report`, { code: one.code, note });
}

function moment(label, at) {
  return at && h("span", { class: "moment" }, `${label} ${clockTime(at)}`);
}

/** How old the last position of a unit is; a place on the map for whoever looks for it. */
function position(one) {
  const last = seen.get(one.id);
  return last && h("a", {
    class: `moment seen${isOld(last) ? " old" : ""}`, href: `/#at=${last.x},${last.y}&name=${encodeURIComponent(one.name)}`,
  }, `◎ ${seenText(last)}`);
}

function showUnits() {
  const active = incident.units.filter((one) => !one.ended_at);
  const ended = incident.units.filter((one) => one.ended_at);
  const unit = (one, index) => h(
    "tr",
    { dataset: { id: one.id, state: one.state }, class: chosen === one.id && "chosen" },
    h("th", { scope: "row" }, !one.ended_at && h("kbd", {}, String(index + 1)), " ", one.name),
    h("td", { dataset: { label: t("incidents.state") } }, h("span", { class: `badge state-${one.state}` }, one.state_label)),
    h("td", { dataset: { label: t("incidents.times") } }, moment(t("incidents.ordered"), one.ordered_at), moment(t("incidents.expected"), one.expected_at),
      moment(t("incidents.out"), one.en_route_at), moment(t("incidents.there"), one.on_scene_at), moment(t("incidents.back"), one.ended_at), position(one)),
    h("td", { class: "acts", dataset: { label: t("incidents.actions") } }, may("dispatch") && (config.next[one.state] ?? []).map((state) => h(
      "button",
      { type: "button", dataset: { state }, onclick: () => say(one, state) },
      config.states[state], h("kbd", {}, KEYS[state]),
    )), may("dispatch") && !one.ended_at && linkButton(one)),
  );
  byId("units").replaceChildren(...[
    incident.units.length > 0 && h("p", { class: "muted no-print" }, t("incidents.keys")),
    incident.units.length
      ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
        h("thead", {}, h("tr", {}, ["unit", "state", "times", "actions"].map((name) => h("th", { scope: "col" }, t(`incidents.${name}`))))),
        h("tbody", {}, active.map(unit), ended.map(unit))))
      : h("p", { class: "muted" }, t("incidents.no_units")),
  ].filter(Boolean));
}

/** Writes down what a unit said. */
async function say(one, state) {
  const why = NEEDS_WHY.has(state) ? await askWhy(`${one.name}: ${config.states[state]}`) : "";
  if (why === null) return;
  chosen = null;
  await change(`/api/assignments/${one.id}/state`, { state, seen: one.state, why });
}

function showFigures() {
  const fields = Object.entries(config.figures);
  const times = Object.entries(config.times);
  // As the law counts them.
  const asked = Object.keys(config.circumstances).filter((name) => name in incident.circumstances)
    .map((name) => [name, incident.circumstances[name]]);
  if (document.activeElement?.closest("#figures")) return; // whoever types is not disturbed
  // What the form was filled with: whoever was overtaken while typing is told, and undoes nothing.
  const shown = incident;
  const form = h(
    "form",
    {
      onsubmit: async (event) => {
        event.preventDefault();
        const changes = {};
        for (const [name] of fields) {
          const given = form.elements[name].value.trim();
          const value = given === "" ? null : Number(given);
          if (value !== shown.figures[name]) changes[name] = value;
        }
        for (const [name] of times) {
          const { value } = form.elements[name];
          const stands = shown.times[name] ? siteLocal(shown.times[name]) : "";
          if (value !== stands) changes[name] = value ? siteMoment(value) : null;
        }
        for (const [name, stands] of Object.entries(shown.circumstances)) {
          const value = ANSWERS[form.elements[name].value];
          if (value !== stands) changes[name] = value;
        }
        document.activeElement.blur();
        const answer = await correct(shown, changes, form.elements.why.value);
        if (answer) notice(answer.changed.length ? answer.changed.join(" ") : t("incidents.no_change"));
      },
    },
    h("div", { class: "form-grid" }, fields.map(([name, label]) => h("label", { class: "field" }, label, h("input", {
      name, inputmode: "decimal", pattern: "[0-9]*[.]?[0-9]*", autocomplete: "off", value: incident.figures[name] ?? "", placeholder: t("incidents.not_known"), disabled: !may("dispatch"),
    })))),
    h("div", { class: "form-grid" }, times.map(([name, label]) => h("label", { class: "field" }, label, h("input", {
      name, type: "datetime-local", value: incident.times[name] ? siteLocal(incident.times[name]) : "", disabled: !may("dispatch"),
    })))),
    asked.length > 0 && h("fieldset", { class: "circumstances" },
      h("legend", {}, t("incidents.circumstances")),
      h("div", { class: "form-grid" }, asked.map(([name, said]) => h("label", { class: "field", title: config.circumstances[name].article }, config.circumstances[name].label, h("select", { name, disabled: !may("dispatch") },
        Object.entries(ANSWERS).map(([value, one]) => h("option", { value, selected: said === one }, t(ANSWER_TEXTS[value])))))))),
    may("dispatch") && h("div", { class: "form-actions" },
      h("input", { name: "why", maxlength: 200, placeholder: t("incidents.why"), "aria-label": t("incidents.why") }),
      h("button", { class: "primary", type: "submit" }, t("incidents.correct"))),
  );
  byId("figures").replaceChildren(form);
}

function showLog() {
  const names = new Map(incident.units.map((one) => [one.unit_id, one.name]));
  const note = byId("note")?.value ?? "";
  const typingNote = document.activeElement === byId("note");
  byId("log").replaceChildren(...[
    may("dispatch") && h("form", {
      class: "note",
      onsubmit: async (event) => {
        event.preventDefault();
        const field = byId("note");
        if (field.value.trim() && await change(`${PATH}/note`, { text: field.value })) byId("note").value = "";
      },
    }, h("input", { id: "note", maxlength: 2000, autocomplete: "off", placeholder: t("incidents.note"), "aria-label": t("incidents.note"), value: note }), h("button", { type: "submit" }, t("incidents.write"))),
    h("ol", { class: "history" }, [...lines].reverse().map((one) => h("li", { dataset: { what: one.what } },
      h("time", { title: one.at }, clockSeconds(new Date(one.at))), " ",
      h("strong", {}, one.what_label), names.get(one.unit_id) && ` ${names.get(one.unit_id)}`,
      ` · ${one.who}`, (one.text || one.why) && h("br"), [one.text, one.why].filter(Boolean).join(" ")))),
  ].filter(Boolean));
  if (typingNote) byId("note").focus();
}

section((read, log) => {
  [incident, lines] = [read, log];
  showHead();
  showGrades();
  showClocks();
  showUnits();
  showFigures();
  showLog();
});

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const active = incident?.units.filter((one) => !one.ended_at) ?? [];
  if (/^[1-9]$/.test(event.key)) {
    chosen = active[Number(event.key) - 1]?.id ?? null;
    showUnits();
  } else if (event.key === "Escape") {
    chosen = null;
    showUnits();
  } else {
    const one = active.find((unit) => unit.id === chosen);
    const state = one && (config.next[one.state] ?? []).find((code) => KEYS[code] === event.key);
    if (!state) return;
    event.preventDefault(); // else the letter goes into the field that asks why
    say(one, state);
  }
});

setInterval(tick, 1000);
await followIncident();
if (may("dispatch")) {
  await followUnits((units) => {
    seen = new Map(units.map((one) => [one.assignment, one]));
    if (!byId("units").contains(document.activeElement)) showUnits();
  }, { onError: fail }).catch(fail);
}
document.body.dataset.ready = "true";
