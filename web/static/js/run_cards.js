// Run cards: read by all, changed by those who may, every fault beside its field.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, dayTime, may, t } from "./i18n.js";
import { notice } from "./page.js";

let cards = [];

const options = (listed, value) => listed.map((one) => {
  const option = h("option", { value: one.code }, one.label);
  option.selected = one.code === value;
  return option;
});

const levelName = (level) => (level ? String(level) : t("run_cards.any"));

function showList() {
  const items = cards.map((one) => h("tr", { dataset: { card: one.id }, class: !one.active && "muted" },
    h("th", { scope: "row" }, one.kind_label),
    h("td", { dataset: { label: t("run_cards.level") } }, levelName(one.level)),
    h("td", { dataset: { label: t("run_cards.lines") } }, one.lines.map((line) => `${line.label}×${line.count}`).join("、")),
    h("td", {}, !one.active && h("span", { class: "badge" }, t("run_cards.inactive")), one.synthetic && h("span", { class: "badge" }, t("run_cards.synthetic")),
      h("button", { type: "button", onclick: () => edit(one) }, t("run_cards.change")))));
  byId("cards").replaceChildren(cards.length
    ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, ["kind", "level", "lines"].map((name) => h("th", { scope: "col" }, t(`run_cards.${name}`))), h("th", { scope: "col" }))),
      h("tbody", {}, items)))
    : h("p", { class: "muted" }, t("run_cards.none")));
}

function field(label, control, name) {
  return h("label", { class: "field", dataset: { field: name } }, label, control);
}

function lineRow(line, disabled) {
  const sort = h("select", { name: "code", disabled }, options(config.sorts[line.by], line.code));
  const by = h("select", {
    name: "by", disabled, onchange: () => sort.replaceChildren(...options(config.sorts[by.value])),
  }, options(Object.keys(config.sorts).map((code) => ({ code, label: t(`run_cards.${code}`) })), line.by));
  const row = h("fieldset", { class: "card-line" },
    field(t("run_cards.by"), by, "by"), field(t("run_cards.sort"), sort, "code"),
    field(t("run_cards.count"), h("input", { name: "count", inputmode: "numeric", value: line.count, disabled }), "count"),
    field(t("run_cards.limit_min"), h("input", { name: "limit_min", inputmode: "decimal", value: line.limit_min ?? "", disabled }), "limit_min"),
    field(t("run_cards.tier"), h("select", { name: "tier", disabled }, options(config.tiers, line.tier)), "tier"),
    !disabled && h("button", { type: "button", "aria-label": t("run_cards.remove"), title: t("run_cards.remove"), onclick: () => row.remove() }, "✕"));
  return row;
}

function edit(card) {
  const disabled = !may("manage_cards");
  const isNew = !card.version;
  const number = (value) => (value.trim() === "" ? null : Number(value));
  const lines = h("div", { class: "card-lines", dataset: { field: "lines" } }, card.lines.map((one) => lineRow(one, disabled)));
  const form = h("form", {
    autocomplete: "off",
    novalidate: true,
    onsubmit: async (event) => {
      event.preventDefault();
      byId("fault").hidden = true;
      for (const one of form.querySelectorAll(".field-fault")) one.remove();
      const value = (row, name) => row.querySelector(`[name="${name}"]`).value;
      const { kind, level, active, why } = form.elements;
      try {
        const saved = await post("/api/run-cards", {
          kind: kind.value,
          level: number(level.value),
          lines: [...lines.children].filter((row) => row.matches(".card-line")).map((row) => ({
            by: value(row, "by"), code: value(row, "code"), count: number(value(row, "count")), limit_min: number(value(row, "limit_min")), tier: value(row, "tier"),
          })),
          experts: [...form.querySelectorAll('[name="expert"]:checked')].map((one) => one.value),
          active: active.checked,
          seen: card.version ?? 0,
          why: why.value,
        });
        notice(t("run_cards.saved", { card: saved.id }));
        byId("edit").replaceChildren();
        await read();
      } catch (error) {
        showFaults(error);
      }
    },
  },
  h("h2", {}, isNew ? t("run_cards.new") : `${card.kind_label} ${levelName(card.level)}`),
  !isNew && h("p", { class: "muted" }, t("run_cards.changed", { at: dayTime(card.changed_at), who: card.changed_by, why: card.why })),
  h("div", { class: "form-grid" },
    field(t("run_cards.kind"), h("select", { name: "kind", disabled: !isNew }, options(config.kinds, card.kind)), "kind"),
    field(t("run_cards.level"), h("select", { name: "level", disabled: !isNew }, options([{ code: "", label: t("run_cards.any") }, ...config.levels.map((one) => ({ code: String(one), label: String(one) }))], card.level ? String(card.level) : "")), "level")),
  h("h3", {}, t("run_cards.lines")), lines,
  !disabled && h("button", { type: "button", id: "add-line", onclick: () => { if (lines.children.length < config.mostLines) { lines.append(lineRow({ by: "capability", code: config.sorts.capability[0].code, count: 1, tier: "main" }, false)); lines.lastElementChild.querySelector("select").focus(); } } }, t("run_cards.add")),
  h("h3", {}, t("run_cards.experts")),
  h("div", { class: "checks", dataset: { field: "experts" } }, config.specialities.map((one) => h("label", {}, h("input", { type: "checkbox", name: "expert", value: one.code, checked: card.experts.includes(one.code), disabled }), " ", one.label))),
  h("p", {}, h("label", {}, h("input", { type: "checkbox", name: "active", checked: card.active, disabled }), " ", t("run_cards.active"))),
  !disabled && field(t("run_cards.why"), h("input", { name: "why", maxlength: 200 }), "why"),
  h("div", { class: "form-actions" },
    h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("run_cards.cancel")),
    !disabled && h("button", { type: "submit", class: "primary" }, t("run_cards.save"))));
  byId("edit").replaceChildren(form);
  form.querySelector("select, input")?.focus();

  function showFaults(error) {
    byId("fault").textContent = error.message;
    byId("fault").hidden = false;
    for (const one of error.details?.faults ?? []) {
      const [, index, name] = one.field.match(/^lines\.(\d+)\.(.+)$/) ?? [];
      const place = index ? lines.children[Number(index) - 1] : form;
      place?.querySelector(`[data-field="${name ?? one.field}"]`)?.append(h("span", { class: "field-fault", role: "alert" }, one.message));
    }
  }
}

async function read() {
  ({ cards } = await get("/api/run-cards"));
  showList();
}

byId("new")?.addEventListener("click", () => edit({ kind: config.kinds[0].code, level: null, lines: [{ by: "capability", code: config.sorts.capability[0].code, count: 1, tier: "main" }], experts: [], active: true }));
await read();
document.body.dataset.ready = "true";
