// The list of a register: a table beside a map; what is asked lives in the address.

import { get, latest, post, superseded } from "./api.js";
import { byId, h } from "./dom.js";
import { config, count, t } from "./i18n.js";
import { asPoint, startMap } from "./minimap.js";
import { notice } from "./page.js";

const PAUSE_MS = 200;
const CLOSE_ZOOM = 13;
const api = `/api/registers/${config.kind}`;
const filters = byId("filters");
const body = byId("table").tBodies[0];
const chosen = new Map();
const fail = (error) => { if (!superseded(error)) notice(error.message, "error"); };
const fetchRows = latest((signal, query) => get(api, query, signal));

let cursors = [];
let rows = [];
let next = null;
let side = null;

/** The question of the address, without what a page of it is. */
function asked() {
  const values = new URLSearchParams(window.location.search);
  values.delete("lang");
  return values;
}

function syncForm() {
  const values = asked();
  for (const input of filters.elements) {
    if (input.name) input.value = values.get(input.name) ?? "";
  }
  if (byId("in-view")) byId("in-view").checked = values.has("bbox");
  const sort = values.get("sort") ?? "";
  for (const head of document.querySelectorAll("th[data-sort]")) {
    const own = sort.replace(/^-/, "") === head.dataset.sort;
    head.setAttribute("aria-sort", !own ? "none" : sort.startsWith("-") ? "descending" : "ascending");
  }
  const exporting = byId("export");
  if (exporting) exporting.action = `/registers/${config.kind}/export?${values}`;
}

/** Asks for something else, from the first page. */
function ask(change, { replace = false } = {}) {
  const values = asked();
  for (const [name, value] of Object.entries(change)) {
    if (value) values.set(name, value);
    else values.delete(name);
  }
  cursors = [];
  const address = `${window.location.pathname}${values.size ? `?${values}` : ""}`;
  history[replace ? "replaceState" : "pushState"]({ cursors }, "", address);
  syncForm();
  return load();
}

async function load() {
  const query = Object.fromEntries([...asked()].filter(([, value]) => value));
  // A name may be given more than once: what the address says is passed on as it is.
  const answer = await fetchRows({ ...query, limit: config.pageRows, after: cursors.at(-1) ?? "" }).catch(fail);
  if (!answer) return;
  ({ rows, next } = answer);
  if (answer.total !== null) {
    byId("total").textContent = answer.exact ? count(answer.total) : `≥ ${count(answer.total)}`;
  }
  draw();
  document.body.dataset.rows = String(rows.length);
}

function draw() {
  body.replaceChildren(...rows.map(row));
  byId("nothing").hidden = rows.length > 0;
  byId("page-number").textContent = t("registers.page", { number: cursors.length + 1 });
  byId("first").disabled = byId("previous").disabled = cursors.length === 0;
  byId("next").disabled = next === null;
  showChosen();
  if (!side) return;
  const placed = rows.filter((one) => one.x !== undefined);
  side.overlay.setPoints("rows", placed.map(asPoint));
  side.overlay.choose(null);
  if (placed.length && !asked().has("bbox")) fit(placed);
}

function fit(placed) {
  const box = L.latLngBounds(placed.map((one) => [one.y, one.x]));
  side.map.fitBounds(box, { animate: false, padding: [30, 30], maxZoom: CLOSE_ZOOM });
}

function row(one) {
  const columns = config.columns.slice(1);
  return h(
    "tr",
    {
      dataset: { id: one.id }, class: one.retired && "retired",
      onmouseenter: () => light(one.id), onmouseleave: () => light(null),
      onclick: ({ target }) => { if (!target.closest("a, input, label")) go(one); },
    },
    h("td", { class: "choose" }, h("input", {
      type: "checkbox", checked: chosen.has(one.id), "aria-label": t("registers.choose", { name: one.name }),
      onchange: ({ target }) => {
        if (target.checked) chosen.set(one.id, one);
        else chosen.delete(one.id);
        showChosen();
      },
    })),
    h(
      "th",
      { scope: "row" },
      h("a", { href: `/registers/${config.kind}/records/${one.id.split("/").map(encodeURIComponent).join("/")}` }, one.name),
      h("small", {}, one.id),
      one.retired && h("span", { class: "badge alarm" }, t("registers.retired")),
      one.unreadable && h("span", { class: "badge alarm", title: one.unreadable.join("; ") }, t("registers.unreadable")),
    ),
    columns.map((column, index) => h(
      "td",
      { class: column.number && "number", "data-label": column.label },
      column.name === "verified_at" ? fresh(one, one.cells[index]) : one.cells[index],
    )),
  );
}

