// The year's board: each headquarters' live drill, all drills, duties, what is to be put right.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { options, withNone } from "./fields.js";
import { config, dayTime, may, siteLocal, siteMoment, t } from "./i18n.js";
import { notice } from "./page.js";

const SHOWN = 50;
const TONES = { overdue: "alarm", due: "caution", soon: "caution", planned: "", scheduled: "", done: "good" };
let told = null;

const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
  byId("fault").scrollIntoView({ block: "nearest" });
};
const table = (heads, rows, none) => (rows.length
  ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
    h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name && t(`drills.${name}`))))),
    h("tbody", {}, rows)))
  : h("p", { class: "muted" }, t(none)));
const cell = (name, ...content) => h("td", { dataset: { label: t(`drills.${name}`) } }, ...content);
const field = (name, control, wide = false) => h("label", { class: wide ? "field wide" : "field" }, t(`drills.${name}`), control);
const badge = (standing, label) => h("span", { class: `badge ${TONES[standing]}` }, label);
const year = () => Number(byId("year").value);

async function act(path, body, said) {
  byId("fault").hidden = true;
  try {
    const answer = await post(path, body);
    if (said) notice(t(said));
    await read();
    return answer;
  } catch (error) {
    fail(error);
    return null;
  }
}

function showBoard({ headquarters, counts }) {
  byId("counts").replaceChildren(h("ul", { class: "checks plain" }, headquarters.length > 0
    && Object.entries(counts).filter(([, number]) => number).map(([standing, number]) => h("li", {}, badge(standing, `${headquarters.find((one) => one.standing === standing).standing_label} ${number}`)))));
  byId("board").replaceChildren(table(["headquarters", "standing", "when", "scores", "open_findings"], headquarters.map((one) => h("tr", { dataset: { headquarters: one.code, standing: one.standing } },
    h("th", { scope: "row" }, one.name), cell("standing", badge(one.standing, one.standing_label)),
    cell("when", one.drills.map((drill) => h("p", {}, drill.name, " ", when(drill)))),
    cell("scores", config.scores.filter(({ code }) => code in one.scores).map(({ code, label }) => h("span", { class: "badge" }, `${label} ${one.scores[code]}`))),
    cell("open_findings", one.open_findings ? String(one.open_findings) : "–"))), "drills.no_headquarters"));
}

const when = (drill) => (drill.state === "done" ? drill.held_on : drill.state === "cancelled" ? drill.state_label : drill.starts_at ? dayTime(drill.starts_at) : t("drills.no_date"));

function showDrills({ drills, approval }) {
  byId("approval").replaceChildren(h("p", {}, approval ? t("drills.approved", { who: approval.by, at: dayTime(approval.at), why: approval.why }) : t("drills.not_approved"),
    approval?.changed.length > 0 && h("span", { class: "badge caution" }, t("drills.changed_since", { names: approval.changed.join("、") }))),
  h("p", { class: "actions" }, ...[
    may("approve_drills") && h("button", { type: "button", id: "approve", onclick: () => {
      const why = window.prompt(t("drills.approve_why"));
      if (why) act(`/api/drills/years/${year()}/approve`, { why }, "drills.approved_now");
    } }, t("drills.approve")),
    may("export") && h("a", { class: "button", href: `/drills/${year()}.docx` }, t("drills.document")),
    may("export") && h("a", { class: "button", href: `/drills/${year()}.ics` }, t("drills.calendar"))].filter(Boolean)));
  byId("drills").replaceChildren(table(["name", "organiser", "kind", "when", "venue", "state", ""], drills.map((one) => h("tr", { dataset: { drill: one.id }, class: one.state === "cancelled" && "muted" },
    h("th", { scope: "row" }, h("a", { href: `/drills/${one.id}` }, one.name)), cell("organiser", one.organiser_name), cell("kind", one.kind), cell("when", when(one)), cell("venue", one.venue || "–"),
    cell("state", one.state_label, one.summary && h("p", { class: "muted" }, one.summary)),
    h("td", {}, may("manage_drills") && one.state !== "cancelled" && [
      one.state === "planned" && h("button", { type: "button", onclick: () => open(one.id) }, t("drills.edit")),
      h("button", { type: "button", onclick: () => hold(one) }, t(one.state === "done" ? "drills.judge" : "drills.held")),
      one.state === "planned" && h("button", { type: "button", class: "danger", onclick: () => {
        const why = window.prompt(t("drills.cancel_why"));
        if (why) act(`/api/drills/${one.id}/cancel`, { version: one.version, why });
      } }, t("drills.cancel")),
      h("button", { type: "button", onclick: () => addFinding({ drill: one }) }, t("drills.add_finding"))]))), "drills.none"));
}

