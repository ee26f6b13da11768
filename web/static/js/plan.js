// One plan: what it says, what the check-up found in it, what was recorded of it.

import { get, peek, post } from "./api.js";
import { byId, h, phone } from "./dom.js";
import { config, dayTime, may, span, t } from "./i18n.js";
import { notice } from "./page.js";

const PATH = `/api/plans/${encodeURIComponent(config.plan)}`;
const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
};
const address = (edition) => `/plans/${encodeURIComponent(config.plan)}?edition=${edition}`;
const minutes = (value) => (value === null ? "–" : span(value));
let plan = null;

function showActions() {
  const others = plan.editions.filter((one) => one !== plan.edition);
  byId("actions").replaceChildren(...[
    plan.editions.length > 1 && h("select", { "aria-label": t("plans.edition"), onchange: ({ target }) => window.location.assign(address(target.value)) },
      plan.editions.map((one) => h("option", { value: one, selected: one === plan.edition }, t("plans.edition_number", { edition: one })))),
    others.length > 0 && h("select", { id: "compare", "aria-label": t("plans.compare"), onchange: ({ target }) => target.value && showDifference(Number(target.value)) },
      h("option", { value: "" }, t("plans.compare")), others.map((one) => h("option", { value: one }, t("plans.edition_number", { edition: one })))),
    may("export") && h("a", { class: "button", href: `/plans/${encodeURIComponent(config.plan)}/plan.docx?edition=${plan.edition}` }, t("plans.download")),
    may("keep_plans") && h("button", { type: "button", id: "write", onclick: write }, t("plans.write")),
    may("issue_plans") && !plan.repealed_on && plan.edition === plan.editions[0] && h("button", { type: "button", class: "danger", id: "repeal", onclick: repeal }, t("plans.repeal")),
  ].filter(Boolean));
}

/** Opens the plan's draft, or begins one of its last edition. */
async function write() {
  try {
    const { drafts } = await get("/api/plans");
    const open = drafts.find((one) => one.code === config.plan);
    const draft = open ?? await post("/api/plan-drafts", { code: config.plan, head: {} });
    window.location.assign(`/plans/drafts/${draft.id}`);
  } catch (error) {
    fail(error);
  }
}

async function repeal() {
  const why = window.prompt(t("plans.repeal_why", { name: plan.name }));
  if (!why) return;
  try {
    await post(`${PATH}/repeal`, { on: config.today, why });
    await read();
  } catch (error) {
    fail(error);
  }
}

function showFacts() {
  byId("repealed").hidden = !plan.repealed_on;
  byId("repealed").textContent = plan.repealed_on ? t("plans.repealed_on", { on: plan.repealed_on }) : "";
  const facts = ["category_label", "headquarters", "agency", "enterprise_name", "issued_on", "source"].filter((name) => plan[name]);
  byId("facts").replaceChildren(h("dl", { class: "facts" }, facts.flatMap((name) => [h("dt", {}, t(`plans.${name.replace(/_(label|name)$/, "")}`)), h("dd", {}, plan[name])]),
    h("dt", {}, t("plans.kinds")), h("dd", {}, plan.kinds.join("、") || t("plans.all_kinds")),
    h("dt", {}, t("plans.review_every")), h("dd", {}, t("plans.months", { months: plan.review_every_months })),
    h("dt", {}, t("plans.edition")), h("dd", {}, String(plan.edition))));
  byId("levels").replaceChildren(plan.levels.length ? h("div", { class: "table-scroll" }, h("table", { class: "table" },
    h("thead", {}, h("tr", {}, ["level", "triggers", "started_by", "expected_h", "measures"].map((name) => h("th", { scope: "col" }, t(`plans.${name}`))))),
    h("tbody", {}, plan.levels.map((one) => h("tr", {}, h("th", { scope: "row" }, one.label),
      h("td", {}, h("ul", { class: "plain" }, one.triggers.map((trigger) => h("li", {}, trigger)))), h("td", {}, one.started_by),
      h("td", { class: "number" }, String(one.expected_h)), h("td", {}, one.measures)))))) : h("p", { class: "muted" }, t("plans.no_levels")));
}

function rowsOf(clause, wrong) {
  const bad = (key) => wrong.filter((one) => one.item === key).map((one) => h("p", { class: "wrong", role: "note" }, one.text, " ", h("span", { class: "muted" }, t("plans.since", { at: dayTime(one.since) }))));
  return [
    clause.tasks.length > 0 && h("table", { class: "table" }, h("thead", {}, h("tr", {}, ["task", "owner", "within", "from_level"].map((name) => h("th", { scope: "col" }, t(`plans.${name}`))))),
      h("tbody", {}, clause.tasks.map((one) => h("tr", {}, h("td", {}, one.task, bad(one.key)), h("td", {}, one.owner || "–"), h("td", { class: "number" }, minutes(one.within_min)), h("td", {}, one.level_label ?? "–"))))),
    clause.contacts.length > 0 && h("table", { class: "table" }, h("thead", {}, h("tr", {}, ["person", "office", "phone"].map((name) => h("th", { scope: "col" }, t(`plans.${name}`))))),
      h("tbody", {}, clause.contacts.map((one) => h("tr", {}, h("td", {}, one.name || "–", bad(one.key)), h("td", {}, one.office || "–"), h("td", {}, one.phone ? phone(one.phone) : "–"))))),
    clause.promises.length > 0 && h("ul", { class: "promises" }, clause.promises.map((one) => h("li", { dataset: { promise: one.key }, class: wrong.some((finding) => finding.item === one.key) ? "fails" : "holds" },
      h("span", { class: "badge" }, one.label), " ", one.words, one.note && h("span", { class: "muted" }, ` ${one.note}`), bad(one.key)))),
  ];
}

