// Time to a deadline, counted down wherever an element names one.

import { t } from "./i18n.js";

/** Time to a deadline as hours and minutes; past it, how long ago. */
function remaining(due, now) {
  const whole = Math.floor(Math.abs(due - now) / 60_000);
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  return due < now ? t("incidents.over", { time: text }) : t("incidents.left", { time: text });
}

/** Writes into every element of class "remaining" how long is left to its `data-due`. */
export function tick() {
  const now = Date.now();
  for (const cell of document.querySelectorAll(".remaining")) {
    if (!cell.dataset.due) continue;
    const due = Date.parse(cell.dataset.due);
    cell.textContent = remaining(due, now);
    cell.classList.toggle("overdue", due < now);
  }
}
