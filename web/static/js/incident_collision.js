// An incident corrected by two officers at once: what both changed is decided field by field.

import { peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, dayTime, t } from "./i18n.js";
import { PATH, fail, refresh } from "./incident_state.js";

const HAZARD = "hazard";
const value = (incident, name) => {
  if (name === HAZARD) return incident.hazard;
  if (name in config.times) return incident.times[name];
  return name in config.circumstances ? incident.circumstances[name] : incident.figures[name];
};
const shown = (name, given) => {
  if (name === HAZARD) return hazardNamed(given);
  if (given === null || given === undefined) return t("incidents.not_known");
  if (typeof given === "boolean") return t(given ? "order.yes" : "order.no");
  return name in config.times ? dayTime(given) : String(given);
};
const hazardNamed = (given) => (given ? `${given.name ?? given.id} · ${config.hazards[given.kind] ?? given.kind}` : t("incidents.hazard_none"));
const called = (name) => (name === HAZARD ? t("incidents.hazard") : config.figures[name] ?? config.times[name] ?? config.circumstances[name].label);
const same = (one, other) => (one ?? null) === (other ?? null)
  || (one?.kind !== undefined && one.kind === other?.kind && one.id === other.id)
  || (typeof one === "string" && typeof other === "string" && Date.parse(one) === Date.parse(other));

/**
 * Sends the changes that were made to `seen`. Where a colleague was quicker, changes of other fields
 * go through; of the same field the officer says which counts. `names` tell by field what a change is
 * called. Resolves to the answer, or null.
 */
export async function correct(seen, changes, why, names = {}) {
  let version = seen.version;
  let base = seen;
  let wanted = changes;
  for (;;) {
    try {
      const answer = await post(`${PATH}/correct`, { version, changes: wanted, why });
      byId("fault").hidden = true;
      await refresh(true);
      return answer;
    } catch (error) {
      if (error.code !== "incident.changed_since") {
        fail(error);
        await refresh(true);
        return null;
      }
    }
    const theirs = await peek(PATH);
    const collided = Object.keys(wanted).filter((name) => !same(value(base, name), value(theirs, name)) && !same(wanted[name], value(theirs, name)));
    const kept = collided.length ? await decide(collided, base, theirs, wanted, names) : [];
    if (kept === null) {
      await refresh(true);
      return null;
    }
    const dropped = new Set(collided.filter((name) => !kept.includes(name)));
    wanted = Object.fromEntries(Object.entries(wanted).filter(([name]) => !dropped.has(name)));
    [version, base] = [theirs.version, theirs];
  }
}

/** Asks whose value counts, for each field that both changed; resolves to the names that are mine. */
function decide(names, base, theirs, mine, said) {
  return new Promise((done) => {
    const choice = (name, side, text) => h("label", {},
      h("input", { type: "radio", name, value: side, required: true }), ` ${text}`);
    const form = h(
      "form",
      {
        method: "dialog",
        onsubmit: (event) => {
          event.preventDefault();
          end(names.filter((name) => form.elements[name].value === "mine"));
        },
      },
      h("h2", {}, t("collision.title")),
      h("p", {}, t("collision.text")),
      h("table", { class: "table" },
        h("thead", {}, h("tr", {}, ["field", "before", "theirs", "mine"].map((name) => h("th", { scope: "col" }, t(`collision.${name}`))))),
        h("tbody", {}, names.map((name) => h("tr", { dataset: { name } },
          h("th", { scope: "row" }, called(name)),
          h("td", {}, shown(name, value(base, name))),
          h("td", {}, choice(name, "theirs", shown(name, value(theirs, name)))),
          h("td", {}, choice(name, "mine", said[name] ?? shown(name, mine[name]))))))),
      h("div", { class: "form-actions" },
        h("button", { type: "button", onclick: () => end(null) }, t("incidents.cancel")),
        h("button", { class: "primary", type: "submit" }, t("collision.decide"))),
    );
    const dialog = h("dialog", { class: "collision" }, form);
    const end = (result) => { dialog.close(); dialog.remove(); done(result); };
    dialog.addEventListener("cancel", () => end(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}
