// Figures corrected by two officers at once: what both changed is decided field by field.

import { peek, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, dayTime, t } from "./i18n.js";
import { PATH, fail, refresh } from "./incident_state.js";

const value = (incident, name) => {
  if (name in config.times) return incident.times[name];
  return name in config.circumstances ? incident.circumstances[name] : incident.figures[name];
};
const shown = (name, given) => {
  if (given === null || given === undefined) return t("incidents.not_known");
  if (typeof given === "boolean") return t(given ? "order.yes" : "order.no");
  return name in config.times ? dayTime(given) : String(given);
};
const same = (one, other) => (one ?? null) === (other ?? null)
  || (typeof one === "string" && typeof other === "string" && Date.parse(one) === Date.parse(other));

/**
 * Sends the changes that were made to `seen`. Where a colleague was quicker, changes of other fields
 * go through; of the same field the officer says which counts. Resolves to the answer, or null.
 */
export async function correctFigures(seen, changes, why) {
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
    const kept = collided.length ? await decide(collided, base, theirs, wanted) : [];
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
function decide(names, base, theirs, mine) {
  return new Promise((done) => {
    const choice = (name, side, given) => h("label", {},
      h("input", { type: "radio", name, value: side, required: true }), ` ${shown(name, given)}`);
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
          h("th", { scope: "row" }, config.figures[name] ?? config.times[name] ?? config.circumstances[name].label),
          h("td", {}, shown(name, value(base, name))),
          h("td", {}, choice(name, "theirs", value(theirs, name))),
          h("td", {}, choice(name, "mine", mine[name])))))),
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
