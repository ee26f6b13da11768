// A draft of a plan: its head, levels and clauses in one form, saved whole under its version.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, may, t } from "./i18n.js";
import { notice } from "./page.js";
import { clauseCard, nameRecords, readClause } from "./plan_clauses.js";

const PATH = `/api/plan-drafts/${config.draft}`;
let draft = null;
let dirty = false;

const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
  byId("fault").scrollIntoView({ block: "nearest" });
};
const options = (choices, value) => choices.map(({ code, label }) => {
  const option = h("option", { value: code }, label);
  option.selected = code === (value ?? "");
  return option;
});
const withNone = (choices) => [{ code: "", label: "–" }, ...choices];
const field = (name, control, wide = false) => h("label", { class: wide ? "field wide" : "field" }, t(`draft.${name}`), control);
const input = (name, value, more = {}) => h("input", { name, value: value ?? "", ...more });
const area = (name, value, rows = 2) => {
  const element = h("textarea", { name, rows, maxlength: 2000 });
  element.value = value ?? "";
  return element;
};
const value = (root, name) => root.querySelector(`[name="${name}"]`)?.value.trim() ?? "";
const number = (text) => (text === "" ? null : Number(text));

function headForm(content) {
  const kinds = new Set(content.kinds ?? []);
  return h("section", {}, h("h2", {}, t("draft.head")), h("div", { class: "form-grid" },
    field("name_zh", input("name_zh", content.name?.zh, { maxlength: 200 })),
    field("name_en", input("name_en", content.name?.en, { maxlength: 200 })),
    field("category", h("select", { name: "category" }, options(config.categories, content.category))),
    field("headquarters", h("select", { name: "headquarters" }, options(withNone(config.headquarters), content.headquarters))),
    field("agency", input("agency", content.agency, { maxlength: 200 })),
    field("county", input("county", content.county, { maxlength: 6, inputmode: "numeric" })),
    field("enterprise", input("enterprise", content.enterprise, { maxlength: 100 })),
    field("issued_on", input("issued_on", content.issued_on, { type: "date" })),
    field("review_every_months", input("review_every_months", content.review_every_months ?? 36, { inputmode: "numeric" })),
    field("source_zh", input("source_zh", content.source?.zh, { maxlength: 200 })),
    field("source_en", input("source_en", content.source?.en, { maxlength: 200 })),
    h("label", { class: "field" }, t("draft.synthetic"), h("input", { name: "synthetic", type: "checkbox", checked: content.synthetic }))),
  h("details", {}, h("summary", {}, t("draft.kinds")), h("div", { class: "checks" },
    config.kinds.map((one) => h("label", {}, h("input", { type: "checkbox", name: "kind", value: one.code, checked: kinds.has(one.code) }), " ", one.label)))));
}

function triggerRow(trigger) {
  const bases = config.bases.map((code) => ({ code, label: t(`draft.basis.${code}`) }));
  const basis = h("select", { name: "basis", onchange: show }, options(bases, trigger.basis));
  const by = h("select", { name: "by", onchange: show }, options([{ code: "grade", label: t("draft.by_grade") }, { code: "figure", label: t("draft.by_figure") }], trigger.figure ? "figure" : "grade"));
  const grade = h("select", { name: "grade" }, options(["1", "2", "3", "4"].map((code) => ({ code, label: t(`draft.grade.${code}`) })), String(trigger.grade ?? 4)));
  const figure = h("select", { name: "figure" }, options(config.figures, trigger.figure));
  const least = input("at_least", trigger.at_least, { inputmode: "decimal", "aria-label": t("draft.at_least"), placeholder: t("draft.at_least") });
  const circumstance = h("select", { name: "circumstance" }, options(config.circumstances, trigger.circumstance));
  const row = h("div", { class: "trigger" }, h("select", { name: "level" }, options(config.levels, String(trigger.level))), basis, by, grade, figure, least, circumstance,
    h("button", { type: "button", "aria-label": t("draft.remove"), title: t("draft.remove"), onclick: () => { dirty = true; row.remove(); } }, "✕"));
  function show() {
    const graded = config.graded.includes(basis.value);
    const byFigure = graded && config.counted.includes(basis.value) && by.value === "figure";
    by.hidden = !config.counted.includes(basis.value);
    grade.hidden = !graded || byFigure;
    figure.hidden = !byFigure;
    least.hidden = !byFigure;
    circumstance.hidden = basis.value !== "circumstance";
  }
  show();
  return row;
}