function showFindings({ findings }) {
  byId("findings").replaceChildren(table(["what", "organiser", "found_on", "due_on", ""], findings.map((one) => h("tr", { dataset: { finding: one.number } },
    h("th", { scope: "row" }, one.is_order && h("span", { class: "badge caution" }, t("drills.order")), ` ${one.what}`), cell("organiser", one.organiser_name),
    cell("found_on", one.found_on), cell("due_on", one.due_on ?? "–", one.overdue && h("span", { class: "badge alarm" }, t("drills.overdue"))),
    h("td", {}, may("manage_drills") && h("button", { type: "button", onclick: () => act(`/api/drills/findings/${one.number}/close`, { on: config.today }, "drills.closed") }, t("drills.close"))))), "drills.no_findings"));
}

function showTeams({ teams }) {
  const none = teams.filter((one) => !one.held && !one.planned);
  const some = teams.filter((one) => one.held || one.planned);
  byId("teams").replaceChildren(h("p", {}, t("drills.teams_said", { some: some.length, none: none.length })),
    table(["team", "held_number", "planned_number"], some.map((one) => h("tr", {}, h("th", { scope: "row" }, one.name), cell("held_number", String(one.held)), cell("planned_number", String(one.planned)))), "drills.no_teams"),
    none.length > 0 && h("details", {}, h("summary", {}, t("drills.teams_none", { number: none.length })), h("p", {}, none.map((one) => one.name).join("、"))));
}

let duties = [];
let ofKind = "";

async function readDuties() {
  ({ duties } = await get("/api/drills/duties"));
  showDuties();
}

function showDuties() {
  const chosen = duties.filter((one) => !ofKind || one.kind === ofKind);
  const pressing = chosen.slice(0, SHOWN);
  const late = chosen.filter((one) => one.standing === "overdue").length;
  const kinds = h("select", { id: "duty-kind", "aria-label": t("drills.organiser_kind"), onchange: ({ target }) => { ofKind = target.value; showDuties(); } },
    options([{ code: "", label: t("drills.every_kind") }, ...config.organisers.filter(({ code }) => code !== "headquarters")], ofKind));
  byId("duties").replaceChildren(h("p", {}, kinds, ` ${t("drills.duties_said", { units: chosen.length, late })}`), table(["unit", "organiser_kind", "standing", "last", "due_by", "orders", ""], pressing.map((one) => h("tr", { dataset: { kind: one.kind, code: one.code } },
    h("th", { scope: "row" }, one.name), cell("organiser_kind", one.kind_label), cell("standing", badge(one.standing, one.standing_label)), cell("last", one.last ?? t("drills.never"), one.report_missing && h("span", { class: "badge caution" }, t("drills.report_missing"))),
    cell("due_by", one.due_by ?? "–"), cell("orders", one.open_orders ? String(one.open_orders) : "–", one.overdue_orders > 0 && h("span", { class: "badge alarm" }, t("drills.overdue_number", { number: one.overdue_orders }))),
    h("td", {}, may("manage_drills") && [h("button", { type: "button", onclick: () => edit({ organiser_kind: one.kind, organiser: one.code, form: "live" }) }, t("drills.enter")),
      h("button", { type: "button", onclick: () => addFinding({ unit: one }) }, t("drills.spot_check"))]))), "drills.no_duties"),
  chosen.length > SHOWN ? h("p", { class: "muted" }, t("drills.more", { number: chosen.length - SHOWN })) : "");
}

function participantRow(one) {
  const row = h("div", { class: "row", dataset: { row: "participant" } },
    h("select", { name: "kind", "aria-label": t("drills.participant_kind") }, options(config.participants, one.kind ?? "team")),
    h("input", { name: "id", value: one.id ?? "", placeholder: t("drills.participant_id"), "aria-label": t("drills.participant_id"), maxlength: 100 }),
    h("input", { name: "participant_name", value: one.name ?? "", placeholder: t("drills.participant_name"), "aria-label": t("drills.participant_name"), maxlength: 200 }),
    h("select", { name: "role", "aria-label": t("drills.role") }, options(config.roles, one.role ?? "player")),
    h("select", { name: "under", "aria-label": t("drills.under"), title: t("drills.under") }, options(withNone(config.headquarters), one.under)),
    h("button", { type: "button", "aria-label": t("drills.remove"), onclick: () => row.remove() }, "✕"));
  return row;
}

function objectiveRow(one, clauses) {
  const row = h("div", { class: "row", dataset: { row: "objective" } },
    h("input", { name: "objective", class: "long", value: one.text ?? "", placeholder: t("drills.objective"), "aria-label": t("drills.objective"), maxlength: 500 }),
    h("select", { name: "clause", "aria-label": t("drills.clause") }, options(withNone(clauses), one.clause)),
    h("input", { name: "within_min", class: "short", inputmode: "decimal", value: one.within_min ?? "", placeholder: t("drills.within_min"), "aria-label": t("drills.within_min"), title: t("drills.within_min") }),
    h("button", { type: "button", "aria-label": t("drills.remove"), onclick: () => row.remove() }, "✕"));
  return row;
}

