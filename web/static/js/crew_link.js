// The address of a crew's phone page: made on request, shown once, to be copied or sent.

import { post } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { fail } from "./incident_state.js";
import { notice } from "./page.js";

/** A button that makes the link of an assignment; the one made before ends. */
export function linkButton(unit) {
  return h("button", { type: "button", dataset: { link: unit.id }, onclick: () => make(unit).catch(fail) }, t("incidents.phone_link"));
}

async function make(unit) {
  const { address } = await post(`/api/assignments/${unit.id}/link`, {});
  const field = h("input", { id: "phone-link", readonly: true, value: address, "aria-label": t("incidents.phone_link") });
  const end = () => { dialog.close(); dialog.remove(); };
  const dialog = h("dialog", { class: "why" },
    h("p", {}, h("strong", {}, unit.name), " ", t("incidents.phone_link_hint")),
    !address.startsWith("https:") && h("p", { class: "caution" }, `▲ ${t("incidents.phone_link_http")}`),
    h("label", { class: "field" }, t("incidents.phone_link"), field),
    h("div", { class: "form-actions" },
      h("a", { class: "button", href: `sms:?body=${encodeURIComponent(address)}` }, t("incidents.phone_link_sms")),
      h("button", { type: "button", onclick: () => copy(field) }, t("incidents.phone_link_copy")),
      h("button", { type: "button", class: "primary", onclick: end }, t("incidents.confirm"))));
  dialog.addEventListener("cancel", end);
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}

/** Over plain HTTP a browser has no clipboard of its own: the text is marked, to be copied. */
async function copy(field) {
  field.select();
  if (!navigator.clipboard) return;
  await navigator.clipboard.writeText(field.value);
  notice(t("incidents.phone_link_copied"));
}
