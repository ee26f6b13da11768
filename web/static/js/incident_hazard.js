// The hazard that the incident is at: named or changed later, its downstream follows.

import { get } from "./api.js";
import { byId, h } from "./dom.js";
import { config, distance, may, t } from "./i18n.js";
import { correct } from "./incident_collision.js";
import { fail, section } from "./incident_state.js";
import { record } from "./incident_surroundings.js";

const OTHER = "other";
let incident = null;

/** Asks at which hazard it is: one of those near, another by its id, or none. */
async function ask() {
  const seen = incident;
  const { hazards } = await get("/api/incidents/near", { x: seen.x, y: seen.y });
  const now = seen.hazard && `${seen.hazard.kind}/${seen.hazard.id}`;
  const key = (one) => `${one.kind}/${one.id}`;
  const far = seen.hazard && !hazards.some((one) => key(one) === now) ? [seen.hazard] : [];
  const near = h("select", { name: "near" },
    [...hazards, ...far].map((one) => h("option", { value: key(one), selected: key(one) === now },
      [one.name, one.kind_label, one.distance_m !== undefined && distance(one.distance_m)].filter(Boolean).join(" · "))),
    h("option", { value: OTHER }, t("incidents.hazard_other")),
    seen.hazard && h("option", { value: "" }, t("incidents.hazard_away")));
  const kind = h("select", { name: "kind" }, Object.entries(config.hazards).map(([code, label]) => h("option", { value: code }, label)));
  const id = h("input", { name: "id", maxlength: 64, autocomplete: "off" });
  const byItsId = h("div", { class: "form-grid" }, h("label", { class: "field" }, t("incidents.hazard_kind"), kind), h("label", { class: "field" }, t("incidents.hazard_id"), id));
  const why = h("input", { name: "why", maxlength: 200, autocomplete: "off" });
  const turn = () => {
    byItsId.hidden = near.value !== OTHER;
    id.required = near.value === OTHER;
  };
  near.addEventListener("change", turn);
  turn();
  const dialog = h("dialog", { class: "why" }, h("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      dialog.remove();
      const [register, ...rest] = near.value.split("/");
      const named = near.value === OTHER ? { kind: kind.value, id: id.value.trim() } : { kind: register, id: rest.join("/") };
      const chosen = [...hazards, ...far].find((one) => key(one) === near.value);
      const names = chosen ? { hazard: `${chosen.name} · ${chosen.kind_label}` } : {};
      await correct(seen, { hazard: near.value ? named : null }, why.value, names);
    },
  },
  h("h2", {}, t("incidents.hazard")),
  h("label", { class: "field" }, t("incidents.hazard_near"), near), byItsId,
  h("label", { class: "field" }, t("incidents.why"), why),
  h("div", { class: "form-actions" },
    h("button", { type: "button", onclick: () => dialog.remove() }, t("incidents.cancel")),
    h("button", { class: "primary", type: "submit" }, t("incidents.confirm")))));
  dialog.addEventListener("cancel", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  near.focus();
}

section((read) => {
  incident = read;
  const { hazard } = read;
  byId("hazard").replaceChildren(h("p", { class: "line-state" },
    h("span", { class: "muted" }, t("incidents.hazard")),
    hazard ? [h("strong", {}, record(hazard)), h("span", { class: "muted" }, hazard.kind_label)] : h("span", {}, t("incidents.hazard_none")),
    may("dispatch") && h("button", { type: "button", class: "no-print", id: "name-hazard", onclick: () => ask().catch(fail) },
      t(hazard ? "incidents.hazard_change" : "incidents.hazard_set"))));
});
