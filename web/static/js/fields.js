// Fields that forms of several pages have: choices, and the id of a record found by its name.

import { peek } from "./api.js";
import { h } from "./dom.js";

const SHOWN = 8;
let lists = 0;

/** Options of a list of choices, the one with this code chosen. */
export const options = (choices, value) => choices.map(({ code, label }) => {
  const option = h("option", { value: code }, label);
  option.selected = code === (value ?? "");
  return option;
});

export const withNone = (choices) => [{ code: "", label: "–" }, ...choices];

/**
 * The id of a record, found by typing its name.
 *
 * @param kind tells the register, also where it changes
 * @param names what records are called, by register and id
 */
export function recordField({ name, label, kind, id, names }) {
  lists += 1;
  const found = h("datalist", { id: `records-${lists}` });
  const called = h("small", { class: "muted" }, names[`${kind()}/${id}`] ?? "");
  const field = h("input", {
    name,
    value: id ?? "",
    "aria-label": label,
    placeholder: label,
    list: found.id,
    maxlength: 100,
    oninput: async () => {
      if (!field.value.trim()) return;
      try {
        const { rows } = await peek(`/api/registers/${kind()}`, { q: field.value.trim(), limit: SHOWN });
        found.replaceChildren(...rows.map((one) => h("option", { value: one.id }, one.name)));
        called.textContent = rows.find((one) => one.id === field.value.trim())?.name ?? "";
      } catch {
        found.replaceChildren(); // the id may be typed all the same
      }
    },
  });
  return [field, found, called];
}
