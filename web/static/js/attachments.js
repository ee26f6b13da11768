// Photos and documents of a record.

import { get, post, remove } from "./api.js";
import { byId, h } from "./dom.js";
import { config, dayTime, t } from "./i18n.js";
import { notice } from "./page.js";

const MEGABYTE = 1024 * 1024;

/** Shows the attachments of the record called `path`, and takes new ones. */
export async function startAttachments(path, { onChange }) {
  const list = byId("attachments").querySelector("ul");
  const address = `/api/registers/${config.kind}/attachments/${path}`;
  const fail = (error) => notice(error.message, "error");

  const load = async () => {
    const { attachments } = await get(address);
    list.replaceChildren(...attachments.map(item));
    if (!attachments.length) list.append(h("li", { class: "muted" }, t("attachments.none")));
  };
  const item = (one) => h(
    "li",
    { dataset: { id: one.id } },
    h("a", { href: one.url, target: "_blank", rel: "noopener" }, one.thumbnail
      ? h("img", { src: one.thumbnail, alt: one.caption || one.name, loading: "lazy" })
      : h("span", { class: "document" }, one.name.split(".").pop().toUpperCase())),
    h("span", {}, one.caption || one.name),
    h("span", { class: "muted" }, `${size(one.size)} · ${one.added_by} · ${dayTime(one.added_at)}`),
    config.canEdit && h("button", {
      type: "button",
      onclick: () => remove(`/api/attachments/${one.id}`)
        .then(() => { notice(t("attachments.removed")); return changed(); }).catch(fail),
    }, t("attachments.remove")),
  );
  const changed = async () => {
    await load();
    await onChange();
  };
  const form = byId("attach");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    post(address, new FormData(form))
      .then(() => { form.reset(); notice(t("attachments.added")); return changed(); })
      .catch(fail)
      .finally(() => { button.disabled = false; });
  });
  await load().catch(fail);
}

function size(bytes) {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