function fresh(one, day) {
  if (!one.fresh) return day;
  const kind = { current: "good", due_soon: "caution" }[one.fresh] ?? "alarm";
  const text = day || t("registers.fresh.never_verified");
  return h("span", { class: `badge ${kind}`, title: t(`registers.fresh.${one.fresh}`) }, text);
}

/** Shows on map and table which record is meant. */
function light(id) {
  side?.overlay.choose(id && `rows/${id}`);
  for (const line of body.rows) line.classList.toggle("hover", line.dataset.id === id);
}

/** Goes to a record's place on the map. */
function go(one) {
  light(one.id);
  if (side && one.x !== undefined) {
    side.map.setView([one.y, one.x], Math.max(side.map.getZoom(), CLOSE_ZOOM));
  }
}

function showChosen() {
  byId("bulk").hidden = chosen.size === 0;
  byId("chosen").textContent = t("registers.chosen", { count: count(chosen.size) });
  byId("choose-all").checked = rows.length > 0 && rows.every((one) => chosen.has(one.id));
  for (const line of body.rows) {
    line.setAttribute("aria-selected", String(chosen.has(line.dataset.id)));
    line.querySelector("input").checked = chosen.has(line.dataset.id);
  }
}

/** The dialog of a bulk action: a reason, for a change also a field and its value. */
function openBulk(action) {
  const dialog = byId("bulk-dialog");
  const form = dialog.querySelector("form");
  dialog.querySelector("h2").textContent = t(`registers.bulk.${action}`, { count: count(chosen.size) });
  dialog.querySelector(".faults").replaceChildren();
  form.reset();
  dialog.querySelector(".why").hidden = action === "verify";
  form.elements.why.required = action !== "verify";
  const holder = dialog.querySelector(".bulk-field");
  holder.replaceChildren();
  if (action === "change") {
    const value = h("div", { class: "field" });
    const select = h(
      "select",
      { name: "field", onchange: () => value.replaceChildren(...control(select.value)) },
      config.bulk.map((field) => h("option", { value: field.name }, field.label)),
    );
    holder.append(h("label", { class: "field" }, h("span", { class: "label" }, t("registers.field")), select), value);
    value.append(...control(select.value));
  }
  form.onsubmit = (event) => {
    event.preventDefault();
    runBulk(action, form, dialog);
  };
  dialog.showModal();
}

function control(name) {
  const field = config.bulk.find((one) => one.name === name);
  const options = field.type === "boolean"
    ? [["1", t("registers.yes")], ["0", t("registers.no")]]
    : field.choices.map((one) => [one.code, one.label]);
  const input = options.length
    ? h("select", { name: "value", multiple: field.type === "tags", "aria-label": field.label },
      field.type === "code" && !field.required && h("option", { value: "" }, ""),
      options.map(([code, label]) => h("option", { value: code }, label)))
    : h("input", { name: "value", type: field.type === "date" ? "date" : "text", "aria-label": field.label });
  return [h("span", { class: "label" }, t("registers.new_value")), input, h("p", { class: "hint" }, field.doc)];
}