function readTrigger(row) {
  const basis = value(row, "basis");
  const found = { basis, level: Number(value(row, "level")) };
  if (config.graded.includes(basis)) {
    if (config.counted.includes(basis) && value(row, "by") === "figure") {
      found.figure = value(row, "figure");
      found.at_least = number(value(row, "at_least"));
    } else found.grade = Number(value(row, "grade"));
  }
  if (basis === "circumstance") found.circumstance = value(row, "circumstance");
  return found;
}

function levelRow(number_, level) {
  const approvers = new Map((level?.approvers ?? []).map((one) => [one.code, one]));
  return h("fieldset", { class: "level", dataset: { level: number_ } }, h("legend", {}, config.levels[number_ - 1].label), h("div", { class: "form-grid" },
    field("measures_zh", area("measures_zh", level?.measures.zh), true), field("measures_en", area("measures_en", level?.measures.en), true),
    field("started_by_zh", input("started_by_zh", level?.started_by.zh)), field("started_by_en", input("started_by_en", level?.started_by.en)),
    field("expected_h", input("expected_h", level?.expected_h ?? 24, { inputmode: "decimal" })),
    h("label", { class: "field" }, t("draft.by_phone"), h("input", { name: "by_phone", type: "checkbox", checked: level?.by_phone ?? false })),
    config.offices.length > 0 && h("details", { class: "field wide" }, h("summary", {}, t("draft.approvers"), approvers.size > 0 && `：${[...approvers.values()].map((one) => config.offices.find(({ code }) => code === one.code)?.label ?? one.code).join("、")}`),
      h("div", { class: "checks" }, config.offices.map((one) => h("label", {}, h("input", { type: "checkbox", name: "approver", value: one.code, checked: approvers.has(one.code) }), " ", one.label))))));
}

function levelsForm(content) {
  const held = new Map((content.levels ?? []).map((one) => [one.level, one]));
  const sets = h("input", { type: "checkbox", name: "sets_levels", checked: held.size > 0, onchange: () => { inner.hidden = !sets.checked; } });
  const triggers = h("div", { id: "triggers" }, (content.triggers ?? []).map(triggerRow));
  const inner = h("div", { hidden: held.size === 0 }, h("h3", {}, t("draft.triggers")), triggers,
    h("button", { type: "button", id: "add-trigger", onclick: () => { dirty = true; triggers.append(triggerRow({ basis: "confirmed", level: 4, grade: 4 })); } }, t("draft.add_trigger")),
    [1, 2, 3, 4].map((one) => levelRow(one, held.get(one))));
  return h("section", {}, h("h2", {}, t("draft.levels")), h("label", {}, sets, " ", t("draft.sets_levels")), inner);
}

/** Offices that may approve a level, each as the edition will hold it: with its name. */
function approversOf(row, held) {
  const known = new Map(held.flatMap((one) => one.approvers ?? []).map((one) => [one.code, one]));
  return [...row.querySelectorAll('[name="approver"]:checked')].map(({ value: code }) => {
    const { label } = config.offices.find((one) => one.code === code);
    return known.get(code) ?? { code, name: { zh: label, en: label } };
  });
}

function readForm() {
  const form = byId("draft");
  const content = {
    category: value(form, "category"),
    kinds: [...form.querySelectorAll('[name="kind"]:checked')].map((one) => one.value),
    synthetic: form.elements.synthetic.checked,
    triggers: [],
    levels: [],
    document: { clauses: [...byId("clauses").children].map(readClause) },
  };
  for (const name of ["headquarters", "agency", "county", "enterprise", "issued_on"]) if (value(form, name)) content[name] = value(form, name);
  for (const name of ["name", "source"]) {
    const [zh, en] = [value(form, `${name}_zh`), value(form, `${name}_en`)];
    if (zh || en) content[name] = { zh: zh || en, en: en || zh };
  }
  if (value(form, "review_every_months")) content.review_every_months = Number(value(form, "review_every_months"));
  if (form.elements.sets_levels.checked) {
    content.triggers = [...byId("triggers").children].map(readTrigger);
    content.levels = [...form.querySelectorAll("fieldset.level")].map((row) => ({
      level: Number(row.dataset.level),
      measures: { zh: value(row, "measures_zh"), en: value(row, "measures_en") || value(row, "measures_zh") },
      started_by: { zh: value(row, "started_by_zh"), en: value(row, "started_by_en") || value(row, "started_by_zh") },
      by_phone: row.querySelector('[name="by_phone"]').checked,
      expected_h: number(value(row, "expected_h")),
      approvers: approversOf(row, draft.content.levels ?? []),
    }));
  }
  return content;
}

