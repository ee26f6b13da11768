// One record: its form, what is computed from it, conflicts, actions and history.

import { get, latest, post, superseded } from "./api.js";
import { startAttachments } from "./attachments.js";
import { byId, h } from "./dom.js";
import { config, dayTime, t } from "./i18n.js";
import { asPoint, startMap } from "./minimap.js";
import { notice } from "./page.js";

const PAUSE_MS = 250;
const CLOSE_ZOOM = 13;
const api = `/api/registers/${config.kind}`;
const path = config.record?.split("/").map(encodeURIComponent).join("/");
const form = byId("record");
const fail = (error) => { if (!superseded(error)) notice(error.message, "error"); };
const FLASH = "gisapp.notice";

let { version } = config;
let base = config.values;
let leaving = false;

const controls = (name) => [...form.elements].filter((one) => one.name === name);
const typeOf = (name) => config.fields.find((one) => one.name === name)?.type;

function write(name, value) {
  const type = typeOf(name);
  for (const input of controls(name)) {
    if (type === "tags") input.checked = value.includes(input.value);
    else if (type === "counts") input.value = value[input.dataset.code] ?? "";
    else if (type === "boolean") input.value = value || "0";
    else input.value = value ?? "";
  }
}

function read(name) {
  const type = typeOf(name);
  const inputs = controls(name);
  if (type === "tags") return inputs.filter((one) => one.checked).map((one) => one.value);
  if (type === "counts") {
    const filled = inputs.filter((one) => Number(one.value) > 0 || !one.validity.valid);
    return Object.fromEntries(filled.map((one) => [one.dataset.code, one.value]));
  }
  return inputs[0].value.trim();
}

/** One text for a value, whatever the order of its parts. */
function key(value, type) {
  if (type === "tags") return [...value].sort().join(";");
  if (type === "counts") return Object.entries(value).map(([code, number]) => `${code}:${number}`).sort().join(";");
  return type === "boolean" ? value || "0" : String(value ?? "");
}

const names = Object.keys(base).filter((name) => controls(name).length > 0);

/** What differs from the record as it was read; of a new one all that is filled. */
function changes() {
  return Object.fromEntries(names
    .map((name) => [name, read(name)])
    .filter(([name, value]) => key(value, typeOf(name)) !== key(base[name], typeOf(name))
      || (!config.record && key(value, typeOf(name)))));
}

const dirty = () => config.canEdit && Object.entries(changes())
  .some(([name, value]) => key(value, typeOf(name)) !== key(base[name], typeOf(name)));

for (const name of names) write(name, base[name]);

/* Faults, each beside its field */
function showFaults(faults) {
  for (const old of form.querySelectorAll(".fault")) old.remove();
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const rest = [];
  for (const fault of faults) {
    const holder = form.querySelector(`[data-field="${CSS.escape(fault.field)}"]`);
    if (!holder) {
      rest.push(fault.message);
      continue;
    }
    holder.append(h("p", { class: "fault" }, fault.message));
    for (const input of holder.querySelectorAll("input, select, textarea")) input.setAttribute("aria-invalid", "true");
  }
  form.querySelector("[aria-invalid]")?.focus();
  return rest;
}

/* Saving */
async function save() {
  showFaults([]);
  const values = changes();
  const why = form.elements.why.value.trim();
  if (config.record && Object.keys(values).length === 0) return notice(t("registers.no_change"));
  try {
    if (!config.record) {
      const made = await post(api, { values, why });
      return leave(made.url, t("registers.saved"));
    }
    await post(`${api}/actions`, { action: "change", records: [{ id: config.record, version }], values, why });
    return leave(window.location.href, t("registers.saved"));
  } catch (error) {
    if (error.details?.conflict) return showConflict(error);
    const rest = showFaults(error.details?.faults ?? []);
    return notice([error.message, ...rest].join(" "), "error");
  }
}

function leave(address, text) {
  sessionStorage.setItem(FLASH, text);
  leaving = true;
  if (address === window.location.href) window.location.reload();
  else window.location.assign(address);
}

