// What was reckoned of a script: faults, how hard it is, what the scenario does.

import { byId, h } from "./dom.js";
import { label } from "./drill_rows.js";
import { count, dayTime, distance, t } from "./i18n.js";

const WAYS = ["optimum", "naive", "worst"];
const minutes = (value) => (value === null || value === undefined ? label("never") : String(value));
const table = (heads, rows, more = {}) => h("div", { class: "table-scroll" }, h("table", { class: "table stack", ...more },
  h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
const cell = (name, ...content) => h("td", { dataset: { label: name } }, ...content);
const ways = () => WAYS.map((way) => label(`way_${way}`));

/** Faults, each with the inject that it is about; a click opens it. */
function showFaults(faults, openInject) {
  byId("faults").replaceChildren(faults.length
    ? h("ul", { class: "promises" }, faults.map((one) => h("li", { class: "fails", dataset: { code: one.code } }, one.text,
      one.inject && h("button", { type: "button", class: "quiet", onclick: () => openInject(one.inject) }, label("open_inject")))))
    : h("p", { class: "callout good" }, label("no_faults")));
}

function showDifficulty(hard, titles) {
  if (!hard) {
    byId("difficulty").replaceChildren(h("p", { class: "muted" }, label("no_needs")));
    return;
  }
  const said = hard.solvable ? hard.in_time ? "in_time" : "solvable" : "unsolvable";
  const rows = ["unmet", "people_late", "mean_min", "last_min"].map((name) => h("tr", { dataset: { figure: name } },
    h("th", { scope: "row" }, label(name)), WAYS.map((way) => cell(label(`way_${way}`), minutes(hard.ways[way][name])))));
  const places = hard.places.map((one) => h("tr", {},
    h("th", { scope: "row" }, one.name, h("p", { class: "muted" }, one.wants.map((want) => `${want.label} × ${want.count}`).join("、"))),
    cell(label("known_at"), String(one.minute)), cell(label("people"), count(one.people)), cell(label("limit"), one.within_min === null ? "–" : String(one.within_min)),
    WAYS.map((way) => cell(label(`way_${way}`), minutes(one[way].minutes), h("p", { class: "muted" }, one[way].units.join("、"))))));
  const at = (minute) => (minute === null ? label("never") : t("design.minute_number", { minute }));
  const waits = hard.waits.map((one) => h("li", {}, t("design.waits", { inject: titles.get(one.inject) ?? one.inject, expected: at(one.expected_minute), optimum: at(one.optimum), naive: at(one.naive) })));
  byId("difficulty").replaceChildren(...[
    h("p", { class: said === "unsolvable" ? "callout warning" : "callout", id: "solvable", dataset: { said } }, t(`design.${said}`, { units: hard.units }), " ", label(hard.named ? "of_players" : "of_all")),
    table(["", ...ways()], rows, { class: "table stack ways" }),
    WAYS.some((way) => !hard.ways[way].proven) && h("p", { class: "callout warning" }, label("not_proven")),
    h("h3", {}, label("by_place")),
    table([label("place"), label("known_at"), label("people"), label("limit"), ...ways()], places),
    waits.length > 0 && h("ul", {}, waits)].filter(Boolean));
}

function peopleText(people) {
  const known = (one) => (one.known === null ? label("unknown") : count(one.known));
  return t("design.people_inside", { villages: people.villages, population: known(people.population), help: known(people.people_needing_help) });
}

function showConsequences(came, { structures, onStructures }) {
  const parts = [];
  if (came.footprint) {
    const { footprint } = came;
    parts.push(h("h3", {}, label("inside")), h("p", { id: "people-inside" }, peopleText(footprint.people)),
      h("details", {}, h("summary", {}, t("design.things", { number: footprint.things_found })), h("ul", {}, footprint.things.map((one) => h("li", {}, `${one.kind_label} ${one.name} · ${distance(one.distance_m)}`)))),
      footprint.roads && h("details", {}, h("summary", {}, t("design.roads", { number: footprint.roads_found })), h("ul", {}, footprint.roads.map((one) => h("li", {}, `${one.label} ${distance(one.length_m)}`)))));
    if (footprint.structures?.length) {
      parts.push(h("details", {}, h("summary", {}, t("design.structures", { number: footprint.structures.length })), h("p", { class: "muted" }, label("structures_about")),
        footprint.structures.map((one) => h("label", { class: "field" }, h("span", {}, h("input", { type: "checkbox", value: one.way_id, checked: structures.includes(one.way_id), onchange: ({ target }) => onStructures(one.way_id, target.checked) }), ` ${one.label} ${one.kind_label} ${distance(one.length_m)}`)))));
    }
  }
  parts.push(h("h3", {}, t("design.cut_off", { number: came.cut_off_found })),
    came.cut_off.length ? h("ul", { id: "cut-off" }, came.cut_off.map((one) => h("li", {}, `${one.kind_label} ${one.name}`, one.inside && h("span", { class: "badge" }, label("in_area"))))) : h("p", { class: "muted" }, label("nothing_cut_off")));
  if (came.flow.length) {
    parts.push(h("h3", {}, label("flow")), came.flow_hours.length > 0 && table([label("hour"), label("villages"), label("people")], came.flow_hours.map((one) => h("tr", {}, h("th", { scope: "row" }, t("design.hour_number", { hour: one.hour })), cell(label("villages"), String(one.villages)), cell(label("people"), one.people === null ? label("unknown") : count(one.people))))),
      h("details", {}, h("summary", {}, label("in_order")), table([label("place"), label("along"), label("minute")], came.flow.map((one) => h("tr", {}, h("th", { scope: "row" }, `${one.kind_label} ${one.name}`), cell(label("along"), distance(one.along_m)), cell(label("minute"), one.minute === null ? label("no_speed") : String(one.minute)))))));
  }
  const { forces } = came;
  parts.push(h("h3", {}, label("forces")), h("p", { class: "muted" }, t("design.forces_about", { found: forces.found, never: forces.never }), " ", label(forces.named ? "of_players" : "of_all")),
    forces.hours.length > 0 && table([label("hour"), label("units"), label("capabilities")], forces.hours.map((one) => h("tr", {}, h("th", { scope: "row" }, one.hour === null ? label("later") : t("design.by_hour", { hour: one.hour })), cell(label("units"), String(one.units)), cell(label("capabilities"), one.capabilities.map((each) => `${each.label} ${each.units}`).join("、"))))),
    forces.first.length > 0 && h("p", {}, label("first"), " ", forces.first.map((one) => `${one.name} ${one.minute}`).join("、")));
  byId("consequences").replaceChildren(...parts.filter(Boolean));
}

/** Shows all that was reckoned; nothing before it was. */
export function showReckoned(reckoned, { openInject, titles, structures, onStructures }) {
  byId("check").hidden = !reckoned;
  byId("came").hidden = !reckoned;
  if (!reckoned) return;
  byId("reckoned").textContent = t(reckoned.is_current ? "design.reckoned_at" : "design.reckoned_before", { at: dayTime(reckoned.at) });
  showFaults(reckoned.faults, openInject);
  showDifficulty(reckoned.difficulty, titles);
  showConsequences(reckoned.consequences, { structures, onStructures });
}