/** What an import could not read; each is ticked off when somebody has seen to it. */
function showUnread() {
  byId("unread").hidden = draft.unread.length === 0;
  byId("unread").replaceChildren(h("h2", {}, t("draft.unread", { number: draft.unread.length })), h("p", {}, t("draft.unread_about")),
    h("ul", { class: "plain" }, draft.unread.map((one, at) => h("li", {}, h("label", {}, h("input", { type: "checkbox", name: "settled", value: at, onchange: () => { dirty = true; } }),
      " ", one.where && h("strong", {}, `${one.where} · `), one.sentence, one.text && h("q", {}, one.text))))));
}

function show() {
  const { content } = draft;
  nameRecords(draft.names);
  const clauses = h("div", { id: "clauses" }, (content.document?.clauses ?? []).map((one) => clauseCard(one)));
  byId("draft").replaceChildren(headForm(content), levelsForm(content),
    h("section", {}, h("h2", {}, t("draft.clauses")), clauses,
      h("button", { type: "button", id: "add-clause", onclick: () => { dirty = true; clauses.append(clauseCard({})); clauses.lastElementChild.querySelector("input").focus(); } }, t("draft.add_clause"))),
    h("div", { class: "save-bar form-actions" },
      h("button", { type: "submit", class: "primary" }, t("draft.save")),
      may("issue_plans") && h("button", { type: "button", id: "issue", onclick: issue }, t("draft.issue")),
      h("button", { type: "button", onclick: () => byId("reread").click() }, t("draft.reread")),
      h("input", { id: "reread", type: "file", accept: ".docx", hidden: true, onchange: ({ target }) => reread(target.files[0]) }),
      h("button", { type: "button", class: "danger", onclick: giveUp }, t("draft.give_up"))));
  showUnread();
  dirty = false;
}

async function save() {
  const settled = new Set([...byId("unread").querySelectorAll('[name="settled"]:checked')].map((one) => Number(one.value)));
  const unread = draft.unread.map((_, at) => at).filter((at) => !settled.has(at));
  draft = await post(PATH, { version: draft.version, content: readForm(), unread });
  show();
}

async function issue() {
  const why = window.prompt(t("draft.issue_why"));
  if (why === null) return;
  byId("fault").hidden = true;
  try {
    if (dirty) await save();
    const { code, edition } = await post(`${PATH}/issue`, { version: draft.version, why });
    dirty = false;
    window.location.assign(`/plans/${encodeURIComponent(code)}?edition=${edition}`);
  } catch (error) {
    fail(error);
  }
}

async function reread(file) {
  if (!file || (dirty && !window.confirm(t("draft.reread_sure")))) return;
  const body = new FormData();
  body.append("file", file);
  body.append("code", draft.code);
  body.append("version", draft.version);
  try {
    draft = await post("/api/plan-drafts/docx", body);
    show();
    notice(t("draft.read"));
  } catch (error) {
    fail(error);
  }
}

async function giveUp() {
  if (!window.confirm(t("draft.give_up_sure"))) return;
  try {
    await post(`${PATH}/give-up`, { version: draft.version });
    dirty = false;
    window.location.assign("/plans");
  } catch (error) {
    fail(error);
  }
}

byId("draft").addEventListener("input", () => { dirty = true; });
byId("draft").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("fault").hidden = true;
  try {
    await save();
    notice(t("draft.saved"));
  } catch (error) {
    fail(error);
  }
});
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
draft = await get(PATH);
show();
document.body.dataset.ready = "true";
