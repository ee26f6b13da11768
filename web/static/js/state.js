// The question on the desk: where, what for, with what. Kept in the address, so that a
// reload, the back button and a shared link bring it back.

import { config } from "./i18n.js";

const listeners = [];
const FIELDS = ["need", "vehicle", "k"];

export const question = {
  incident: null,
  need: config.defaults.need,
  vehicle: "",
  k: String(config.defaults.k),
};

export const onQuestion = (listener) => listeners.push(listener);

/** Changes the question and tells who listens; `record` makes it a step of the history. */
export function ask(change, { record = "incident" in change } = {}) {
  Object.assign(question, change);
  const hash = written();
  if (hash !== window.location.hash) {
    history[record ? "pushState" : "replaceState"](null, "", hash || window.location.pathname);
  }
  for (const listener of listeners) listener(question);
}

function written() {
  const { incident } = question;
  const values = new URLSearchParams();
  if (incident) {
    values.set("at", `${incident.x.toFixed(6)},${incident.y.toFixed(6)}`);
    if (incident.name) values.set("name", incident.name);
    if (incident.given) values.set("given", incident.given);
  }
  for (const name of FIELDS) if (question[name]) values.set(name, question[name]);
  return `#${values}`;
}

/** Reads the address; says whether it held a question. */
export function readAddress() {
  const values = new URLSearchParams(window.location.hash.slice(1));
  const [x, y] = (values.get("at") ?? "").split(",").map(Number);
  const usable = Number.isFinite(x) && Number.isFinite(y) && Math.abs(x) <= 180 && Math.abs(y) <= 90;
  question.incident = usable ? { x, y, name: values.get("name") ?? "", given: values.get("given") ?? "" } : null;
  for (const name of FIELDS) if (values.has(name)) question[name] = values.get(name);
  return usable;
}

export function startHistory() {
  window.addEventListener("popstate", () => {
    readAddress();
    for (const listener of listeners) listener(question);
  });
}
