// The call round: villages in the order in which water arrives, walked and set by the keyboard.

import { peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { clockTime, config, may, siteMoment, t } from "./i18n.js";
import { PATH, askFor, change, fail, refresh, section } from "./incident_state.js";
import { calls as numbers, facts } from "./incident_surroundings.js";

const KEYS = { no_answer: "n", called: "c", reached: "r", moving: "m", empty: "e" };
const NOTE_KEY = "w";
const ON_THE_WAY = new Set(["moving", "empty"]);
let shown = [];
let current = null;
let drawn = "";
let saying = Promise.resolve();
/** Versions that came of what was said here, by call: a key may be pressed on a row that was read before. */
const own = new Map();

/** Time until the water in words; past it, how long ago. */
function water(one) {
  if (!one.arrives_at) return h("span", { class: "muted" }, t("command.no_time"));
  const left = Math.floor((Date.parse(one.arrives_at) - Date.now()) / 60_000);
  const late = !ON_THE_WAY.has(one.state);
  return [clockTime(one.arrives_at), " ", h("strong", { class: late && "water-late" },
    late && "⚠ ", t(left < 0 ? "command.water_there" : "command.water_left", { minutes: Math.abs(left) }))];
}

/** Says one thing after the other: keys come quicker than answers. */
function say(one, state, note) {
  saying = saying.catch(() => null).then(() => tell(one, state, note));
  return saying;
}

async function tell(one, state, note) {
  try {
    const version = Math.max(one.version, own.get(one.id) ?? 0);
    const answer = await post(`/api/calls/${one.id}/state`, { state, version, note });
    own.set(one.id, answer.calls.find(({ id }) => id === one.id).version);
    show(answer);
    byId("fault").hidden = true;
  } catch (error) {
    fail(error);
    show(await peek(`${PATH}/calls`));
  }
  await refresh();
}

/** Asks what was said on the telephone; how far the warning has come stays as it is. */
async function write(one) {
  const field = h("input", { name: "note", maxlength: 2000, autocomplete: "off", required: true, value: one.note ?? "" });
  const said = await askFor([h("h2", {}, one.name), h("label", { class: "field" }, t("command.note"), field), h("p", { class: "muted" }, t("command.note_hint"))]);
  if (said?.note.trim()) await say(one, one.state, said.note);
  focus(one.id);
}

function row(one) {
  return h("tr", {
    dataset: { id: one.id, village: one.village, state: one.state }, tabindex: one.id === current ? 0 : -1,
    onfocus: () => { current = one.id; },
  },
  h("th", { scope: "row" }, one.name, one.by_hand && h("span", { class: "muted" }, ` ${t("command.by_hand")}`)),
  h("td", { dataset: { label: t("command.water") }, class: "water" }, water(one)),
  h("td", { dataset: { label: t("command.to_call") } }, one.register && numbers(one.register)),
  h("td", { dataset: { label: t("command.people") } }, one.register && facts(one.register)),
  h("td", { dataset: { label: t("incidents.state") } },
    h("span", { class: `badge call-${one.state}` }, one.state_label),
    one.said_at && h("span", { class: "muted" }, ` ${one.said_by} ${clockTime(one.said_at)}`), one.note && h("span", {}, ` ${one.note}`)),
  h("td", { class: "acts", dataset: { label: t("command.acts") } }, may("dispatch") && Object.entries(KEYS).map(([state, key]) => h("button", {
    type: "button", tabindex: -1, dataset: { state }, "aria-pressed": String(one.state === state), onclick: () => say(one, state),
  }, config.callStates[state], h("kbd", {}, key))), may("dispatch") && h("button", {
    type: "button", tabindex: -1, dataset: { act: "note" }, onclick: () => write(one),
  }, t("command.note"), h("kbd", {}, NOTE_KEY))));
}

/** Whether these calls were read before what is shown was said: none is ever taken away, and versions only grow. */
function isOvertaken(calls) {
  const versions = new Map(calls.map((one) => [one.id, one.version]));
  return shown.some((one) => !(versions.get(one.id) >= one.version));
}

function show({ calls }) {
  if (isOvertaken(calls)) return;
  shown = calls;
  if (!shown.some((one) => one.id === current)) current = shown[0]?.id ?? null;
  const text = JSON.stringify(shown.map((one) => ({ ...one, minutes_left: null })));
  if (text === drawn) return;
  drawn = text;
  const held = document.activeElement?.closest("#calls") !== null && document.activeElement !== null && byId("calls").contains(document.activeElement);
  byId("calls").replaceChildren(shown.length === 0 ? h("p", { class: "muted" }, t("command.no_calls")) : h("div", {},
    may("dispatch") && h("p", { class: "muted no-print" }, t("command.call_keys")),
    h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, ["command.village", "command.water", "command.to_call", "command.people", "incidents.state", "command.acts"].map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", {}, shown.map(row))))));
  if (held) focus(current);
}

function focus(id) {
  for (const one of byId("calls").querySelectorAll("tbody tr")) one.tabIndex = one.dataset.id === id ? 0 : -1;
  byId("calls").querySelector(`tr[data-id="${id}"]`)?.focus();
}

byId("calls").addEventListener("keydown", (event) => {
  const at = shown.findIndex((one) => one.id === event.target.closest("tr")?.dataset.id);
  if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const state = Object.keys(KEYS).find((one) => KEYS[one] === event.key.toLowerCase());
  const isNote = event.key.toLowerCase() === NOTE_KEY;
  if (!step && !((state || isNote) && may("dispatch"))) return;
  // The letters mean something else on the units: they end here.
  event.preventDefault();
  event.stopPropagation();
  if (step) focus(shown[Math.min(shown.length - 1, Math.max(0, at + step))].id);
  else if (isNote) write(shown[at]);
  else say(shown[at], state);
});

function showActs(incident) {
  if (byId("call-acts").childElementCount || !may("dispatch") || incident.state !== "open") return;
  const village = h("input", { name: "village", required: true, maxlength: 200, autocomplete: "off", placeholder: t("command.village_id"), "aria-label": t("command.village_id") });
  const act = (path, body) => change(path, body).then((answer) => answer && show(answer));
  byId("call-acts").replaceChildren(h("div", { class: "footprint-acts no-print" },
    h("button", { type: "button", id: "make-round", onclick: () => {
      const breach = byId("breach");
      act(`${PATH}/calls`, breach?.value ? { breach_at: siteMoment(breach.value) } : {});
    } }, t("command.make_round")),
    h("form", { class: "inline", onsubmit: async (event) => {
      event.preventDefault();
      await act(`${PATH}/calls/villages`, { village: village.value });
      village.value = "";
    } }, village, h("button", { type: "submit" }, t("command.add_village")))));
}

section((incident) => {
  showActs(incident);
  peek(`${PATH}/calls`).then(show).catch(fail);
});

setInterval(() => {
  for (const one of shown) byId("calls").querySelector(`tr[data-id="${one.id}"] .water`)?.replaceChildren(...[water(one)].flat().filter(Boolean));
}, 5000);
