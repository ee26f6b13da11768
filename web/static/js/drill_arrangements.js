// What is arranged around a drill: safety, the public, guests. Documents have words for what is empty.

import { h } from "./dom.js";
import { label } from "./drill_rows.js";

/** By field, how it is entered: a line, a text, a list with an entry a line, a number, a day. */
const FIELDS = {
  stop_conditions: "list", may_stop: "list", stop_words: "line", stop_signal: "line", real_words: "line", weather_limit: "line",
  safety_officer: "line", safety_phone: "line", safety_channel: "line", medical: "text", assembly_point: "line", keep_out: "list",
  support: "text", rehearsal: "line", briefing: "line", review: "line", contact: "line", contact_phone: "line", arrive_before_min: "number",
  hotline: "line", noticed_area: "text", noticed: "text", notice_note: "text", invited: "list", invitation_note: "text", reply_by: "date",
};

function control(name, kind, value) {
  if (kind === "line") return h("input", { name, value: value ?? "", maxlength: 200 });
  if (kind === "number" || kind === "date") return h("input", { name, type: kind, min: kind === "number" ? 0 : null, value: value ?? "" });
  const area = h("textarea", { name, rows: kind === "list" ? 3 : 2, maxlength: 6000 });
  area.value = kind === "list" ? (value ?? []).join("\n") : value ?? "";
  return area;
}

/** The form of the arrangements; what it does not show is kept. */
export function arrangementsForm(arrangements) {
  const form = h("div", { class: "form-grid" }, Object.entries(FIELDS).map(([name, kind]) => h("label", { class: "field" },
    label(`arrange_${name}`), kind === "list" && h("small", { class: "muted" }, ` ${label("one_a_line")}`), control(name, kind, arrangements[name]))));
  form.kept = arrangements;
  return form;
}

/** What the form says, as a script holds it. */
export function readArrangements(form) {
  const said = Object.fromEntries(Object.entries(FIELDS).map(([name, kind]) => {
    const value = form.querySelector(`[name="${name}"]`).value.trim();
    if (kind === "list") return [name, value.split("\n").map((one) => one.trim()).filter(Boolean)];
    if (kind === "number") return [name, Number(value) || 0];
    return [name, kind === "date" ? value || null : value];
  }));
  return { ...form.kept, ...said };
}
