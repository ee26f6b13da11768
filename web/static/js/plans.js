// The plan library: the list, what is due, the check-up, what plans count on at once.

import { get, newest, peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, count, dayTime, may, t } from "./i18n.js";
import { notice } from "./page.js";

const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
};
const link = (code, text, hash = "") => h("a", { href: `/plans/${encodeURIComponent(code)}${hash}` }, text);
const table = (heads, rows, none) => (rows.length
  ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(`plans.${name}`))))),
    h("tbody", {}, rows)))
  : h("p", { class: "muted" }, t(none)));
const DAYS = new Set(["issued_on", "review_by", "filed_on", "day", "found"]);
const cell = (name, ...content) => h("td", { class: DAYS.has(name) && "day", dataset: { label: t(`plans.${name}`) } }, ...content);
const TONES = { revise: "alarm", review: "alarm", review_soon: "caution", file: "caution" };

function showPlans({ plans, due, drafts, repealed }) {
  const rows = plans.map((one) => h("tr", { dataset: { plan: one.code } },
    h("th", { scope: "row" }, link(one.code, one.name), one.synthetic && h("span", { class: "badge caution" }, t("plans.synthetic"))),
    cell("category", one.category_label),
    cell("of", one.headquarters ?? one.enterprise_name ?? one.agency ?? "–"),
    cell("edition", `${one.edition}`),
    cell("issued_on", one.issued_on ?? "–"),
    cell("review_by", one.review_by ?? "–"),
    cell("filed_on", one.filed_on ?? "–"),
    cell("state", one.needs.map((need) => h("span", { class: `badge ${TONES[need.need]}` }, need.label)),
      one.findings > 0 && link(one.code, h("span", { class: "badge alarm" }, t("plans.findings_count", { number: one.findings })), "#h-text"))));
  byId("plans").replaceChildren(table(["name", "category", "of", "edition", "issued_on", "review_by", "filed_on", "state"], rows, "plans.none"));
  byId("drafts").replaceChildren(...drafts.length ? [h("h3", {}, t("plans.drafts")), h("ul", { class: "plain" }, drafts.map((one) => h("li", { dataset: { draft: one.id } },
    may("keep_plans") ? h("a", { href: `/plans/drafts/${one.id}` }, one.code) : one.code, ` · ${one.updated_by} · ${dayTime(one.updated_at)}`,
    one.unread > 0 && h("span", { class: "badge caution" }, t("plans.unread_count", { number: one.unread })))))] : []);
  if (repealed.length) byId("drafts").append(h("details", {}, h("summary", {}, t("plans.repealed")), h("ul", { class: "plain" }, repealed.map((one) => h("li", {}, link(one.code, one.name), ` · ${one.on}`)))));
  const dueRows = due.map((one) => h("tr", {},
    cell("state", h("span", { class: `badge ${TONES[one.need]}` }, one.label)),
    h("th", { scope: "row" }, link(one.plan, one.name)), cell("day", one.day ?? "–"),
    cell("days", one.days === null ? "–" : one.days > 0 ? t("plans.overdue_days", { days: one.days }) : t("plans.days_left", { days: -one.days })),
    cell("why", [one.trigger, one.note].filter(Boolean).join("；") || "–")));
  byId("due").replaceChildren(table(["state", "name", "day", "days", "why"], dueRows, "plans.nothing_due"));
  showScenario(plans);
}

let shownCheck = null;

function showCheckup(answer) {
  const told = JSON.stringify(answer);
  if (told === shownCheck) return; // what is exchanged between press and release is never clicked
  shownCheck = told;
  const { check, findings } = answer;
  const rows = findings.map((one) => h("tr", { dataset: { plan: one.plan, code: one.code } },
    h("th", { scope: "row" }, link(one.plan, one.name)),
    cell("clause", one.clause ? link(one.plan, one.heading || one.clause, `#clause-${one.clause}`) : t("plans.whole")),
    cell("wrong", one.text), cell("found", dayTime(one.since))));
  byId("checkup").replaceChildren(
    h("p", { id: "last-check" }, check ? t("plans.checked", { at: dayTime(check.at), plans: check.plans, promises: count(check.promises), failed: count(check.failed) }) : t("plans.never_checked"),
      check && !answer.is_current && h("span", { class: "badge caution" }, t("plans.outdated")),
      may("keep_plans") && h("button", { type: "button", id: "check", onclick: () => post("/api/plan-findings/check", {}).then(() => notice(t("plans.check_asked"))).catch(fail) }, t("plans.check"))),
    table(["name", "clause", "wrong", "found"], rows, "plans.nothing_found"));
}

const readCheckup = newest(() => peek("/api/plan-findings"), showCheckup);

