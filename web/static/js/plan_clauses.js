// The clauses of a draft: text, tasks, contacts, promises, each a row of fields.

import { h } from "./dom.js";
import { options, recordField, withNone } from "./fields.js";
import { config, t } from "./i18n.js";

let names = {};

/** Tells what records are called, by register and id. */
export function nameRecords(known) {
  names = known;
}

const input = (name, value, more = {}) => h("input", { name, value: value ?? "", "aria-label": t(`draft.${name}`), placeholder: t(`draft.${name}`), ...more });
const select = (name, choices, value, more = {}) => h("select", { name, "aria-label": t(`draft.${name}`), ...more }, options(choices, value));
const value = (root, name) => root.querySelector(`[name="${name}"]`)?.value.trim() ?? "";
const record = (name, kind, id) => recordField({ name, label: t(`draft.${name}`), kind, id, names });
const number = (text) => (text === "" ? null : Number(text));
const remove = (row) => h("button", { type: "button", "aria-label": t("draft.remove"), title: t("draft.remove"), onclick: () => {
  row().dispatchEvent(new Event("input", { bubbles: true }));
  row().remove();
} }, "✕");

function taskRow(task) {
  const row = h("div", { class: "row", dataset: { row: "task", key: task.key ?? "" } },
    input("task", task.task, { maxlength: 2000, class: "long" }), input("owner", task.owner, { maxlength: 200 }),
    input("within_min", task.within_min, { inputmode: "decimal", class: "short" }),
    select("from_level", withNone(config.levels), task.level ? String(task.level) : ""), remove(() => row));
  return row;
}

function contactRow(contact) {
  const row = h("div", { class: "row", dataset: { row: "contact", key: contact.key ?? "" } },
    input("person", contact.name, { maxlength: 200 }), input("office", contact.office, { maxlength: 200 }),
    input("phone", contact.phone, { maxlength: 200, inputmode: "tel" }), remove(() => row));
  return row;
}

const CLOCKS = () => ["order", "drive"].map((code) => ({ code, label: t(`draft.${code}`) }));

/** What each kind of promise asks for. */
const PARTS = {
  arrival: (one) => [
    ...who(one), ...place(one.to), input("within_min", one.within_min, { inputmode: "decimal", class: "short" }), select("clock", CLOCKS(), one.clock),
  ],
  force: (one) => [
    select("capability", config.capabilities, one.capability), input("count", one.count ?? 1, { inputmode: "numeric", class: "short" }),
    ...place(one.to), input("within_min", one.within_min, { inputmode: "decimal", class: "short" }), select("clock", CLOCKS(), one.clock),
  ],
  equipment: (one) => [...record("team", () => "team", one.team), select("equipment", config.equipment, one.equipment), input("count", one.count ?? 1, { inputmode: "numeric", class: "short" })],
  supply: (one) => [...record("depot", () => "depot", one.depot), input("item_code", one.item_code, { maxlength: 7, inputmode: "numeric" }), input("quantity", one.quantity, { inputmode: "decimal", class: "short" })],
  shelter: (one) => [...record("shelter", () => "shelter", one.shelter), input("people", one.people, { inputmode: "numeric", class: "short" })],
  beds: (one) => [...record("hospital", () => "hospital", one.hospital), input("beds", one.beds, { inputmode: "numeric", class: "short" })],
  road: (one) => [input("road", one.road, { maxlength: 100 }), select("profile", config.vehicles, one.profile ?? "heavy")],
};

function who(one) {
  const kind = select("who_kind", ["team", "unit"].map((code) => ({ code, label: t(`draft.${code}`) })), one.who_kind ?? "team");
  return [kind, ...record("who", () => kind.value, one.who)];
}

function place(to) {
  const kind = select("to_kind", config.places, to?.kind ?? "mine");
  return [kind, ...record("to", () => kind.value, to?.id)];
}

function promiseRow(promise) {
  const parts = h("span", { class: "parts" });
  const what = select("what", config.promises, promise.what ?? "arrival", { onchange: () => parts.replaceChildren(...PARTS[what.value]({})) });
  parts.replaceChildren(...PARTS[what.value](promise));
  const row = h("div", { class: "row promise", dataset: { row: "promise", key: promise.key ?? "" } }, what, parts,
    input("note", promise.note, { maxlength: 500 }), remove(() => row));
  return row;
}

function readPromise(row) {
  const what = value(row, "what");
  const found = { key: row.dataset.key, what, note: value(row, "note") };
  const take = (names, convert = (text) => text) => { for (const name of names) if (row.querySelector(`[name="${name}"]`)) found[name] = convert(value(row, name)); };
  take(["who_kind", "who", "capability", "team", "equipment", "depot", "item_code", "shelter", "hospital", "road", "profile", "clock"]);
  take(["within_min", "count", "quantity", "people", "beds"], number);
  if (row.querySelector('[name="to"]')) found.to = { kind: value(row, "to_kind"), id: value(row, "to") };
  return found;
}

/** One clause, to be moved, changed or taken away. */
export function clauseCard(clause) {
  const text = h("textarea", { name: "text", rows: 4, maxlength: 20_000, "aria-label": t("draft.text") });
  text.value = clause.text ?? "";
  const tables = [["tasks", taskRow], ["contacts", contactRow], ["promises", promiseRow]].map(([name, make]) => {
    const rows = h("div", { class: `rows ${name}` }, (clause[name] ?? []).map((one) => make(one)));
    return h("div", { class: "rows-of" }, h("h4", {}, t(`draft.${name}`)), rows,
      h("button", { type: "button", class: "quiet", dataset: { add: name }, onclick: () => {
        rows.append(make({}));
        rows.lastElementChild.querySelector("input, select").focus();
        card.dispatchEvent(new Event("input", { bubbles: true }));
      } }, t(`draft.add.${name}`)));
  });
  const move = (step) => {
    const other = step < 0 ? card.previousElementSibling : card.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(card);
    else other.after(card);
    card.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const card = h("fieldset", { class: "clause-card", dataset: { key: clause.key ?? "" } },
    h("div", { class: "row" },
      select("depth", Array.from({ length: config.deepest }, (_, at) => ({ code: String(at + 1), label: t("draft.depth_number", { depth: at + 1 }) })), String(clause.depth ?? 1)),
      input("number", clause.number, { maxlength: 40, class: "short" }), input("title", clause.title, { maxlength: 200, class: "long" }),
      select("part", withNone(config.parts), clause.part),
      h("button", { type: "button", "aria-label": t("draft.up"), title: t("draft.up"), onclick: () => move(-1) }, "↑"),
      h("button", { type: "button", "aria-label": t("draft.down"), title: t("draft.down"), onclick: () => move(1) }, "↓"),
      remove(() => card)),
    text, tables);
  return card;
}

/** What a card says, as a draft holds it. */
export function readClause(card) {
  const rows = (name) => [...card.querySelectorAll(`[data-row="${name}"]`)];
  return {
    key: card.dataset.key,
    depth: Number(value(card, "depth")),
    number: value(card, "number"),
    title: value(card, "title"),
    text: value(card, "text"),
    part: value(card, "part") || null,
    tasks: rows("task").map((row) => ({ key: row.dataset.key, task: value(row, "task"), owner: value(row, "owner"), within_min: number(value(row, "within_min")), level: number(value(row, "from_level")) })),
    contacts: rows("contact").map((row) => ({ key: row.dataset.key, name: value(row, "person"), office: value(row, "office"), phone: value(row, "phone") })),
    promises: rows("promise").map(readPromise),
  };
}
