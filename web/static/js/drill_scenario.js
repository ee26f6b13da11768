// The situation that a drill begins with: where, how far, who waits.

import { h } from "./dom.js";
import { amount, areaField, input, label, needRow, numberOf, readArea, readNeeds, readSpot, select, spotField, valueOf } from "./drill_rows.js";
import { withNone } from "./fields.js";
import { config } from "./i18n.js";

const FIGURES = ["dead", "missing", "trapped", "injured"];
/** Which ways to a footprint a source has. */
const EXTENTS = { point: ["none", "distance", "area"], hazard: ["none", "distance", "line", "area"], incident: ["none", "distance", "line", "area", "incident"] };
const field = (name, ...content) => h("div", { class: "field" }, h("span", {}, label(name)), ...content);

/** The form of a scenario. */
export function scenarioForm(scenario) {
  const where = h("span", { class: "parts" });
  const measure = h("span", { class: "parts" });
  const source = select("source", config.sources, scenario.source, { onchange: () => { showWhere({}); showExtents({}); } });
  const how = h("select", { name: "extent", "aria-label": label("extent"), onchange: () => showMeasure({}) });
  const showWhere = (said) => where.replaceChildren(...source.value === "incident"
    ? [input("incident", said.incident, { maxlength: 40 })]
    : [source.value === "hazard" ? spotField(said.at, config.hazards, { orPoint: false }) : spotField(said.at)]);
  const showMeasure = (said) => measure.replaceChildren(...{
    distance: () => [amount("distance_m", said.distance_m)], line: () => [amount("until_min", said.until_min)], area: () => [areaField(said.area)],
  }[how.value]?.() ?? []);
  const showExtents = (said) => {
    how.replaceChildren(...config.extents.filter(({ code }) => EXTENTS[source.value].includes(code)).map(({ code, label: name }) => {
      const option = h("option", { value: code }, name);
      option.selected = code === said.how;
      return option;
    }));
    showMeasure(said);
  };
  const story = h("textarea", { name: "story", rows: 4, maxlength: 10_000, "aria-label": label("story") });
  story.value = scenario.story;
  const needs = h("div", { class: "needs" }, scenario.needs.map(needRow));
  showWhere(scenario);
  showExtents(scenario.extent);
  const form = h("div", {},
    field("source", h("span", { class: "parts" }, source, where)),
    h("div", { class: "form-grid" }, field("event_kind", select("event_kind", withNone(config.eventKinds), scenario.kind)), field("weather", select("weather", withNone(config.weathers), scenario.weather))),
    field("extent", h("span", { class: "parts" }, how, measure, h("label", {}, h("input", { type: "checkbox", name: "closes_roads", checked: scenario.extent.closes_roads }), " ", label("closes_roads")))),
    field("story", story),
    field("casualties", h("span", { class: "parts" }, FIGURES.map((name) => amount(name, scenario.casualties[name] || "", { inputmode: "numeric" })))),
    h("h3", {}, label("needs")), needs,
    h("button", { type: "button", class: "quiet", id: "add-need", onclick: () => needs.append(needRow({})) }, label("add_need")));
  form.structures = scenario.extent.closed_structures;
  return form;
}

/** What the form says, as a script holds it. */
export function readScenario(form) {
  const source = valueOf(form, "source");
  const where = form.querySelector(".spot");
  return {
    source,
    at: source === "incident" || !where ? null : readSpot(where),
    incident: source === "incident" ? valueOf(form, "incident") : "",
    kind: valueOf(form, "event_kind"),
    story: form.querySelector('[name="story"]').value.trim(),
    weather: valueOf(form, "weather"),
    casualties: Object.fromEntries(FIGURES.map((name) => [name, numberOf(form, name) ?? 0])),
    extent: {
      how: valueOf(form, "extent"), distance_m: numberOf(form, "distance_m"), until_min: numberOf(form, "until_min"), area: readArea(form),
      closes_roads: form.querySelector('[name="closes_roads"]').checked, closed_structures: form.structures,
    },
    needs: readNeeds(form),
  };
}
