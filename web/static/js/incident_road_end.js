// Where the road to an incident ends, and where its work is: two things.

import { peek } from "./api.js";
import { byId, h } from "./dom.js";
import { coordinates, distance, may, t } from "./i18n.js";
import { PATH, change, fail, section } from "./incident_state.js";

function words(gap) {
  if (!gap) return h("p", { class: "muted" }, t("incidents.no_road_network"));
  if (gap.gap_m === null) return h("p", { class: "badge caution" }, `▲ ${t("incidents.road_end_none")}`);
  const values = { distance: distance(gap.gap_m), road: coordinates(gap.road_x, gap.road_y) };
  return gap.far
    ? h("p", {}, h("strong", { class: "badge caution" }, `▲ ${t("incidents.road_end_gap", values)}`))
    : h("p", {}, t("incidents.road_end_near", values));
}

function form(gap, version) {
  const at = h("input", { name: "at", required: true, autocomplete: "off", value: gap?.words ? coordinates(gap.work_x, gap.work_y) : "" });
  const said = h("input", { name: "words", required: true, maxlength: 200, autocomplete: "off", value: gap?.words ?? "" });
  return h("details", {}, h("summary", {}, t("incidents.set_work_point")),
    h("form", {
      onsubmit: (event) => {
        event.preventDefault();
        change(`${PATH}/work-point`, { at: at.value, words: said.value, version });
      },
    },
    h("label", { class: "field" }, t("incidents.work_at"), at),
    h("label", { class: "field" }, t("incidents.work_words"), said),
    h("div", { class: "form-actions" },
      gap?.words && h("button", { type: "button", onclick: () => change(`${PATH}/work-point`, { version }) }, t("incidents.clear_work_point")),
      h("button", { type: "submit", class: "primary" }, t("incidents.set_work_point")))));
}

async function show(incident) {
  const { road_end: gap, version } = await peek(`${PATH}/road-end`);
  byId("road-end").replaceChildren(
    words(gap),
    h("p", {}, gap?.words ? `${t("incidents.work_point")}：${gap.words} (${coordinates(gap.work_x, gap.work_y)})` : t("incidents.work_point_is_incident")),
    ...(may("dispatch") && incident.state === "open" ? [form(gap, version)] : []),
  );
}

section((incident) => { show(incident).catch(fail); });
