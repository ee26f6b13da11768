// The footprints of an incident: made, looked into, their roads closed, ended.

import { newest, peek, post } from "./api.js";
import { askCutOff, cutOffList } from "./cut_off.js";
import { byId, h } from "./dom.js";
import { follow } from "./following.js";
import { dayTime, distance, may, t } from "./i18n.js";
import { PATH, askWhy, change, fail, refresh, section } from "./incident_state.js";
import { calls, cut, facts, people, record, table } from "./incident_surroundings.js";

let incident = null;

function ask(title, fields, go) {
  const dialog = h(
    "dialog",
    { class: "why" },
    h("form", { onsubmit: async (event) => { event.preventDefault(); await go(dialog); } },
      h("h2", {}, title), fields,
      h("p", { class: "fault", role: "alert", hidden: true }),
      h("div", { class: "form-actions" },
        h("button", { type: "button", onclick: () => dialog.remove() }, t("incidents.cancel")),
        h("button", { class: "primary", type: "submit" }, t("incidents.confirm")))),
  );
  dialog.addEventListener("cancel", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("input, select")?.focus();
  return dialog;
}

/** Says within the dialog what was wrong; what was typed stays. */
function refuse(dialog, error) {
  const fault = dialog.querySelector(".fault");
  fault.textContent = error.message;
  fault.hidden = false;
}

const HOW = ["buffered_point", "buffered_line", "along_min", "along_km", "imported", "drawn"];

function askArea() {
  const how = h("select", { name: "how" }, HOW.map((one) => h("option", { value: one }, t(`incidents.around.how_${one}`))));
  const label = h("input", { name: "label", maxlength: 60, required: true, autocomplete: "off" });
  const size = h("input", { name: "size", type: "number", min: 0, step: "any", required: true });
  const file = h("input", { name: "file", type: "file", accept: ".geojson,.json,application/geo+json" });
  const sizeField = h("label", { class: "field" }, h("span", {}), size);
  const fileField = h("label", { class: "field", hidden: true }, t("incidents.around.file"), file);
  const turn = () => {
    const takesSize = how.value !== "imported" && how.value !== "drawn";
    sizeField.hidden = !takesSize;
    size.required = takesSize;
    size.disabled = !takesSize;
    fileField.hidden = how.value !== "imported";
    if (takesSize) sizeField.firstChild.textContent = t(`incidents.around.size_${how.value}`);
  };
  how.addEventListener("change", turn);
  ask(t("incidents.around.new_area"), [
    h("label", { class: "field" }, t("incidents.around.how"), how),
    h("label", { class: "field" }, t("incidents.around.label"), label), sizeField, fileField,
  ], async (dialog) => {
    const number = Number(size.value);
    if (how.value === "drawn") {
      const values = new URLSearchParams({ draw: "area", label: label.value, back: incident.id });
      window.location.assign(`/?${values}#at=${incident.x},${incident.y}&name=${encodeURIComponent(incident.title)}`);
      return;
    }
    try {
      const more = {
        buffered_point: () => ({ source: "buffered", of: "point", distance_m: number }),
        buffered_line: () => ({ source: "buffered", of: "line", distance_m: number }),
        along_min: () => ({ source: "along_line", until_min: number }),
        along_km: () => ({ source: "along_line", until_m: number * 1000 }),
        imported: async () => ({ source: "imported", geojson: await readFile(file) }),
      }[how.value];
      await post(`${PATH}/footprints`, { label: label.value, ...await more() });
      dialog.remove();
      await refresh(true);
    } catch (error) {
      refuse(dialog, error);
    }
  });
  turn();
}

/** The file as JSON; what is none is sent as nothing, and the server says so. */
async function readFile(field) {
  try {
    return JSON.parse(await field.files[0].text());
  } catch {
    return null;
  }
}

async function askClosing(area) {
  const { contents } = await peek(`/api/footprints/${area.id}`);
  const roads = contents.roads ?? [];
  const structures = contents.structures ?? [];
  const boxes = structures.map((one) => h("li", {}, h("label", {},
    h("input", { type: "checkbox", name: "way", value: one.way_id }),
    h("span", {}, `${one.kind_label} ${one.label} · ${distance(one.length_m)}`))));
  const told = h("div", { "aria-live": "polite" }, h("p", { class: "muted" }, t("closure.preview_busy")));
  const dialog = ask(t("incidents.around.close_title", { label: area.label }), [
    h("p", {}, roads.length
      ? t("incidents.around.closes", { roads: roads.slice(0, 12).map((one) => `${one.label} ${distance(one.length_m)}`).join("、") })
      : t("incidents.around.closes_none")),
    contents.roads_found > 12 && h("p", { class: "muted" }, t("incidents.around.more_roads", { count: contents.roads_found - 12 })),
    structures.length > 0 && h("fieldset", {}, h("legend", {}, t("incidents.around.spared")), h("ul", { class: "ticks" }, boxes)),
    told,
  ], () => close(false));
  const confirm = dialog.querySelector('[type="submit"]');
  const ticked = () => [...dialog.querySelectorAll('[name="way"]:checked')].map((one) => Number(one.value));
  // Whom it cuts off changes with each bridge that is closed too.
  const reckon = newest(async () => {
    confirm.disabled = true;
    try {
      return cutOffList(await askCutOff(area.geometry, ticked()));
    } catch (error) {
      return h("p", { class: "fault" }, t("closure.preview_failed", { message: error.message }));
    }
  }, (said) => {
    told.replaceChildren(said);
    confirm.disabled = false;
  });
  dialog.addEventListener("change", reckon);
  reckon();
  const close = async (isMeant) => {
    try {
      await post(`/api/footprints/${area.id}/close-roads`, { closed_structures: ticked(), confirm: isMeant });
      dialog.remove();
      await show();
    } catch (error) {
      if (error.code === "closure.large" && !isMeant && window.confirm(error.message)) await close(true);
      else refuse(dialog, error);
    }
  };
}

async function end(area) {
  const why = await askWhy(t("incidents.around.end_why"));
  if (why) await change(`/api/footprints/${area.id}/end`, { version: area.version, why });
}

async function look(area, into) {
  const { contents } = await peek(`/api/footprints/${area.id}`);
  into.replaceChildren(...[
    people(contents.people),
    cut(contents),
    contents.things.length > 0 && table(contents.things, [
      ["thing", (one) => [record(one), " ", h("span", { class: "muted" }, one.kind_label)]],
      ["where", (one) => `${one.direction} ${distance(one.distance_m)}`],
      ["facts", facts],
      ["call", calls],
    ]),
  ].filter(Boolean));
}

function row(area) {
  const inside = h("div", {});
  return h("li", { dataset: { id: area.id } },
    h("div", { class: "line-state" },
      h("strong", {}, area.label),
      h("span", { class: "muted" }, `${area.source_label} · ${dayTime(area.made_at)} ${area.made_by}`),
      area.closures.length > 0 && h("span", { class: "badge caution" }, t("incidents.around.roads_closed")),
      may("close_roads") && h("button", { type: "button", class: "close-roads", onclick: () => askClosing(area).catch(fail) }, t(area.closures.length ? "incidents.around.close_again" : "incidents.around.close_roads")),
      may("dispatch") && h("button", { type: "button", onclick: () => end(area) }, t("incidents.around.end"))),
    h("details", { class: "things", ontoggle: (event) => { if (event.target.open) look(area, inside).catch(fail); } },
      h("summary", {}, t("incidents.around.inside")), inside));
}

const show = newest(() => peek(`${PATH}/footprints`), ({ footprints }) => {
  byId("footprints").replaceChildren(footprints.length
    ? h("ul", { class: "history" }, footprints.map(row))
    : h("p", { class: "muted" }, t("incidents.around.no_footprints")));
});

section((read) => {
  incident = read;
  byId("footprint-acts").replaceChildren(...(may("dispatch") && incident.state === "open"
    ? [h("div", { class: "footprint-acts" }, h("button", { type: "button", id: "new-area", onclick: askArea }, t("incidents.around.new_area")))] : []));
  show().catch(fail);
});
follow(["road_closure"], show, { now: false }).catch(fail);
