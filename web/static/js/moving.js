// "Move the incident here?": an incident that is open moves only when somebody says so.

import { coordinates, t } from "./i18n.js";
import { h } from "./dom.js";

export class MoveQuestion {
  constructor(map) {
    this.map = map;
    this.popup = null;
  }

  /** Asks at a place; `onMove()` is called for yes, `onKeep()` where it is closed without. */
  ask({ lat, lng }, { onMove, onKeep = () => {} }) {
    this.close();
    let moved = false;
    const popup = L.popup({ className: "card move", closeButton: false, autoPan: true })
      .setLatLng([lat, lng])
      .setContent(h(
        "div",
        { role: "group", "aria-label": t("incident.move") },
        h("h2", {}, t("incident.move")),
        h("p", {}, coordinates(lng, lat)),
        h("button", {
          type: "button", class: "primary",
          onclick: () => {
            moved = true;
            this.close();
            onMove();
          },
        }, t("incident.move_here")),
        h("button", { type: "button", onclick: () => this.close() }, t("incident.keep")),
      ));
    popup.on("remove", () => {
      if (this.popup === popup) this.popup = null;
      if (!moved) onKeep();
    });
    this.popup = popup;
    popup.openOn(this.map);
  }

  /** Closes the question unanswered; says whether one was open. */
  close() {
    if (!this.popup) return false;
    this.popup.remove();
    return true;
  }
}
