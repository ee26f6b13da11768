// The application's menu where there is no room for a row of links.

import { byId } from "./dom.js";

const menu = byId("menu");
const button = menu.querySelector("button");

function open(wanted) {
  menu.dataset.open = String(wanted);
  button.setAttribute("aria-expanded", String(wanted));
}

button.addEventListener("click", () => open(menu.dataset.open !== "true"));
document.addEventListener("click", ({ target }) => { if (!menu.contains(target)) open(false); });
menu.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || menu.dataset.open !== "true") return;
  open(false);
  button.focus();
  event.stopPropagation();
});
