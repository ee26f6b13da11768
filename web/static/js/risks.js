// Forms of the risk and quality pages: each is sent as JSON, its answer or error shown in place.

import { ApiError, post } from "./api.js";
import { byId } from "./dom.js";

/** The values of a form; an empty number is none. */
function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled) continue;
    values[field.name] = field.dataset.type === "number" && field.value !== "" ? Number(field.value) : field.value;
  }
  return values;
}

for (const form of document.querySelectorAll("form[data-api]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fault = form.querySelector(".fault");
    const button = form.querySelector("[type=submit]");
    fault.hidden = true;
    button.disabled = true;
    try {
      await post(form.dataset.api, valuesOf(form));
      window.location.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fault.textContent = error.message;
      fault.hidden = false;
      button.disabled = false;
      fault.scrollIntoView({ block: "nearest" });
    }
  });
}

/** Shows only the fields that the choice made in `select` asks for. */
function follow(select) {
  const show = () => {
    for (const part of select.form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== select.value;
  };
  select.addEventListener("change", show);
  show();
}

for (const id of ["method", "state"]) {
  const select = byId(id);
  if (select) follow(select);
}
byId("print")?.addEventListener("click", () => window.print());
document.body.dataset.ready = "true";
