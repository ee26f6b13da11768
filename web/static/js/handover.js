// Signing a shift over: who hands over to whom, and what to look at.

import { post } from "./api.js";
import { byId, h } from "./dom.js";
import { config, may, t } from "./i18n.js";
import { notice } from "./page.js";

const field = (name, attributes = {}) => h("label", { class: "field" }, t(`handover.${name}`), h("input", { name, maxlength: 80, autocomplete: "off", ...attributes }));

async function sign(event) {
  event.preventDefault();
  const form = event.target;
  const fault = byId("fault");
  try {
    await post(config.signAt, Object.fromEntries(new FormData(form)));
    fault.hidden = true;
    form.remove();
    notice(t("handover.signed"));
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  }
}

if (may("dispatch") && document.querySelector(".sheet")) {
  byId("sign").replaceChildren(h("form", { class: "no-print", onsubmit: sign },
    h("div", { class: "form-grid" }, field("giver"), field("taker", { required: true }), field("notes", { required: true, maxlength: 2000 })),
    h("div", { class: "form-actions" },
      h("button", { type: "button", onclick: () => window.print() }, t("handover.print")),
      h("button", { class: "primary", type: "submit" }, t("handover.sign")))));
}
document.body.dataset.ready = "true";