/** Theirs and mine, field by field; the editor decides, nothing typed is lost. */
function showConflict(error) {
  const { conflict } = error.details;
  const place = byId("conflict");
  const mineIs = (field) => key(field.mine, typeOf(field.name)) !== key(base[field.name], typeOf(field.name));
  const row = (field) => {
    const theirsOnly = field.changed && !mineIs(field);
    const pick = (side, text) => h("label", {}, h("input", {
      type: "radio", name: `keep-${field.name}`, value: side,
      checked: side === (theirsOnly ? "theirs" : "mine"),
    }), h("span", {}, text || t("registers.empty")));
    const same = key(field.mine, typeOf(field.name)) === key(field.theirs, typeOf(field.name));
    return h(
      "tr",
      { dataset: { name: field.name }, class: field.changed && mineIs(field) && !same && "both" },
      h("th", { scope: "row" }, field.label),
      h("td", {}, pick("theirs", field.theirs_text)),
      h("td", {}, pick("mine", field.mine_text)),
    );
  };
  place.replaceChildren(
    h("p", {}, error.message),
    h("table", { class: "table" },
      h("thead", {}, h("tr", {}, h("th", {}, t("registers.field")), h("th", {}, t("registers.theirs")), h("th", {}, t("registers.mine")))),
      h("tbody", {}, conflict.fields.map(row))),
    h("div", { class: "form-actions" },
      h("button", {
        type: "button", class: "primary",
        onclick: () => {
          for (const field of conflict.fields) {
            const kept = form.querySelector(`input[name="keep-${CSS.escape(field.name)}"]:checked`).value;
            write(field.name, field[kept]);
          }
          ({ version } = conflict);
          base = conflict.current;
          place.hidden = true;
          mark();
          save();
        },
      }, t("registers.save_decided"))),
  );
  place.hidden = false;
  place.focus();
  place.scrollIntoView({ block: "center" });
  notice("");
}

if (config.canEdit) {
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  window.addEventListener("beforeunload", (event) => { if (!leaving && dirty()) event.preventDefault(); });
}

/* Grades as the rules make them */
const graded = config.fields.filter((one) => one.type === "grade");
const ask = latest((signal, values) => post(`${api}/grades`, { values }, signal));
let timer = 0;
async function grade() {
  const inputs = [...new Set(graded.flatMap((one) => one.inputs))];
  const answer = await ask(Object.fromEntries(inputs.map((name) => [name, read(name)]))).catch(fail);
  for (const [name, { label }] of Object.entries(answer ?? {})) {
    form.querySelector(`[data-grade="${name}"] output`).textContent = label || t("registers.unknown");
  }
}
if (graded.length) {
  form.addEventListener("input", ({ target }) => {
    if (!graded.some((one) => one.inputs.includes(target.name))) return;
    clearTimeout(timer);
    timer = setTimeout(grade, PAUSE_MS);
  });
}

/* The place, on the map and in figures */
let mark = () => {};
function startPlace() {
  const { map, overlay, ready } = startMap({ onError: fail });
  const [x, y] = ["x", "y"].map((name) => controls(name)[0]);
  const here = () => {
    const at = [x.value, y.value].map(Number);
    const usable = x.value !== "" && y.value !== "" && at.every(Number.isFinite)
      && Math.abs(at[0]) <= 180 && Math.abs(at[1]) <= 90;
    return usable ? at : null;
  };
  let handle = null;
  const set = ({ lat, lng }) => {
    x.value = String(Number(lng.toFixed(6)));
    y.value = String(Number(lat.toFixed(6)));
    mark();
  };
  mark = ({ go = false } = {}) => {
    const at = here();
    const point = at && asPoint({ id: "here", name: "", x: at[0], y: at[1], ...config.symbol });
    overlay.setPoints("rows", point ? [point] : []);
    overlay.choose(point ? point.key : null);
    if (handle && at) handle.setLatLng([at[1], at[0]]);
    else if (handle) handle = void handle.remove();
    else if (at && config.canEdit) {
      const icon = L.divIcon({ className: "drag-handle", iconSize: [40, 40] });
      handle = L.marker([at[1], at[0]], { draggable: true, keyboard: false, icon }).addTo(map);
      handle.on("drag", () => set(handle.getLatLng()));
      handle.on("dragend", () => x.dispatchEvent(new Event("change", { bubbles: true })));
    }
    if (at && go) map.setView([at[1], at[0]], Math.max(map.getZoom(), CLOSE_ZOOM), { animate: false });
  };
  if (config.canEdit) map.on("click", ({ latlng }) => set(latlng.wrap()));
  for (const input of [x, y]) {
    input.addEventListener("change", () => mark({ go: true }));
    input.addEventListener("paste", async (event) => {
      const text = event.clipboardData.getData("text").trim();
      if (!text || Number.isFinite(Number(text))) return;
      event.preventDefault();
      const { results } = await get("/api/search", { q: text });
      const [found] = results.filter(({ kind }) => kind === "coordinates");
      if (!found) input.value = text;
      else {
        set({ lat: found.y, lng: found.x });
        mark({ go: true });
      }
    });
  }
  mark({ go: true });
  return ready;
}

