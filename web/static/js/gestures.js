// What a click on the map means: a command only where the pointer stood still on a map at rest.

const STILL_PX = { mouse: 4, touch: 10 };
/** A wheel's zoom first waits for more turns: so long after one the map is not at rest. */
const WHEEL_MS = 350;
/** So long a click waits for the second of a double click. */
const DOUBLE_MS = 350;

let press = null;
let wheeledAt = -Infinity;
let zooming = false;

/** Watches the map's pointers and zooms. */
export function watchGestures(map) {
  const container = map.getContainer();
  const disturbed = () => { if (press) press.still = false; };
  const options = { capture: true, passive: true };
  container.addEventListener("wheel", () => {
    wheeledAt = performance.now();
    disturbed();
  }, options);
  map.on("zoomstart", () => { zooming = true; disturbed(); });
  map.on("zoomend", () => { zooming = false; disturbed(); });
  container.addEventListener("pointerdown", (event) => {
    // A second finger pinches.
    const alone = event.isPrimary && !zooming && performance.now() - wheeledAt > WHEEL_MS;
    press = { x: event.clientX, y: event.clientY, still: alone };
  }, options);
  window.addEventListener("pointermove", (event) => {
    if (!press || (event.pointerType === "mouse" && !event.buttons)) return;
    const moved = Math.hypot(event.clientX - press.x, event.clientY - press.y);
    if (moved > (STILL_PX[event.pointerType] ?? STILL_PX.mouse)) press.still = false;
  }, options);
}

/** Whether the click just heard was meant: the first, the pointer still, no zoom running. */
export function meant({ originalEvent }) {
  return originalEvent.detail <= 1 && Boolean(press?.still);
}

/** Calls `command(event)` for a click that no second one follows; `cancel()` gives it up. */
export function single(map, command) {
  let timer = 0;
  const cancel = () => clearTimeout(timer);
  map.on("dblclick zoomstart dragstart", cancel);
  return {
    cancel,
    click(event) {
      cancel();
      timer = setTimeout(() => command(event), DOUBLE_MS);
    },
  };
}
