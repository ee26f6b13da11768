// Layers of places from files: the list, and the form that takes one in.

import { get, post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, count, may, t } from "./i18n.js";
import { notice } from "./page.js";
import { drawPart, drawnPlaces, forgetDrawn } from "./planning_draw.js";

let known = [];

/** Layers as choices of a form; `prefix` tells them from registers. */
export const layerChoices = () => known.map((one) => ({ code: `${config.layerPrefix}${one.id}`, label: `${one.name}（${count(one.places)}）` }));

const fail = (error) => notice(error.message, "error");

function show({ layers }) {
  known = layers;
  const heads = ["name", "layer_places", "layer_source", "layer_year"];
  byId("layers").replaceChildren(layers.length
    ? h("div", { class: "table-scroll" }, h("table", { class: "table stack" },
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, t(`planning.${name}`))), h("th", { scope: "col" }))),
      h("tbody", {}, layers.map((one) => h("tr", { dataset: { layer: one.id } },
        h("th", { scope: "row" }, one.name, " ", h("span", { class: "muted" }, one.id)),
        h("td", { class: "number", dataset: { label: t("planning.layer_places") } }, count(one.places)),
        h("td", { dataset: { label: t("planning.layer_source") } }, one.source || "–"),
        h("td", { dataset: { label: t("planning.layer_year") } }, one.year ? String(one.year) : "–"),
        h("td", {}, may("plan") && h("button", { type: "button", onclick: () => putAway(one) }, t("planning.retire"))))))))
    : h("p", { class: "muted" }, t("planning.no_layers")));
}

async function putAway(one) {
  if (!window.confirm(t("planning.retire_sure", { name: one.name }))) return;
  await post(`/api/planning-layers/${one.id}/retire`, {}).then(read).catch(fail);
}

export const read = () => get("/api/planning-layers").then(show);

async function send(event) {
  event.preventDefault();
  const { elements } = event.target;
  try {
    const [file] = elements.file.files;
    const places = drawnPlaces() ?? await file?.text().then(JSON.parse).catch(() => null);
    await post("/api/planning-layers", {
      name: elements.name.value, source: elements.source.value, year: elements.year.value ? Number(elements.year.value) : null, places: places ?? {},
    });
    event.target.reset();
    forgetDrawn();
    await read();
  } catch (error) {
    fail(error);
  }
}

if (may("plan")) {
  const field = (label, control) => h("label", { class: "field" }, label, control);
  const drawing = drawPart({ onError: fail });
  drawing.part.hidden = true;
  byId("layer-new").replaceChildren(h("form", { class: "planning-form", autocomplete: "off", onsubmit: send },
    field(t("planning.layer_file"), h("input", { name: "file", type: "file", accept: ".geojson,.json" })),
    field(t("planning.name"), h("input", { name: "name", maxlength: 80, required: true })),
    field(t("planning.layer_source"), h("input", { name: "source", maxlength: 200 })),
    field(t("planning.layer_year"), h("input", { name: "year", type: "number", min: 1, max: 9999 })),
    drawing.part,
    h("div", { class: "whole form-actions" },
      h("button", { type: "button", id: "draw", onclick: () => { drawing.part.hidden = !drawing.part.hidden; drawing.start(); } }, t("planning.draw")),
      h("button", { type: "submit" }, t("planning.layer_add")))));
}
