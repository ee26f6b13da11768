// What every page has: theme, language, the menu, and one line that says what happened.

import { byId, h } from "./dom.js";
import { lang } from "./i18n.js";
import "./menu.js";
import { remember, startTheme } from "./theme.js";

/** Says one sentence at the head of the page; `kind` is "done" or "error". */
export function notice(text, kind = "done", ...actions) {
  const line = byId("notice");
  line.className = kind;
  line.replaceChildren(h("span", {}, text), ...actions);
  line.hidden = !text;
  if (text && kind === "error") line.scrollIntoView({ block: "nearest" });
}

startTheme();
byId("lang-toggle").addEventListener("click", () => {
  remember("lang", lang === "zh" ? "en" : "zh");
  const address = new URL(window.location.href);
  address.searchParams.delete("lang"); // an address that asks for a language would win
  window.location.replace(address);
});
