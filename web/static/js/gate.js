// The pages before the application: theme, language, and where the reader was going.

import { byId } from "./dom.js";
import { remember, startTheme } from "./theme.js";

startTheme();
byId("lang-toggle").addEventListener("click", () => {
  remember("lang", document.documentElement.lang === "en" ? "zh" : "en");
  const address = new URL(window.location.href);
  address.searchParams.delete("lang"); // an address that asks for a language would win
  window.location.replace(address);
});

// What follows # never reaches the server: it is kept through the form and its redirect.
const form = byId("gate-form");
form.action += window.location.hash;
const { askAgain } = form.dataset;
if (askAgain) window.location.replace(askAgain + window.location.hash);
form.addEventListener("submit", () => {
  form.querySelector("button[type=submit]").disabled = true;
});
