// The incident whose page is open: read once for all its sections, changed through one door.

import { peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { follow } from "./following.js";
import { config, t } from "./i18n.js";

export const PATH = `/api/incidents/${encodeURIComponent(config.incident)}`;
const sections = [];
let incident = null;
let lines = [];
let seq = 0;
let underWay = Promise.resolve();

/** Lets a section show itself whenever the incident was read: `show(incident, lines)`. */
export function section(show) {
  sections.push(show);
  if (incident) show(incident, lines);
}

export const fail = (error) => {
  byId("fault").textContent = error.message;
  byId("fault").hidden = false;
  byId("fault").scrollIntoView({ block: "nearest" });
};

/** Sends a change, shows what came of it; an error stays until the next change. */
export async function change(path, body) {
  try {
    const answer = await post(path, body);
    byId("fault").hidden = true;
    await refresh(true);
    return answer;
  } catch (error) {
    fail(error);
    await refresh(true);
    return null;
  }
}

/** Asks for several things in place; resolves to what was typed, by name, or null where it was given up. */
export function askFor(fields) {
  return new Promise((done) => {
    const end = (value) => { dialog.close(); dialog.remove(); done(value); };
    const dialog = h(
      "dialog",
      { class: "why" },
      h("form", { method: "dialog", onsubmit: (event) => { event.preventDefault(); end(Object.fromEntries(new FormData(event.target))); } },
        fields,
        h("div", { class: "form-actions" },
          h("button", { type: "button", onclick: () => end(null) }, t("incidents.cancel")),
          h("button", { class: "primary", type: "submit" }, t("incidents.confirm")))),
    );
    dialog.addEventListener("cancel", () => end(null));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("input")?.focus();
  });
}

/** Asks for a line of text in place; null where it was given up. */
export async function askWhy(title) {
  return (await askFor(h("label", {}, title, h("input", { name: "why", maxlength: 200, required: true }))))?.why ?? null;
}

/** Asks for what is new in the log; where anything is, every section is shown anew. */
export function refresh(force = false) {
  // One after the other: an older answer that came last would stand until something happens.
  const reading = underWay.then(() => read(force));
  underWay = reading.catch(() => {}); // whoever asked is told
  return reading;
}

async function read(force) {
  const { log } = await peek(`${PATH}/log`, { since_seq: seq });
  if (!log.length && incident && !force) return;
  // The number goes on with both: where the second question fails, both are asked again.
  incident = await peek(PATH);
  lines.push(...log);
  seq = lines.at(-1)?.seq ?? 0;
  for (const show of sections) show(incident, lines);
}

/** Follows what happens to the incident and to all that hangs on it. */
export const followIncident = () => follow(config.follows, () => refresh(), { onError: fail, onRecovered: () => { byId("fault").hidden = true; } });
