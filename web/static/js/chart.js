// Line charts, drawn as SVG, and their files: SVG and PNG.

import { h, svg } from "./dom.js";

const WIDTH = 480;
const HEIGHT = 280;
const EDGE = { left: 42, right: 12, top: 12, bottom: 34 };
const PNG_SCALE = 3;
const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "paint-order", "font-size", "font-weight", "font-family"];
const SVG_NS = "http://www.w3.org/2000/svg";

/**
 * Shares by minutes.
 * @param minutes rising
 * @param lines [{ name, label, values }] with shares of 0 to 1, null where nobody knows
 * @param limit a minute to mark
 */
export function shareChart({ minutes, lines, limit, title, xLabel }) {
  const most = minutes.at(-1);
  const x = (minute) => EDGE.left + (minute / most) * (WIDTH - EDGE.left - EDGE.right);
  const y = (share) => HEIGHT - EDGE.bottom - share * (HEIGHT - EDGE.top - EDGE.bottom);
  const step = most > 60 ? 20 : 10;
  const chart = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": title,
  });
  for (let tenth = 0; tenth <= 10; tenth += 2) {
    chart.append(
      svg("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(tenth / 10), y2: y(tenth / 10) }),
      text(`${tenth * 10}%`, { x: EDGE.left - 6, y: y(tenth / 10) + 4, "text-anchor": "end" }),
    );
  }
  for (let minute = 0; minute <= most; minute += step) {
    chart.append(text(String(minute), { x: x(minute), y: HEIGHT - EDGE.bottom + 16, "text-anchor": "middle" }));
  }
  chart.append(text(xLabel, { x: WIDTH - EDGE.right, y: HEIGHT - 4, "text-anchor": "end" }));
  if (limit <= most) {
    chart.append(svg("line", { class: "limit", x1: x(limit), x2: x(limit), y1: EDGE.top, y2: HEIGHT - EDGE.bottom }));
  }
  lines.forEach(({ name, label, values }, row) => {
    if (values.some((one) => one === null)) return;
    const points = values.map((share, at) => `${x(minutes[at]).toFixed(1)},${y(share).toFixed(1)}`);
    const at = EDGE.top + 14 + row * 16;
    chart.append(
      svg("polyline", { class: name, points: [`${x(0)},${y(0)}`, ...points].join(" ") }),
      svg("line", { class: name, x1: EDGE.left + 10, x2: EDGE.left + 36, y1: at - 4, y2: at - 4 }),
      text(label, { x: EDGE.left + 42, y: at }),
    );
  });
  return chart;
}

function text(content, attributes) {
  const element = svg("text", attributes);
  element.textContent = content;
  return element;
}

/** Buttons that save a chart as a file of this name. */
export const chartFiles = (chart, name) => pictureFiles(() => chart, name);

/** Buttons that save a picture, made when they are pressed: `make` may be asynchronous. */
export function pictureFiles(make, name) {
  const as = (ending, told) => h("button", {
    type: "button", onclick: async () => save(await shownOnce(await make(), told), `${name}.${ending}`),
  }, ending.toUpperCase());
  return [as("svg", standalone), as("png", asPng)];
}

/** Styles are computed for what stands on the page alone: a picture that does not is put there. */
async function shownOnce(picture, told) {
  if (picture.isConnected) return told(picture);
  const holder = h("div", { class: "unseen" }, picture);
  document.body.append(holder);
  try {
    return await told(picture);
  } finally {
    holder.remove();
  }
}

/** The chart by itself, with the colours that the page's style gives it, as a data URL. */
function standalone(chart) {
  const copy = chart.cloneNode(true);
  copy.setAttribute("xmlns", SVG_NS);
  const { width, height } = chart.viewBox.baseVal;
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const [drawn, written] = [[...chart.querySelectorAll("*")], [...copy.querySelectorAll("*")]];
  drawn.forEach((element, at) => {
    const style = getComputedStyle(element);
    for (const property of STYLES) {
      written[at].setAttribute(property, style.getPropertyValue(property));
    }
  });
  const ground = svg("rect", { width, height, fill: getComputedStyle(document.body).backgroundColor });
  copy.prepend(ground);
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

async function asPng(chart) {
  const image = new Image();
  image.src = standalone(chart);
  await image.decode();
  const canvas = h("canvas", { width: image.width * PNG_SCALE, height: image.height * PNG_SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

function save(address, name) {
  h("a", { href: address, download: name }).click();
}