const clausesOf = async (plan) => (plan ? (await get(`/api/plans/${encodeURIComponent(plan)}`)).clauses.map(({ key, heading }) => ({ code: key, label: heading || key })) : []);

async function open(id) {
  try {
    await edit(await get(`/api/drills/${id}`));
  } catch (error) {
    fail(error);
  }
}

/** The form of a drill: a new one where it has no id. */
async function edit(drill) {
  let clauses = await clausesOf(drill.plan);
  const value = (name) => form.elements[name].value.trim();
  const select = (name, choices, chosen, more = {}) => h("select", { name, ...more }, options(choices, chosen));
  const kind = select("organiser_kind", config.organisers, drill.organiser_kind ?? "headquarters", { onchange: () => showOrganiser() });
  const headquarters = field("headquarters", select("headquarters", config.headquarters, drill.organiser));
  const organiser = field("organiser_code", h("input", { name: "organiser", value: drill.organiser_kind === "headquarters" ? "" : drill.organiser ?? "", maxlength: 100 }));
  const showOrganiser = () => {
    headquarters.hidden = kind.value !== "headquarters";
    organiser.hidden = kind.value === "headquarters";
  };
  const objectives = h("div", { id: "objectives" }, (drill.objectives ?? []).map((one) => objectiveRow(one, clauses)));
  const participants = h("div", { id: "participants" }, (drill.participants ?? []).map(participantRow));
  const plan = select("plan", withNone(config.plans), drill.plan, {
    onchange: async () => {
      clauses = await clausesOf(plan.value).catch(() => []);
      for (const row of objectives.children) row.querySelector("select").replaceChildren(...options(withNone(clauses), ""));
    },
  });
  const form = h("form", {
    class: "card",
    autocomplete: "off",
    onsubmit: async (event) => {
      event.preventDefault();
      byId("fault").hidden = true;
      const said = {
        year: Number(value("drill_year")), name: value("name"), organiser_kind: kind.value,
        organiser: kind.value === "headquarters" ? value("headquarters") : value("organiser"),
        plan: plan.value, form: value("form"), scope: value("scope"), purpose: value("purpose"),
        starts_at: value("starts_at") ? siteMoment(value("starts_at")) : null, duration_min: Number(value("duration_min")), venue: value("venue"),
        objectives: [...objectives.children].map((row) => ({ text: row.querySelector('[name="objective"]').value.trim(), clause: row.querySelector('[name="clause"]').value, within_min: Number(row.querySelector('[name="within_min"]').value) || null })).filter((one) => one.text),
        participants: [...participants.children].map((row) => ({
          kind: row.querySelector('[name="kind"]').value, id: row.querySelector('[name="id"]').value.trim(),
          name: row.querySelector('[name="participant_name"]').value.trim(), role: row.querySelector('[name="role"]').value, under: row.querySelector('[name="under"]').value,
        })),
      };
      try {
        const saved = await post(drill.id ? `/api/drills/${drill.id}` : "/api/drills", drill.id ? { ...said, version: drill.version } : said);
        byId("year").value = saved.year;
        await read();
        notice(t("drills.saved"));
        if (saved.clashes.length) await edit(saved);
        else byId("edit").replaceChildren();
      } catch (error) {
        fail(error);
      }
    },
  },
  h("h2", {}, drill.id ? drill.name : t("drills.new")),
  drill.clashes?.length > 0 && h("div", { class: "callout warning", id: "clashes" }, drill.clashes.map((one) => h("p", {}, one.text))),
  h("div", { class: "form-grid" },
    field("name", h("input", { name: "name", value: drill.name ?? "", required: true, maxlength: 200 })),
    field("year", h("input", { name: "drill_year", type: "number", min: 2000, max: 2200, value: drill.year ?? year() })),
    field("organiser_kind", kind), headquarters, organiser, field("plan", plan),
    field("form", select("form", config.forms, drill.form ?? "live")), field("scope", select("scope", config.scopes, drill.scope ?? "full")),
    field("purpose", select("purpose", config.purposes, drill.purpose ?? "check")),
    field("starts_at", h("input", { name: "starts_at", type: "datetime-local", value: drill.starts_at ? siteLocal(drill.starts_at) : "" })),
    field("duration_min", h("input", { name: "duration_min", inputmode: "numeric", value: drill.duration_min ?? 120 })),
    field("venue", h("input", { name: "venue", value: drill.venue ?? "", maxlength: 200 }))),
  h("h3", {}, t("drills.objectives")), objectives, h("button", { type: "button", class: "quiet", id: "add-objective", onclick: () => objectives.append(objectiveRow({}, clauses)) }, t("drills.add")),
  h("h3", {}, t("drills.participants")), participants, h("button", { type: "button", class: "quiet", id: "add-participant", onclick: () => participants.append(participantRow({})) }, t("drills.add")),
  h("div", { class: "form-actions" }, h("button", { type: "submit", class: "primary" }, t("drills.save")),
    h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("page.cancel"))));
  showOrganiser();
  byId("edit").replaceChildren(form);
  form.scrollIntoView({ block: "nearest" });
}

