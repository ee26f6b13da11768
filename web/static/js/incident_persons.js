// Who called and who was hurt: shown only when asked for, which the audit keeps.

import { post } from "./api.js";
import { byId, h, phone } from "./dom.js";
import { config, may, t } from "./i18n.js";
import { PATH, askWhy, change, fail, section } from "./incident_state.js";

let incident = null;

section((read) => {
  incident = read;
  if (document.activeElement?.closest("#persons")) return; // whoever types is not disturbed
  show();
});

function show() {
  const { persons, personal_data: stands } = incident;
  const over = incident.state !== "open";
  const held = stands !== "none";
  byId("persons").replaceChildren(...[
    h("p", { class: stands === "due" ? "caution" : "muted", dataset: { stands } }, t(`persons.${stands}`, {
      count: persons.length, day: incident.persons_kept_until ?? "",
    })),
    held && may("see_contacts") && h("button", { type: "button", id: "persons-read", onclick: read }, t("persons.read")),
    h("ul", { id: "persons-list" }),
    may("dispatch") && !over && form(),
    over && held && may("destroy_persons") && h("p", { class: "form-actions" },
      h("button", { type: "button", id: "persons-destroy", onclick: destroy }, t("persons.destroy")),
      h("button", { type: "button", id: "persons-keep", onclick: keep }, t("persons.keep"))),
  ].filter(Boolean));
}

async function read() {
  try {
    const { persons } = await post(`${PATH}/persons/read`, {});
    byId("persons-list").replaceChildren(...persons.map((one) => h("li", {},
      h("strong", {}, one.role_label), " ", one.name ?? "", " ", one.phone && phone(one.phone), " ", one.note ?? "")));
  } catch (error) {
    fail(error);
  }
}

function form() {
  const fields = ["name", "phone", "note"];
  const made = h(
    "form",
    {
      class: "inline-form", autocomplete: "off",
      onsubmit: async (event) => {
        event.preventDefault();
        const given = Object.fromEntries(["role", ...fields].map((name) => [name, made.elements[name].value]));
        document.activeElement.blur();
        await change(`${PATH}/persons`, given);
      },
    },
    h("select", { name: "role", "aria-label": t("persons.role") }, Object.entries(config.roles).map(([code, label]) => h("option", { value: code }, label))),
    fields.map((name) => h("input", { name, maxlength: 200, placeholder: t(`persons.${name}`), "aria-label": t(`persons.${name}`) })),
    h("button", { type: "submit" }, t("persons.add")),
  );
  return made;
}

async function destroy() {
  const why = await askWhy(t("persons.destroy_why"));
  if (why) await change(`${PATH}/persons/destroy`, { why });
}

async function keep() {
  const grounds = {};
  for (const name of ["until", "legality", "necessity", "security"]) {
    const given = await askWhy(t(`persons.${name}`));
    if (!given) return;
    grounds[name] = given;
  }
  await change(`${PATH}/persons/keep`, { version: incident.version, ...grounds });
}