function showScenario(plans) {
  if (byId("scenario").childElementCount) return;
  const form = h("form", { class: "checks", onchange: readCollisions },
    plans.map((one) => h("label", {}, h("input", { type: "checkbox", name: "plan", value: one.code, checked: true }), " ", one.name)));
  byId("scenario").replaceChildren(h("details", {}, h("summary", {}, t("plans.scenario")), form));
}

const readCollisions = newest(
  () => get("/api/plan-collisions", { plans: [...document.querySelectorAll('#scenario [name="plan"]:checked')].map((one) => one.value).join(",") }),
  ({ collisions }) => {
    const rows = collisions.map((one) => h("tr", { class: one.short && "short", dataset: { id: one.id } },
      h("th", { scope: "row" }, one.owner, one.of !== "—" && ` · ${one.of}`),
      cell("has", one.has === null ? "?" : count(one.has)), cell("promised", count(one.promised)),
      cell("left", h("span", { class: `badge ${one.short ? "alarm" : "good"}` }, one.left === null ? "?" : count(one.left))),
      cell("by", h("ul", { class: "plain" }, one.plans.map((plan) => h("li", {}, link(plan.plan, plan.name), ` ${count(plan.amount)} · ${plan.clauses.join("、")}`))))));
    byId("collisions").replaceChildren(table(["resource", "has", "promised", "left", "by"], rows, "plans.no_collisions"));
  },
);

const options = (choices, value) => choices.map(({ code, label }) => {
  const option = h("option", { value: code }, label);
  option.selected = code === value;
  return option;
});
const field = (label, control) => h("label", { class: "field" }, t(`plans.${label}`), control);

/** Begins a draft: of a plan there is, a new one, with the text of a document or without. */
function begin() {
  const category = h("select", { name: "category", onchange: () => { enterprise.hidden = !config.ofEnterprises.includes(category.value); } }, options(config.categories, "special"));
  const enterprise = field("enterprise", h("input", { name: "enterprise", maxlength: 100 }));
  enterprise.hidden = true;
  const form = h("form", {
    class: "card",
    autocomplete: "off",
    onsubmit: async (event) => {
      event.preventDefault();
      byId("fault").hidden = true;
      const said = form.elements;
      const head = {};
      if (said.name_zh.value.trim()) head.name = { zh: said.name_zh.value.trim(), en: said.name_en.value.trim() || said.name_zh.value.trim() };
      if (said.is_new.checked) {
        head.category = category.value;
        if (said.headquarters.value) head.headquarters = said.headquarters.value;
        if (!enterprise.hidden && said.enterprise.value.trim()) head.enterprise = said.enterprise.value.trim();
      }
      const file = said.file.files[0];
      try {
        let draft;
        if (file) {
          const body = new FormData();
          body.append("file", file);
          body.append("code", said.code.value.trim());
          body.append("head", JSON.stringify(head));
          draft = await post("/api/plan-drafts/docx", body);
        } else {
          draft = await post("/api/plan-drafts", { code: said.code.value.trim(), head });
        }
        window.location.assign(`/plans/drafts/${draft.id}`);
      } catch (error) {
        fail(error);
      }
    },
  },
  h("h2", {}, t("plans.new")),
  h("div", { class: "form-grid" },
    field("code", h("input", { name: "code", required: true, maxlength: 40, pattern: "[a-z0-9][a-z0-9_.\\-]*", placeholder: "flood" })),
    field("docx", h("input", { name: "file", type: "file", accept: ".docx" })),
    h("label", { class: "field" }, t("plans.is_new"), h("input", { name: "is_new", type: "checkbox", checked: true, onchange: ({ target }) => { more.hidden = !target.checked; } }))),
  h("p", { class: "hint" }, t("plans.code_hint")));
  const more = h("div", { class: "form-grid" },
    field("name_zh", h("input", { name: "name_zh", maxlength: 200 })),
    field("name_en", h("input", { name: "name_en", maxlength: 200 })),
    field("category", category),
    field("headquarters", h("select", { name: "headquarters" }, options([{ code: "", label: "" }, ...config.headquarters], ""))),
    enterprise);
  form.append(more, h("div", { class: "form-actions" },
    h("button", { type: "submit", class: "primary" }, t("plans.begin")),
    h("button", { type: "button", onclick: () => byId("begin").replaceChildren() }, t("page.cancel"))));
  byId("begin").replaceChildren(form);
  form.elements.code.focus();
}

byId("new")?.addEventListener("click", begin);
showPlans(await get("/api/plans"));
await Promise.all([readCheckup(), readCollisions()]);
document.body.dataset.ready = "true";
window.setInterval(() => readCheckup().catch(() => {}), 3000);