/** The ready scenarios, one to be begun as a drill of the year. */
function showReady() {
  const begin = async (one) => {
    const made = await act(`/api/drills/ready/${one.code}/begin`, { year: year() });
    if (made) window.location.assign(`/drills/${made.id}`);
  };
  byId("edit").replaceChildren(h("div", { class: "card" }, h("h2", {}, t("drills.ready")), h("p", { class: "muted" }, t("drills.ready_about")),
    table(["headquarters", "name", "source", ""], config.ready.map((one) => h("tr", { dataset: { ready: one.code } }, h("th", { scope: "row" }, one.headquarters), cell("name", one.name), cell("source", one.source),
      h("td", {}, h("button", { type: "button", onclick: () => begin(one) }, t("drills.begin"))))), "drills.none"),
    h("div", { class: "form-actions" }, h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("page.cancel")))));
}

/** Records that a drill was held, and what it was judged. */
function hold(drill) {
  const value = (name) => form.elements[name].value.trim();
  const form = h("form", {
    class: "card",
    autocomplete: "off",
    onsubmit: async (event) => {
      event.preventDefault();
      const scores = Object.fromEntries(config.scores.map(({ code }) => [code, value(`score_${code}`)]).filter(([, text]) => text !== "").map(([code, text]) => [code, Number(text)]));
      const done = await act(`/api/drills/${drill.id}/hold`, { version: drill.version, on: value("on"), reported_on: value("reported_on"), summary: value("summary"), scores }, "drills.saved");
      if (done) byId("edit").replaceChildren();
    },
  },
  h("h2", {}, drill.name), h("div", { class: "form-grid" },
    field("held_on", h("input", { name: "on", type: "date", required: true, value: drill.held_on ?? config.today, max: config.today })),
    field("reported_on", h("input", { name: "reported_on", type: "date", value: drill.reported_on ?? "", max: config.today })),
    config.scores.map(({ code, label }) => h("label", { class: "field" }, label, h("input", { name: `score_${code}`, inputmode: "decimal", value: drill.scores[code] ?? "" }))),
    field("summary", h("input", { name: "summary", value: drill.summary, maxlength: 2000 }), true)),
  h("div", { class: "form-actions" }, h("button", { type: "submit", class: "primary" }, t("drills.save")), h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("page.cancel"))));
  byId("edit").replaceChildren(form);
  form.scrollIntoView({ block: "nearest" });
}

function addFinding({ drill, unit }) {
  const value = (name) => form.elements[name].value.trim();
  const form = h("form", {
    class: "card",
    autocomplete: "off",
    onsubmit: async (event) => {
      event.preventDefault();
      const whose = drill ? { drill: drill.id } : { organiser_kind: unit.kind, organiser: unit.code };
      const done = await act("/api/drills/findings", { ...whose, what: value("what"), found_on: value("found_on"), due_on: value("due_on"), is_order: form.elements.is_order.checked }, "drills.saved");
      if (done) byId("edit").replaceChildren();
    },
  },
  h("h2", {}, drill ? drill.name : unit.name), h("div", { class: "form-grid" },
    field("what", h("input", { name: "what", required: true, maxlength: 500 }), true),
    field("found_on", h("input", { name: "found_on", type: "date", required: true, value: config.today, max: config.today })),
    field("due_on", h("input", { name: "due_on", type: "date" })),
    h("label", { class: "field" }, t("drills.is_order"), h("input", { name: "is_order", type: "checkbox", checked: Boolean(unit) }))),
  h("div", { class: "form-actions" }, h("button", { type: "submit", class: "primary" }, t("drills.save")), h("button", { type: "button", onclick: () => byId("edit").replaceChildren() }, t("page.cancel"))));
  byId("edit").replaceChildren(form);
  form.scrollIntoView({ block: "nearest" });
}

async function read() {
  told = await get(`/api/drills/years/${year()}`);
  showBoard(told);
  showDrills(told);
  showFindings(told);
  showTeams(told);
  await readDuties();
}

byId("year").value = config.today.slice(0, 4);
byId("year").addEventListener("change", () => read().catch(fail));
if (byId("ready") && config.ready.length) {
  byId("ready").hidden = false;
  byId("ready").addEventListener("click", showReady);
}
byId("new")?.addEventListener("click", () => edit({}));
await read();
document.body.dataset.ready = "true";
