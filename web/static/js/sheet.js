// The panel on a phone: a sheet at the bottom that is low, half or full.

import { byId } from "./dom.js";

const STEPS = ["low", "half", "full"];

/** `onRaise()` is called when the sheet takes the map's room. */
export function startSheet({ onRaise }) {
  const handle = byId("sheet-handle");
  const set = (step) => {
    document.body.dataset.sheet = step;
    if (step !== "low") onRaise();
  };
  set("low");
  handle.addEventListener("click", () => {
    set(STEPS[(STEPS.indexOf(document.body.dataset.sheet) + 1) % STEPS.length]);
  });
  let from = null;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    const moved = from === null ? 0 : event.clientY - from;
    from = null;
    if (Math.abs(moved) < 24) return;
    const at = STEPS.indexOf(document.body.dataset.sheet);
    set(STEPS[Math.min(2, Math.max(0, at + (moved < 0 ? 1 : -1)))]);
    handle.addEventListener("click", (click) => click.stopImmediatePropagation(), { once: true, capture: true });
  });
  return {
    open: () => { if (document.body.dataset.sheet === "low") set("half"); },
    lower: () => set("low"),
  };
}
