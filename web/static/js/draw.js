// Drawing a line or an area: clicks set corners, a double click or Enter ends.

import { byId, h } from "./dom.js";
import { meant } from "./gestures.js";
import { t } from "./i18n.js";

let active = null;

/** Whether the map's clicks belong to a drawing just now. */
export const sketching = () => active !== null;

/** Gives up a drawing under way; says whether there was one. */
export function cancelSketch() {
  if (!active) return false;
  active.end(null);
  return true;
}

/**
 * Lets the user draw; resolves to the corners as LatLngs, or null where it was given up.
 *
 * @param closed an area rather than a line
 * @param hint what to do, in one sentence
 * @param onChange called with the corners (the pointer's last) as they change; its text is shown
 */
export function sketch(map, { closed, hint, onChange = () => "" }) {
  cancelSketch();
  return new Promise((resolve) => {
    const bar = byId("sketch-bar");
    const least = closed ? 3 : 2;
    const corners = [];
    const output = h("output", {});
    const done = h("button", { type: "button", class: "primary", onclick: () => finish() }, t("sketch.done"));
    const shape = (closed ? L.polygon : L.polyline)([], { className: "sketch", interactive: false }).addTo(map);
    const dots = L.layerGroup().addTo(map);

    const update = (pointer) => {
      const path = pointer ? [...corners, pointer] : corners;
      shape.setLatLngs(path);
      output.textContent = onChange(path);
      done.disabled = corners.length < least;
    };
    const click = (event) => {
      if (!meant(event)) return;
      const { latlng } = event;
      corners.push(latlng);
      L.circleMarker(latlng, { radius: 4, className: "sketch-dot", interactive: false }).addTo(dots);
      update();
    };
    const move = ({ latlng }) => { if (corners.length) update(latlng); };
    const undo = () => {
      corners.pop();
      const last = dots.getLayers().at(-1);
      if (last) dots.removeLayer(last);
      update();
    };
    const finish = () => { if (corners.length >= least) end([...corners]); };
    const key = (event) => {
      if (event.key === "Enter") finish();
      else if (event.key === "Backspace") undo();
      else return;
      event.preventDefault();
    };
    const end = (result) => {
      map.off({ click, mousemove: move, dblclick: finish });
      document.removeEventListener("keydown", key);
      map.doubleClickZoom.enable();
      shape.remove();
      dots.remove();
      bar.hidden = true;
      bar.replaceChildren();
      document.body.dataset.mode = "";
      active = null;
      resolve(result);
    };

    active = { end };
    document.body.dataset.mode = "sketch";
    bar.replaceChildren(
      h("span", { class: "hint" }, hint),
      output,
      h("button", { type: "button", onclick: undo }, t("sketch.undo")),
      done,
      h("button", { type: "button", onclick: () => end(null) }, t("sketch.cancel")),
    );
    bar.hidden = false;
    map.doubleClickZoom.disable();
    map.on({ click, mousemove: move, dblclick: finish });
    document.addEventListener("keydown", key);
    document.activeElement?.blur?.();
    update();
  });
}
