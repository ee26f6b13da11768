// The run card of the incident that is open: who is proposed and why, ticked, ordered by one key.

import { newest, peek, post } from "./api.js";
import { byId, h, phone, typing } from "./dom.js";
import { follow } from "./following.js";
import { clockTime, count, may, minutes, t } from "./i18n.js";
import { PATH, askFor, change, fail, section } from "./incident_state.js";

const FOLLOWED = ["incident", "assignment", "run_card", "road_closure", "team", "unit", "hospital", "expert"];
let plan = null;
let isOpen = false;
let isFollowing = false;
/** What differs from the proposal: by key of a unit, whether it is ticked. */
const changed = new Map();
let apart = null;
let sending = false;

const proposed = () => plan.lines.flatMap((line) => line.units).filter((one) => one.serves !== plan.incident);
const offered = () => new Map([...plan.lines.flatMap((line) => line.rejected), ...proposed()].map((one) => [one.key, one]));
const isTicked = (key) => changed.get(key) ?? proposed().some((one) => one.key === key);
/** Whether a unit serves another incident, which it would leave. */
const isElsewhere = (one) => Boolean(one.serves) && one.serves !== plan.incident;
const chosen = () => [...offered().values()].filter((one) => isTicked(one.key));

async function read() {
  if (!isOpen) return;
  try {
    plan = await peek(`${PATH}/proposal`);
  } catch (error) {
    if (error.code === "incident.not_open") return; // closed meanwhile: the section hides itself
    throw error;
  }
  for (const key of changed.keys()) if (!offered().has(key)) changed.delete(key);
  show();
  if (changed.size) await compare();
}

/** Asks how far the choice is from the optimum. */
const compare = newest(() => {
  const serving = plan.lines.flatMap((line) => line.units).filter((one) => one.serves === plan.incident);
  const units = [...chosen(), ...serving].map((one) => one.key);
  const move = chosen().filter(isElsewhere).map((one) => one.key);
  return post(`${PATH}/proposal`, { units, move });
}, (answer) => {
  apart = answer;
  show();
});

function tick(one) {
  const box = h("input", { type: "checkbox", class: "tick", dataset: { key: one.key }, "aria-label": one.name });
  box.checked = isTicked(one.key);
  box.addEventListener("change", () => {
    if (proposed().some((other) => other.key === one.key) === box.checked) changed.delete(one.key);
    else changed.set(one.key, box.checked);
    apart = null;
    show();
    if (changed.size) compare().catch(fail);
  });
  return box;
}

function marks(one) {
  return [
    one.unverified && h("span", { class: "badge caution" }, t("incidents.card.unverified")),
    one.synthetic && h("span", { class: "badge" }, t("incidents.card.synthetic")),
  ];
}

function unit(one) {
  const serving = one.serves === plan.incident;
  return h("li", { dataset: { key: one.key } },
    h("label", {}, serving ? h("span", { class: "badge" }, t("incidents.card.serving")) : tick(one), " ", h("strong", {}, one.name)),
    h("span", { class: "muted" }, ` ${one.tier_label} `),
    !serving && h("span", { class: one.late_min > 0 ? "late" : "time" }, `${clockTime(one.arrival_at)} `),
    one.contact_phone && phone(one.contact_phone), marks(one),
    h("p", { class: "why" }, one.why));
}

function line(one) {
  return h("tr", { dataset: { code: one.code } },
    h("th", { scope: "row" }, `${one.label} × ${one.count}`, h("br"),
      h("span", { class: "muted" }, [
        one.limit_min && t("incidents.card.within", { minutes: one.limit_min }),
        one.tier !== "main" && t("incidents.card.from", { tier: one.tier_label }),
      ].filter(Boolean).join(" · "))),
    h("td", { dataset: { label: t("incidents.card.unit") } },
      h("ul", { class: "units" }, one.units.map(unit)),
      one.shortfall && h("p", { class: "shortfall" }, `⚠ ${one.shortfall}`),
      one.neighbours.length > 0 && h("div", { class: "neighbours" }, t("incidents.card.neighbours"),
        h("ul", {}, one.neighbours.map((near) => h("li", {}, near.name, " ", near.contact_phone && phone(near.contact_phone), h("p", { class: "why" }, near.why))))),
      one.rejected.length > 0 && h("details", { open: open.has(one.code), ontoggle: (event) => open[event.target.open ? "add" : "delete"](one.code) },
        h("summary", {}, t("incidents.card.why_not", { count: one.rejected.length })),
        h("ul", {}, one.rejected.map((other) => h("li", {},
          h("label", {}, !taken.has(other.reason) && tick(other), " ", other.name), ` ${minutes(other.seconds)} min `,
          h("span", { class: "why" }, other.why, isElsewhere(other) && ` · ${t("incidents.card.movable")}`)))))));
}

