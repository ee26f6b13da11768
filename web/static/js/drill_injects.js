// The events list: injects, folded to a line each, opened to be changed.

import { h } from "./dom.js";
import { amount, effectRow, input, label, numberOf, objectives, readEffects, readTo, removeButton, select, toField, valueOf } from "./drill_rows.js";
import { config, t } from "./i18n.js";

const TIMINGS = {
  at: (when) => [amount("minute", when.minute)],
  state: (when) => [select("state", config.states, when.state), amount("state_count", when.count ?? 1, { inputmode: "numeric" }), amount("delay_min", when.delay_min ?? 0), amount("expected_minute", when.expected_minute)],
  any: () => [],
};

function readWhen(card) {
  const how = valueOf(card, "how");
  if (how === "at") return { how, minute: numberOf(card, "minute") };
  if (how === "any") return { how };
  return { how, state: valueOf(card, "state"), count: numberOf(card, "state_count"), delay_min: numberOf(card, "delay_min") ?? 0, expected_minute: numberOf(card, "expected_minute") };
}

function whenText(when) {
  if (when.how === "at") return t("design.minute_number", { minute: when.minute });
  if (when.how === "any") return label("any_time");
  const state = config.states.find((one) => one.code === when.state);
  return `${state?.label ?? ""} ≥ ${when.count}`;
}

const text = (name, value, rows) => {
  const area = h("textarea", { name, rows, maxlength: 2000, "aria-label": label(name), placeholder: label(name) });
  area.value = value ?? "";
  return area;
};

/** One inject; a new one is open. */
export function injectCard(inject, { open = false } = {}) {
  const when = inject.when ?? { how: "at" };
  const parts = h("span", { class: "parts" });
  const how = select("how", config.timings, when.how, { onchange: () => { parts.replaceChildren(...TIMINGS[how.value]({})); card.dataset.how = how.value; } });
  parts.replaceChildren(...TIMINGS[when.how](when));
  const effects = h("div", { class: "effects" }, (inject.effects ?? []).map(effectRow));
  const names = new Map(config.effects.map((one) => [one.code, one.label]));
  const card = h("details", { class: "inject", open, dataset: { key: inject.key ?? "", how: when.how } },
    h("summary", {}, h("span", { class: "when" }, inject.title ? whenText(when) : label("new_inject")), h("span", {}, inject.title ?? ""),
      (inject.effects ?? []).map((one) => h("span", { class: one.what === "false" ? "badge caution" : "badge" }, names.get(one.what)))),
    h("div", { class: "body" },
      h("div", { class: "row" }, input("title", inject.title, { class: "long", maxlength: 200 }), how, parts, removeButton(() => card)),
      h("div", { class: "row" }, h("span", { class: "muted" }, label("to")), toField("to", inject.to)),
      h("div", { class: "row" }, select("channel", config.channels, inject.channel ?? "call"), input("sender", inject.sender, { maxlength: 200 }), select("objective", objectives(), inject.objective ? String(inject.objective) : "", { dataset: { own: "" } })),
      text("text", inject.text, 3), text("expected", inject.expected, 2),
      h("h4", {}, label("effects")), effects,
      h("button", { type: "button", class: "quiet", dataset: { add: "effect" }, onclick: () => effects.append(effectRow({ what: config.effects[0].code })) }, label("add_effect"))));
  return card;
}

/** What a card says, as a script holds it. */
export function readInject(card) {
  return {
    key: card.dataset.key,
    title: valueOf(card, "title"),
    when: readWhen(card),
    to: readTo(card, "to"),
    channel: valueOf(card, "channel"),
    sender: valueOf(card, "sender"),
    text: valueOf(card, "text"),
    expected: valueOf(card, "expected"),
    objective: Number(card.querySelector('[name="objective"][data-own]').value) || null,
    effects: readEffects(card),
  };
}
