// What an import needs besides plain forms: the template follows the register, long work is told of.

import { byId } from "./dom.js";
import { config, count, t } from "./i18n.js";

const POLL_MS = 700;

const kind = byId("kind");
kind?.addEventListener("change", () => {
  const link = byId("template");
  link.href = link.dataset.template.replace("KIND", kind.value);
});

/** Says how far the import has come, until its answer replaces the page. */
async function follow(line) {
  const response = await fetch(config.progress, { credentials: "same-origin" }).catch(() => null);
  const told = response?.ok ? await response.json().catch(() => null) : null;
  if (told?.total) {
    line.textContent = t("import.progress", { done: count(told.done), total: count(told.total) });
  }
  window.setTimeout(() => follow(line), POLL_MS);
}

for (const form of document.querySelectorAll("form[data-slow]")) {
  form.addEventListener("submit", () => {
    const line = form.querySelector(".slow");
    line.textContent = form.dataset.slow;
    line.hidden = false;
    byId("progress").classList.add("busy");
    form.querySelector("[type=submit]").disabled = true;
    if (config.progress) follow(line);
  });
}

// Back from the answer, the browser shows the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
