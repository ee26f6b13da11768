// The quality pages: several records verified at once.

import { ApiError, post } from "./api.js";
import { byId } from "./dom.js";
import { notice } from "./page.js";

const button = byId("verify");
const boxes = [...document.querySelectorAll("#worklist input[name=id]")];
const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);

function show() {
  if (button) button.disabled = chosen().length === 0;
}

for (const box of boxes) box.addEventListener("change", show);
byId("all")?.addEventListener("change", (event) => {
  for (const box of boxes) box.checked = event.target.checked;
  show();
});
button?.addEventListener("click", async () => {
  button.disabled = true;
  try {
    await post("/api/quality/verify", { kind: button.dataset.kind, ids: chosen() });
    window.location.reload();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notice(error.message, "error");
    show();
  }
});
byId("print")?.addEventListener("click", () => window.print());
document.body.dataset.ready = "true";