/* Actions with a reason */
const dialog = byId("why-dialog");
function act(action) {
  if (dirty() && !window.confirm(t("registers.lose"))) return;
  if (action === "verify") {
    run(action, "").catch(fail);
    return;
  }
  askWhy(t(`registers.ask.${action}`), (why) => run(action, why), { needed: action !== "undo" });
}
function askWhy(title, carryOut, { needed = true } = {}) {
  const inner = dialog.querySelector("form");
  inner.reset();
  inner.querySelector(".fault").hidden = true;
  dialog.querySelector("h2").textContent = title;
  inner.elements.why.required = needed;
  inner.onsubmit = (event) => {
    event.preventDefault();
    carryOut(inner.elements.why.value).catch((error) => {
      const line = inner.querySelector(".fault");
      line.textContent = [error.message, ...(error.details?.faults ?? []).map((one) => one.message)].join(" ");
      line.hidden = false;
    });
  };
  dialog.showModal();
}
async function run(action, why) {
  await post(`${api}/actions`, { action, records: [{ id: config.record, version }], why });
  leave(window.location.href, t(`registers.done.${action}`));
}
for (const button of document.querySelectorAll(".page-head [data-action]")) {
  button.addEventListener("click", () => act(button.dataset.action));
}
for (const button of document.querySelectorAll(".page-head [data-state] button")) {
  const { field, value, seen, label } = button.dataset;
  button.addEventListener("click", () => {
    if (dirty() && !window.confirm(t("registers.lose"))) return;
    askWhy(`${t("registers.ask.state")}: ${label}`, async (why) => {
      await post(`${api}/state/${path}`, { field, value, seen, why });
      leave(window.location.href, t("registers.done.state"));
    });
  });
}
dialog.querySelector(".cancel").addEventListener("click", () => dialog.close());

/* History */
let oldest = 0;
async function loadHistory() {
  const { entries, more } = await get(`${api}/history/${path}`, { before: oldest });
  oldest = entries.at(-1)?.seq ?? oldest;
  byId("older").hidden = !more;
  byId("history").append(...entries.map((entry) => h(
    "li",
    { dataset: { seq: entry.seq } },
    h("p", { class: "what" }, h("b", {}, entry.what), " ", h("span", {}, entry.who), " ", h("time", { datetime: entry.at }, dayTime(entry.at))),
    entry.why && h("p", { class: "why" }, entry.why),
    entry.changes.length > 0 && h("dl", {}, entry.changes.map((one) => [
      h("dt", {}, one.label),
      h("dd", {}, one.before && h("del", {}, one.before), one.before && " → ", h("ins", {}, one.after || t("registers.empty"))),
    ])),
  )));
}

const flash = sessionStorage.getItem(FLASH);
if (flash) {
  sessionStorage.removeItem(FLASH);
  notice(flash);
}
const waiting = [];
if (byId("map")) waiting.push(startPlace());
if (config.record) {
  byId("older").addEventListener("click", () => loadHistory().catch(fail));
  waiting.push(loadHistory().catch(fail), startAttachments(path, {
    onChange: () => {
      oldest = 0;
      byId("history").replaceChildren();
      return loadHistory().catch(fail);
    },
  }));
}
await Promise.all(waiting);
document.body.dataset.ready = "true";