const taken = new Set(["busy", "out_of_service"]);
const open = new Set();

function showOrder() {
  const number = chosen().length;
  return h("div", { class: "form-actions" },
    changed.size > 0 && apart && h("ul", { class: "apart", role: "status" }, [...apart.costs.map((one) => `⚠ ${one.message}`), ...apart.messages].map((text) => h("li", {}, text))),
    changed.size > 0 && h("button", { type: "button", id: "card-reset", onclick: reset }, t("incidents.card.reset")),
    number > 0 && h("button", { type: "button", class: "primary", id: "card-order", disabled: sending, onclick: order },
      t(changed.size ? "incidents.card.order_own" : "incidents.card.order", { count: count(number) }), " ", h("kbd", { "aria-hidden": "true" }, "A")),
    number === 0 && plan.unmet === 0 && plan.lines.length > 0 && h("p", { class: "muted" }, t("incidents.card.nothing")));
}

function reset() {
  changed.clear();
  apart = null;
  show();
}

function show() {
  byId("card-section").hidden = !isOpen || !plan;
  if (!plan) return;
  const focused = document.activeElement?.closest("#card")?.contains(document.activeElement) ? document.activeElement : null;
  const { id, dataset: { key } = {} } = focused ?? { dataset: {} };
  byId("card").replaceChildren(...[
    h("p", { class: "muted" }, plan.card && `${t("incidents.card.of", { card: plan.card, priority: plan.priority })} · `, h("a", { href: "/incidents/cards" }, t("incidents.card.edit"))),
    plan.warnings.map((text) => h("p", { class: "caution" }, text)),
    plan.lines.length > 0 && h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, ["need", "unit"].map((name) => h("th", { scope: "col" }, t(`incidents.card.${name}`))))),
      h("tbody", {}, plan.lines.map(line)))),
    plan.experts.length > 0 && h("p", { class: "experts" }, t("incidents.card.experts"), h("ul", {}, plan.experts.map((one) => h("li", {},
      `${one.speciality_label}: `, h("strong", {}, one.name), " ", one.on_call && h("span", { class: "badge" }, t("incidents.card.on_call")), " ", one.contact_phone && phone(one.contact_phone))))),
    showOrder(),
  ].flat().filter(Boolean));
  if (id) byId(id)?.focus();
  else if (key) document.querySelector(`#card .tick[data-key="${CSS.escape(key)}"]`)?.focus();
}

async function order() {
  if (sending) return;
  // What leaves another incident is ordered with what that costs in sight.
  if (changed.size && !apart) await compare();
  const sent = chosen();
  if (!sent.length) return;
  const units = sent.filter((one) => !isElsewhere(one)).map((one) => ({ kind: one.kind, id: one.id, expected_s: one.seconds }));
  const moved = sent.filter(isElsewhere).map((one) => {
    const { assignment, seen } = apart.moved.find(({ key }) => key === one.key);
    return { assignment, seen, expected_s: one.seconds };
  });
  const keys = proposed().map((one) => one.key);
  const told = apart ? [...apart.costs.map((one) => one.message), ...apart.messages] : [];
  const why = changed.size ? (await askFor([
    h("ul", {}, told.map((text) => h("li", {}, text))),
    h("label", { class: "field" }, t("incidents.card.why"), h("input", { name: "why", maxlength: 200, required: true, autocomplete: "off" })),
  ]))?.why : "";
  if (why === undefined) return;
  sending = true;
  show();
  if (await change(`${PATH}/orders`, { units, moved, proposed: keys, why })) changed.clear();
  sending = false;
  await read();
}

if (may("dispatch")) {
  section((incident) => {
    isOpen = incident.state === "open";
    byId("card-section").hidden = !isOpen || !plan;
    if (!isOpen || isFollowing) return;
    isFollowing = true;
    follow(FOLLOWED, read, { onError: fail }).catch(fail);
  });
  document.addEventListener("keydown", (event) => {
    const writes = typing(event.target) && !event.target.matches(".tick"); // a box takes no letters
    if (writes || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key !== "a" || !isOpen || !plan) return;
    event.preventDefault(); // else the letter goes into the field that asks why
    order().catch(fail);
  });
}
