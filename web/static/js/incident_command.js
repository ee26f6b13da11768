// Command of the incident: alarms, who leads, the post, tasks, instructions, messages.

import { peek } from "./api.js";
import { byId, h } from "./dom.js";
import { clockTime, config, dayTime, may, siteLocal, siteMoment, t } from "./i18n.js";
import { PATH, askFor, askWhy, change, fail, section } from "./incident_state.js";

let incident = null;
const drawn = {};

const field = (name, attributes = {}) => h("label", { class: "field" }, t(`command.${name}`), h("input", { name, maxlength: 80, autocomplete: "off", ...attributes }));
const choice = (name, known) => h("label", { class: "field" }, t(`command.${name}`), h("select", { name }, Object.entries(known).map(([code, label]) => h("option", { value: code }, label))));

/** A form below its name that sends what stands in it; empty fields are left away. */
function form(name, fields, send) {
  return h("details", { class: "no-print", dataset: { act: name } }, h("summary", {}, t(`command.${name}`)), h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const given = Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value.trim()));
      for (const key of ["x", "y"]) if (key in given) given[key] = Number(given[key]);
      if ("due_at" in given) given.due_at = siteMoment(given.due_at);
      await send(given);
    },
  }, h("div", { class: "form-grid" }, fields), h("div", { class: "form-actions" }, h("button", { class: "primary", type: "submit" }, t("incidents.confirm")))));
}

/** Draws a part anew only where something else is to be read: whoever types is not disturbed. */
function draw(id, told, make) {
  const text = JSON.stringify([told, incident.state]);
  if (drawn[id] === text) return;
  drawn[id] = text;
  byId(id).replaceChildren(...make().flat().filter(Boolean));
}

async function recall(footprint) {
  const owner = incident.command.post?.commander ?? config.me;
  const why = await askWhy(t("command.recall_why", { owner }));
  if (why) await change(`/api/footprints/${footprint}/recall`, { owner, why });
}

function showAlarms(alarms) {
  const text = JSON.stringify(alarms);
  if (drawn.alarms === text) return;
  drawn.alarms = text;
  byId("command-alarms").replaceChildren(...(alarms.length === 0 ? [] : [h("ul", { class: "alarms" }, alarms.map((one) => h("li", { dataset: { kind: one.kind } },
    `⚠ ${one.text} `,
    one.recallable && may("dispatch") && h("button", { type: "button", class: "primary", onclick: () => recall(one.about) }, t("command.recall")))))]));
}

const acts = () => may("dispatch") && incident.state === "open";

function showLead({ lead }) {
  const other = lead.level === "county" ? "city" : "county";
  draw("lead", lead, () => [
    h("p", {}, h("strong", { class: "badge" }, lead.level_label), " ", lead.by_law
      ? h("span", { class: "muted" }, t("command.by_law"))
      : `${lead.decided_by} · ${dayTime(lead.since)}`),
    acts() && form(`lead_${other}`, [field("decided_by", { required: true }), field("why", { required: true, maxlength: 200 })],
      (given) => change(`${PATH}/lead`, { level: other, ...given })),
  ]);
}

const postFields = (one) => [
  field("place", { required: true, value: one?.place ?? "" }), field("commander", { required: true }), field("members", { maxlength: 2000, value: one?.members ?? "" }),
  field("x", { type: "number", step: "any", value: one?.x ?? "" }), field("y", { type: "number", step: "any", value: one?.y ?? "" }),
];

function showPost({ post, former_posts: former }) {
  const path = post && `/api/posts/${post.id}`;
  draw("post", [post, former], () => [
    post
      ? h("p", { dataset: { post: post.id } }, h("strong", {}, t("command.post")), ` ${post.place} · ${post.commander} · ${dayTime(post.since)}`, post.members && h("span", {}, h("br"), `${t("command.members")} ${post.members}`))
      : h("p", { class: "muted" }, t("command.no_post")),
    former.length > 0 && h("p", { class: "muted" }, former.map((one) => `${one.commander} ${dayTime(one.since)}–${clockTime(one.until)}`).join("；")),
    acts() && !post && form("set_up", postFields(), (given) => change(`${PATH}/post`, given)),
    acts() && post && form("hand_over", [...postFields(post), field("why", { required: true, maxlength: 200 })], (given) => change(`${path}/hand-over`, { version: post.version, ...given })),
    acts() && post && h("button", { type: "button", class: "no-print", onclick: async () => {
      const why = await askWhy(t("command.dissolve"));
      if (why) await change(`${path}/dissolve`, { version: post.version, why });
    } }, t("command.dissolve")),
  ]);
}

const TASK_ACTS = {
  done: () => [field("result", { maxlength: 2000 })],
  change: (one) => [
    field("owner", { required: true, value: one.owner }),
    field("due_at", { type: "datetime-local", required: true, value: siteLocal(one.due_at) }),
    field("why", { required: true, maxlength: 200 }),
  ],
  drop: () => [field("why", { required: true, maxlength: 200 })],
};