function showText(findings) {
  const rowKeys = new Set(plan.clauses.flatMap((one) => [...one.tasks, ...one.contacts, ...one.promises].map((row) => row.key)));
  const told = (one) => h("p", { class: "wrong" }, one.text, " ", h("span", { class: "muted" }, t("plans.since", { at: dayTime(one.since) })));
  byId("clauses").replaceChildren(
    ...findings.filter((one) => !one.clause).map(told),
    ...plan.clauses.map((clause) => {
      const wrong = findings.filter((one) => one.clause === clause.key);
      return h("article", { class: "clause", id: `clause-${clause.key}`, dataset: { depth: clause.depth } },
        clause.heading && h(`h${Math.min(6, clause.depth + 2)}`, {}, clause.heading,
          clause.part_label && h("span", { class: "badge part" }, clause.part_label),
          wrong.length > 0 && h("button", { type: "button", class: "quiet", onclick: ({ target }) => showHistory(clause, target) }, t("plans.history"))),
        clause.text.split("\n").filter(Boolean).map((line) => h("p", {}, line)),
        rowsOf(clause, wrong), wrong.filter((one) => !rowKeys.has(one.item)).map(told));
    }));
  if (!plan.clauses.length) byId("clauses").replaceChildren(h("p", { class: "muted" }, t("plans.no_text")));
  if (window.location.hash) document.getElementById(window.location.hash.slice(1))?.scrollIntoView();
}

async function showHistory(clause, button) {
  try {
    const { findings } = await get(`${PATH}/clauses/${clause.key}/findings`);
    button.closest("article").append(h("ul", { class: "history plain" }, findings.map((one) => h("li", {},
      `${dayTime(one.since)} – ${one.closed ? dayTime(one.closed) : t("plans.still")} · ${one.text}`))));
    button.remove();
  } catch (error) {
    fail(error);
  }
}

function showMarks() {
  byId("marks").replaceChildren(plan.marks.length ? h("ul", { class: "plain" }, plan.marks.map((one) => h("li", {},
    `${one.on} · ${one.label} · ${t("plans.edition_number", { edition: one.edition })}`, [one.by, one.number, one.trigger, one.note].filter(Boolean).map((text) => ` · ${text}`),
    h("span", { class: "muted" }, ` ${one.recorded_by}`)))) : h("p", { class: "muted" }, t("plans.no_marks")));
  if (!may("keep_plans") || plan.edition !== plan.editions[0]) return;
  const choices = (listed) => listed.map((one) => h("option", { value: one.code }, one.label));
  const field = (name, control) => h("label", { class: "field" }, t(`plans.${name}`), control);
  const what = h("select", { name: "what", onchange: () => show() }, choices(config.marks));
  const trigger = field("trigger", h("select", { name: "trigger" }, choices(config.triggers)));
  const number = field("number", h("input", { name: "number", maxlength: config.mostLine }));
  const show = () => {
    trigger.hidden = what.value !== "to_revise";
    number.hidden = what.value !== "filed";
  };
  const form = h("form", {
    class: "form-grid",
    autocomplete: "off",
    onsubmit: async (event) => {
      event.preventDefault();
      byId("fault").hidden = true;
      const said = form.elements;
      try {
        await post(`${PATH}/marks`, {
          what: what.value, on: said.on.value, by: said.by.value, number: number.hidden ? "" : said.number.value,
          trigger: trigger.hidden ? "" : said.trigger.value, note: said.note.value,
        });
        notice(t("plans.marked"));
        await read();
      } catch (error) {
        fail(error);
      }
    },
  }, field("what", what), field("on", h("input", { name: "on", type: "date", required: true })), field("authority", h("input", { name: "by", maxlength: config.mostLine })),
  number, trigger, field("note", h("input", { name: "note", maxlength: config.mostLine })), h("button", { type: "submit" }, t("plans.record")));
  show();
  byId("mark").replaceChildren(form);
}

const piece = ([state, text]) => (state === "same" ? text : h(state === "added" ? "ins" : "del", {}, text));

function rowChange(name, one) {
  const words = (row) => (row ? Object.entries(row).filter(([key, value]) => key !== "key" && value !== null && value !== "").map(([, value]) => (typeof value === "object" ? Object.values(value).join(" ") : value)).join(" · ") : "");
  return h("li", {}, h("span", { class: "badge" }, t(`plans.${name}`)), " ", one.before && h("del", {}, words(one.before)), " ", one.after && h("ins", {}, words(one.after)));
}

async function showDifference(other) {
  const [before, after] = [other, plan.edition].sort((one, two) => one - two);
  try {
    const { clauses } = await get(`${PATH}/difference`, { before, after });
    const changed = clauses.filter((one) => one.state !== "same");
    byId("difference").replaceChildren(h("section", { class: "difference" }, h("h2", {}, t("plans.difference", { before, after })),
      changed.map((one) => h("article", { dataset: { state: one.state } }, h("h3", {}, h("span", { class: "badge" }, t(`plans.${one.state}`)), " ", one.heading.map(piece)),
        h("p", { class: "pre" }, one.text.map(piece)),
        h("ul", { class: "plain" }, ["tasks", "contacts", "promises"].flatMap((name) => one[name].filter((row) => row.state !== "same").map((row) => rowChange(name, row)))))),
      !changed.length && h("p", { class: "muted" }, t("plans.no_difference"))));
  } catch (error) {
    fail(error);
  }
}

async function read() {
  plan = await get(PATH, config.edition ? { edition: config.edition } : {});
  const isLast = plan.edition === plan.editions[0];
  const { findings } = isLast ? await peek("/api/plan-findings", { plan: config.plan }) : { findings: [] };
  showActions();
  showFacts();
  showText(findings);
  showMarks();
}

await read();
document.body.dataset.ready = "true";