async function runBulk(action, form, dialog) {
  const records = [...chosen.values()].map(({ id, version }) => ({ id, version }));
  const asking = { action, records, why: form.elements.why.value };
  if (action === "change") {
    const { field, value } = form.elements;
    const given = value.multiple ? [...value.selectedOptions].map((one) => one.value) : value.value;
    asking.values = { [field.value]: given };
  }
  try {
    const { changed } = await post(`${api}/actions`, asking);
    dialog.close();
    chosen.clear();
    notice(t("registers.changed", { count: count(changed) }));
    await load();
  } catch (error) {
    const faults = error.details?.faults ?? [{ id: "", message: error.message }];
    dialog.querySelector(".faults").replaceChildren(...faults.map((one) => h(
      "li",
      { class: "fault" },
      one.id && h("b", {}, chosen.get(one.id)?.name ?? one.id, "："),
      one.message,
      one.id && chosen.has(one.id) && h("button", {
        type: "button",
        onclick: ({ target }) => {
          chosen.delete(one.id);
          target.closest("li").remove();
          showChosen();
          dialog.querySelector("h2").textContent = t(`registers.bulk.${action}`, { count: count(chosen.size) });
        },
      }, t("registers.leave_out")),
    )));
  }
}

let timer = 0;
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("input", ({ target }) => {
  if (!target.name) return;
  clearTimeout(timer);
  const typed = target.tagName === "INPUT";
  timer = setTimeout(() => ask({ [target.name]: target.value.trim() }, { replace: typed }), typed ? PAUSE_MS : 0);
});
byId("clear").addEventListener("click", () => {
  history.pushState({ cursors: [] }, "", window.location.pathname);
  cursors = [];
  syncForm();
  load();
});
for (const head of document.querySelectorAll("th[data-sort]")) {
  head.addEventListener("click", () => {
    const rising = head.getAttribute("aria-sort") === "ascending";
    ask({ sort: `${rising ? "-" : ""}${head.dataset.sort}` });
  });
}
function turn(to) {
  cursors = to;
  history.pushState({ cursors }, "");
  load().then(() => document.querySelector(".rows .table-scroll").scrollTo(0, 0));
}
byId("next").addEventListener("click", () => turn([...cursors, next]));
byId("previous").addEventListener("click", () => turn(cursors.slice(0, -1)));
byId("first").addEventListener("click", () => turn([]));
window.addEventListener("popstate", ({ state }) => {
  cursors = state?.cursors ?? [];
  syncForm();
  load();
});
byId("choose-all").addEventListener("change", ({ target }) => {
  for (const one of rows) {
    if (target.checked) chosen.set(one.id, one);
    else chosen.delete(one.id);
  }
  showChosen();
});
for (const button of byId("bulk").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    if (button.dataset.action !== "none") return openBulk(button.dataset.action);
    chosen.clear();
    return showChosen();
  });
}
byId("bulk-dialog").querySelector(".cancel").addEventListener("click", () => byId("bulk-dialog").close());

if (byId("map")) {
  side = startMap({ onError: fail });
  const { map, overlay } = side;
  map.on("mousemove", ({ containerPoint }) => {
    const point = overlay.at(containerPoint);
    byId("map").classList.toggle("over-symbol", Boolean(point));
    byId("map").title = point?.name ?? "";
    light(point?.id ?? null);
  });
  map.on("click", ({ containerPoint, originalEvent }) => {
    const point = overlay.at(containerPoint, originalEvent);
    if (!point) return;
    light(point.id);
    [...body.rows].find((line) => line.dataset.id === point.id)?.scrollIntoView({ block: "center" });
  });
  const bbox = () => {
    const bounds = map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
      .map((edge) => edge.toFixed(5)).join(",");
  };
  byId("in-view").addEventListener("change", ({ target }) => ask({ bbox: target.checked ? bbox() : "" }));
  map.on("moveend", () => { if (byId("in-view").checked) ask({ bbox: bbox() }, { replace: true }); });
  const given = asked().get("bbox")?.split(",").map(Number);
  if (given?.length === 4) map.fitBounds([[given[1], given[0]], [given[3], given[2]]], { animate: false });
}
syncForm();
await Promise.all([load(), side?.ready]);
document.body.dataset.ready = "true";