function task(one) {
  const act = ([name, fields]) => h("button", { type: "button", dataset: { act: name }, onclick: async () => {
    const said = await askFor([h("h2", {}, t(`command.${name}`)), h("p", {}, one.text), fields(one)]);
    if (said === null) return;
    // The field holds whole minutes: a time that was left as it stood is not sent, so not cut.
    if (said.due_at === siteLocal(one.due_at)) delete said.due_at;
    else if (said.due_at) said.due_at = siteMoment(said.due_at);
    await change(`/api/tasks/${one.id}/${name}`, { version: one.version, ...said });
  } }, t(`command.${name}`));
  return h("tr", { dataset: { id: one.id, state: one.state, kind: one.kind } },
    h("th", { scope: "row" }, one.text),
    h("td", { dataset: { label: t("command.owner") } }, one.owner),
    h("td", { dataset: { label: t("incidents.due") } }, dayTime(one.due_at), " ", h("span", { class: "remaining", dataset: { due: one.state === "open" ? one.due_at : "" } })),
    h("td", { dataset: { label: t("incidents.state") } }, h("span", { class: "badge" }, one.state_label), one.done_at && ` ${one.done_by} ${clockTime(one.done_at)}`, one.result && ` ${one.result}`),
    h("td", { class: "acts", dataset: { label: t("command.acts") } }, may("dispatch") && one.state === "open" && Object.entries(TASK_ACTS).map(act)));
}

function showTasks({ tasks }) {
  draw("tasks", tasks.map((one) => ({ ...one, overdue: null })), () => [
    tasks.length > 0
      ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
        h("thead", {}, h("tr", {}, ["command.task", "command.owner", "incidents.due", "incidents.state", "command.acts"].map((name) => h("th", { scope: "col" }, t(name))))),
        h("tbody", {}, tasks.map(task))))
      : h("p", { class: "muted" }, t("command.no_tasks")),
    acts() && form("set_task", [
      field("text", { required: true, maxlength: 2000 }), field("owner", { required: true }),
      field("due_at", { type: "datetime-local", required: true, value: siteLocal(Date.now() + 3_600_000) }),
      field("x", { type: "number", step: "any" }), field("y", { type: "number", step: "any" }),
    ], (given) => change(`${PATH}/tasks`, given)),
  ]);
}

function instruction(one) {
  const path = `/api/instructions/${one.id}`;
  const ask = async (name, key) => {
    const said = await askWhy(t(`command.${key}`));
    if (said) await change(`${path}/${name}`, { version: one.version, [key]: said });
  };
  return h("li", { dataset: { instruction: one.id } },
    h("strong", {}, `${one.leader}（${one.office}）`), ` ${dayTime(one.received_at)} `, one.words,
    one.passed_at && h("span", { class: "muted" }, ` → ${one.passed_to} ${clockTime(one.passed_at)}`),
    one.answered_at
      ? h("span", {}, ` ✓ ${one.answer} ${clockTime(one.answered_at)}`)
      : may("dispatch") && h("span", { class: "no-print" }, " ", h("button", { type: "button", onclick: () => ask("pass", "passed_to") }, t("command.pass")), " ", h("button", { type: "button", onclick: () => ask("answer", "answer") }, t("command.answer_it"))));
}

function showSaid({ instructions, messages }) {
  draw("instructions", instructions, () => [
    instructions.length > 0 && h("ul", { class: "said" }, instructions.map(instruction)),
    may("dispatch") && form("instruct", [field("leader", { required: true }), field("office", { required: true }), field("words", { required: true, maxlength: 2000 })],
      (given) => change(`${PATH}/instructions`, given)),
  ]);
  draw("messages", messages, () => [
    messages.length > 0 && h("ul", { class: "said" }, messages.map((one) => h("li", {},
      `${dayTime(one.at)} ${one.direction === "in" ? "⇦" : "⇨"} `, h("strong", {}, `${one.direction_label} ${one.party}`), h("span", { class: "muted" }, ` ${one.means_label}`), ` ${one.text}`))),
    may("dispatch") && form("message", [
      choice("direction", { in: t("command.in"), out: t("command.out") }), choice("means", config.means),
      field("party", { required: true }), field("text", { required: true, maxlength: 2000 }),
    ], (given) => change(`${PATH}/messages`, given)),
  ]);
}

section((read) => {
  incident = read;
  const { command } = read;
  showAlarms(command.alarms);
  showLead(command);
  showPost(command);
  showTasks(command);
  showSaid(command);
});

// What runs out alarms though nobody writes anything.
setInterval(() => peek(`${PATH}/alarms`).then(({ alarms }) => showAlarms(alarms)).catch(fail), 15_000);
