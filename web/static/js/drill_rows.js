// What a scenario and an inject are made of: places, needs, effects, each a row of fields.

import { h } from "./dom.js";
import { options, recordField, withNone } from "./fields.js";
import { config, t } from "./i18n.js";

const POINT = "point";
let names = {};
let pick = null;
let outline = null;

/** Tells what records are called, and how a point or an area is taken from the map. */
export function prepare({ known, pickPoint, drawArea }) {
  names = known ?? names;
  pick = pickPoint ?? pick;
  outline = drawArea ?? outline;
}

export const label = (name) => t(`design.${name}`);
export const input = (name, value, more = {}) => h("input", { name, value: value ?? "", "aria-label": label(name), placeholder: label(name), title: label(name), ...more });
export const amount = (name, value, more = {}) => input(name, value, { inputmode: "decimal", class: "short", ...more });
export const select = (name, choices, value, more = {}) => h("select", { name, "aria-label": label(name), title: label(name), ...more }, options(choices, value));
export const valueOf = (root, name) => root.querySelector(`[name="${name}"]`)?.value.trim() ?? "";
export const numberOf = (root, name) => (valueOf(root, name) === "" ? null : Number(valueOf(root, name)));
export const removeButton = (row) => h("button", { type: "button", "aria-label": label("remove"), title: label("remove"), onclick: () => {
  row().dispatchEvent(new Event("input", { bubbles: true }));
  row().remove();
} }, "✕");
/** Objectives by number, as the drill has them. */
export const objectives = () => withNone(config.drill.objectives.map((one, at) => ({ code: String(at + 1), label: `${at + 1} ${one.text}` })));
const objectiveOf = (root) => Number(valueOf(root, "objective")) || null;

/** A place: a record found by its name, or a point of the map. */
export function spotField(spot, registers = config.places, { orPoint = true } = {}) {
  const parts = h("span", { class: "parts" });
  const kind = select("spot_kind", [...orPoint ? [{ code: POINT, label: label("point") }] : [], ...registers], spot?.kind || (orPoint ? POINT : registers[0].code), { onchange: () => show({}) });
  const show = (one) => {
    if (kind.value !== POINT) {
      parts.replaceChildren(...recordField({ name: "spot_id", label: label("record"), kind: () => kind.value, id: one.id, names }));
      return;
    }
    const [x, y] = [amount("x", one.x), amount("y", one.y)];
    parts.replaceChildren(x, y, h("button", { type: "button", class: "quiet", onclick: async () => {
      const found = await pick();
      if (!found) return;
      [x.value, y.value] = [found.x.toFixed(6), found.y.toFixed(6)];
      x.dispatchEvent(new Event("input", { bubbles: true }));
    } }, label("pick")));
  };
  show(spot ?? {});
  return h("span", { class: "parts spot" }, kind, parts);
}

/** What a field of a place says; null where nothing was said. */
export function readSpot(root) {
  const kind = valueOf(root, "spot_kind");
  if (kind !== POINT) return valueOf(root, "spot_id") ? { kind, id: valueOf(root, "spot_id") } : null;
  const [x, y] = [numberOf(root, "x"), numberOf(root, "y")];
  return x === null || y === null ? null : { x, y };
}

/** An area drawn on the map, kept in the element itself. */
export function areaField(area) {
  const said = h("output", {}, area ? label("drawn") : label("not_drawn"));
  const field = h("span", { class: "parts area" }, said, h("button", { type: "button", class: "quiet", onclick: async () => {
    const found = await outline();
    if (!found) return;
    field.area = found;
    said.textContent = label("drawn");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } }, label("draw")));
  field.area = area ?? null;
  return field;
}

export const readArea = (root) => root.querySelector(".area")?.area ?? null;

function wantRow(want) {
  const row = h("span", { class: "parts", dataset: { row: "want" } },
    select("capability", config.capabilities, want.capability), "×", amount("count", want.count ?? 1, { inputmode: "numeric" }), removeButton(() => row));
  return row;
}

function needParts(need) {
  const wants = h("span", { class: "parts" }, (need.wants ?? [{}]).map(wantRow));
  return [
    input("need_name", need.name, { maxlength: 200 }), spotField(need.at), amount("people", need.people, { inputmode: "numeric" }),
    select("objective", objectives(), need.objective ? String(need.objective) : ""), wants,
    h("button", { type: "button", class: "quiet", onclick: () => wants.append(wantRow({})) }, label("add_want")),
  ];
}

