// Point symbols: drawn once per kind, state and size, then stamped.

import { svg } from "./dom.js";
import { config } from "./i18n.js";
import { colour, onTheme, screenScale } from "./theme.js";

const { shapes, glyphs, glyphLine } = config.drawing;
const BOX = 32;
const GLYPH_BOX = 24;
const OUT_OF_SERVICE = "#8b9096";

const shapePaths = new Map(
  Object.entries(shapes).map(([name, shape]) => [name, new Path2D(shape.path)]),
);
const glyphPaths = new Map(
  Object.entries(glyphs).map(([name, glyph]) => [
    name,
    { fill: new Path2D(glyph.fill), line: new Path2D(glyph.line) },
  ]),
);

let bitmaps = new Map();
onTheme(() => { bitmaps = new Map(); });

/** Pixels of an ordinary symbol at a zoom. */
export function symbolSize(zoom) {
  const size = zoom < 9 ? 20 : zoom < 10 ? 23 : zoom < 12 ? 26 : zoom < 14 ? 30 : 34;
  return size * screenScale();
}

/** Fill, ink and rim of a class in a state: solid is ready, hollow is busy, grey is out. */
function inks(row, state) {
  if (state === "busy") {
    const strong = row.fill.toLowerCase() === "#ffffff" ? row.ink : row.fill;
    return { fill: "#ffffff", ink: strong, rim: strong };
  }
  if (state === "out_of_service") return { fill: OUT_OF_SERVICE, ink: "#ffffff", rim: "#ffffff" };
  const rim = row.fill.toLowerCase() === "#ffffff" ? row.ink : colour("--map-symbol-edge");
  return { fill: row.fill, ink: row.ink, rim };
}

/** The symbol of a legend row as a canvas of `size` pixels, with half a pixel to spare. */
export function bitmap(row, size, state = "") {
  const ratio = window.devicePixelRatio || 1;
  const key = `${row.shape}|${row.glyph}|${row.fill}|${row.ink}|${row.mark}|${state}|${size}|${ratio}`;
  const known = bitmaps.get(key);
  if (known) return known;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil((size + 4) * ratio);
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.translate(2, 2);
  context.scale(size / BOX, size / BOX);
  const { fill, ink, rim } = inks(row, state);
  const shape = shapePaths.get(row.shape);
  context.lineJoin = "round";
  context.strokeStyle = colour("--map-symbol-rim");
  context.lineWidth = 4;
  context.stroke(shape);
  context.fillStyle = fill;
  context.fill(shape);
  context.strokeStyle = rim;
  context.lineWidth = state === "busy" ? 3.5 : 2;
  context.stroke(shape);
  context.save();
  const inset = shapes[row.shape].inset * (state === "busy" ? 0.92 : 1);
  context.translate((BOX - inset) / 2, (BOX - inset) / 2);
  context.scale(inset / GLYPH_BOX, inset / GLYPH_BOX);
  const glyph = glyphPaths.get(row.glyph);
  context.fillStyle = context.strokeStyle = ink;
  if (glyph) {
    context.fill(glyph.fill, "evenodd");
    context.lineWidth = glyphLine;
    context.lineCap = "round";
    context.stroke(glyph.line);
  }
  context.restore();
  if (state === "out_of_service") strike(context);
  if (row.mark) corner(context, row.mark);
  bitmaps.set(key, canvas);
  return canvas;
}

function strike(context) {
  context.lineCap = "round";
  for (const [width, ink] of [[6, OUT_OF_SERVICE], [3, "#ffffff"]]) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(6, 26);
    context.lineTo(26, 6);
    context.stroke();
  }
}

function corner(context, mark) {
  context.beginPath();
  context.arc(25.5, 25.5, 7, 0, 2 * Math.PI);
  context.fillStyle = "#ffffff";
  context.fill();
  context.strokeStyle = "rgb(20 24 28 / 70%)";
  context.lineWidth = 1;
  context.stroke();
  context.fillStyle = "#14181c";
  context.font = "700 11.5px sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(mark, 25.5, 26.2);
}

/** The same symbol as an SVG element, for the legend and lists. */
export function symbolElement(row, state = "") {
  const { fill, ink, rim } = inks(row, state);
  const inset = shapes[row.shape].inset;
  const start = (BOX - inset) / 2;
  const glyph = glyphs[row.glyph];
  const parts = [
    svg("path", { d: shapes[row.shape].path, fill, stroke: rim, "stroke-width": 2 }),
    svg(
      "g",
      { transform: `translate(${start} ${start}) scale(${inset / GLYPH_BOX})` },
      svg("path", { d: glyph.fill, fill: ink, "fill-rule": "evenodd" }),
      svg("path", {
        d: glyph.line, fill: "none", stroke: ink, "stroke-width": glyphLine,
        "stroke-linecap": "round", "stroke-linejoin": "round",
      }),
    ),
  ];
  if (state === "out_of_service") {
    for (const [width, stroke] of [[6, OUT_OF_SERVICE], [3, "#ffffff"]]) {
      parts.push(svg("path", { d: "M6 26L26 6", stroke, "stroke-width": width, "stroke-linecap": "round" }));
    }
  }
  if (row.mark) {
    const text = svg("text", { x: 25.5, y: 29.7, "text-anchor": "middle", class: "mark" });
    text.textContent = row.mark;
    parts.push(svg("circle", { cx: 25.5, cy: 25.5, r: 7, class: "mark-ground" }), text);
  }
  return svg("svg", { viewBox: "-1 -1 35 35", class: "symbol", "aria-hidden": "true" }, ...parts);
}
