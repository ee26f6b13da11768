// Limits of bridges and tunnels that cannot be read: the teams they hold up, and the form that confirms one.

import { ApiError, post } from "./api.js";
import { h } from "./dom.js";
import { may, t } from "./i18n.js";

/** Lists the teams of `heldUp` with their limits; `onLocate(limit)` shows one, `onConfirmed()` asks anew. */
export function heldUpList(heldUp, { onLocate, onConfirmed }) {
  const limits = new Map();
  for (const team of heldUp) {
    for (const limit of team.limits) {
      const key = `${limit.way_id} ${limit.kind} ${limit.text}`;
      if (!limits.has(key)) limits.set(key, { limit, teams: [] });
      limits.get(key).teams.push(team);
    }
  }
  return h(
    "section",
    { class: "held-up" },
    h("h3", {}, t("limit.title")),
    h("ul", {}, [...limits.values()].map(({ limit, teams }) => h(
      "li",
      {},
      h("button", { type: "button", class: "find", onclick: () => onLocate(limit) }, limit.name || t("incident.unnamed")),
      h("span", { class: "tags" }, limit.text),
      h("ul", {}, teams.map((team) => h("li", { dataset: { id: team.id } }, h("strong", {}, team.name), " ", team.message))),
      may("close_roads") && form(limit, onConfirmed),
    ))),
  );
}

function form(limit, onConfirmed) {
  const unit = t(limit.kind === "weight" ? "limit.tonnes" : "limit.metres");
  const value = h("input", { type: "number", step: "any", min: 0, required: true, name: "value", autocomplete: "off" });
  const none = h("input", {
    type: "checkbox", name: "none", onchange: () => { value.disabled = none.checked; },
  });
  const why = h("input", { name: "why", required: true, maxlength: 200, autocomplete: "off", placeholder: t("limit.example") });
  const message = h("p", { class: "warning", hidden: true, role: "alert" });
  return h(
    "details",
    { class: "confirm" },
    h("summary", {}, t("limit.confirm")),
    h(
      "form",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          try {
            await post("/api/limits", {
              way_id: limit.way_id, kind: limit.kind, text: limit.text,
              value: none.checked ? null : Number(value.value), why: why.value,
            });
            onConfirmed();
          } catch (error) {
            message.textContent = error instanceof ApiError ? error.message : t("error.page");
            message.hidden = false;
          }
        },
      },
      h("label", {}, t("limit.value", { unit }), value),
      h("label", { class: "check" }, none, t("limit.none")),
      h("label", {}, t("limit.why"), why),
      message,
      h("button", { type: "submit", class: "primary" }, t("limit.save")),
    ),
  );
}