function readNeed(row) {
  return {
    name: valueOf(row, "need_name"), at: readSpot(row), people: numberOf(row, "people") ?? 0, objective: objectiveOf(row),
    wants: [...row.querySelectorAll('[data-row="want"]')].map((one) => ({ capability: valueOf(one, "capability"), count: numberOf(one, "count") ?? 1 })),
  };
}

/** A place where people wait for help. */
export function needRow(need) {
  const row = h("div", { class: "row", dataset: { row: "need" } }, needParts(need), removeButton(() => row));
  return row;
}

export const readNeeds = (root) => [...root.querySelectorAll('[data-row="need"]')].map(readNeed);

/** Participants that can be told something, as "kind/id". */
export function addressees() {
  const { drill } = config;
  const found = new Map();
  if (drill.organiser_kind === "headquarters") found.set(`headquarters/${drill.organiser}`, drill.organiser_name);
  for (const one of drill.participants) {
    if (one.kind !== "person" && config.playing.includes(one.role)) found.set(`${one.kind}/${one.id}`, one.name || one.id);
  }
  return [...found].map(([code, name]) => ({ code, label: name }));
}

/** Boxes of all that can be told something. */
export function toField(name, chosen = []) {
  const known = addressees();
  const gone = chosen.filter((code) => !known.some((one) => one.code === code)).map((code) => ({ code, label: code }));
  return h("span", { class: "told-to", role: "group", "aria-label": label(name) }, [...known, ...gone].map((one) => h("label", {},
    h("input", { type: "checkbox", name, value: one.code, checked: chosen.includes(one.code) }), " ", one.label)));
}

export const readTo = (root, name) => [...root.querySelectorAll(`input[name="${name}"]:checked`)].map((one) => one.value);

/** What each effect asks for, and how it is read. */
const EFFECTS = {
  close: {
    make: (one) => {
      const parts = h("span", { class: "parts" });
      const how = select("close_how", ["around", "area"].map((code) => ({ code, label: label(`close_${code}`) })), one.area ? "area" : "around", { onchange: () => show({}) });
      const show = (said) => parts.replaceChildren(...how.value === "area" ? [areaField(said.area)] : [spotField(said.at), amount("radius_m", said.radius_m ?? 200)]);
      show(one);
      return [how, parts];
    },
    read: (row) => (valueOf(row, "close_how") === "area" ? { area: readArea(row) } : { at: readSpot(row), radius_m: numberOf(row, "radius_m") }),
  },
  disable: {
    make: (one) => [select("disabled", addressees().filter(({ code }) => /^(team|unit)\//.test(code)), one.kind && `${one.kind}/${one.id}`), amount("minutes", one.minutes)],
    read: (row) => {
      const [kind, ...rest] = valueOf(row, "disabled").split("/");
      return { kind, id: rest.join("/"), minutes: numberOf(row, "minutes") };
    },
  },
  casualties: {
    make: (one) => ["dead", "missing", "trapped", "injured"].map((name) => amount(name, one[name] || "", { inputmode: "numeric" })),
    read: (row) => Object.fromEntries(["dead", "missing", "trapped", "injured"].map((name) => [name, numberOf(row, name) ?? 0])),
  },
  comms: {
    make: (one) => [toField("cut", one.who), amount("minutes", one.minutes)],
    read: (row) => ({ who: readTo(row, "cut"), minutes: numberOf(row, "minutes") }),
  },
  weather: {
    make: (one) => [select("conditions", withNone(config.weathers), one.conditions)],
    read: (row) => ({ conditions: valueOf(row, "conditions") }),
  },
  false: {
    make: (one) => [input("truth", one.truth, { class: "long", maxlength: 500 })],
    read: (row) => ({ truth: valueOf(row, "truth") }),
  },
  need: { make: needParts, read: readNeed },
};

/** Something that an inject does to the world played. */
export function effectRow(effect) {
  const parts = h("span", { class: "parts" });
  const what = select("effect", config.effects, effect.what, { onchange: () => parts.replaceChildren(...EFFECTS[what.value].make({})) });
  parts.replaceChildren(...EFFECTS[what.value].make(effect));
  const row = h("div", { class: "row", dataset: { row: "effect" } }, what, parts, removeButton(() => row));
  return row;
}

export const readEffects = (root) => [...root.querySelectorAll('[data-row="effect"]')].map((row) => {
  const what = valueOf(row, "effect");
  return { what, ...EFFECTS[what].read(row) };
});
