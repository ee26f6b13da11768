// A map as a picture that leaves the page: counties, areas, lines and marks as plain SVG.

import { siteAreas } from "./basemap.js";
import { svg } from "./dom.js";
import { config } from "./i18n.js";

const WIDTH = 900;
const MOST_HEIGHT = 900;
const MARGIN = 12;
const HEAD = 34;
const LINE = 20;
const MARK = 12;
const BOX = 32;
const KM_PER_DEGREE = 111.32;
const STEPS_KM = [200, 100, 50, 20, 10, 5, 2, 1];

/** The site's counties, each with its rings in lon/lat. */
export async function countyShapes() {
  return (await siteAreas()).features.map(({ properties, geometry }) => ({
    id: properties.id, name: properties.name,
    rings: geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat(),
  }));
}

/**
 * A picture of the site.
 * @param counties as countyShapes gives them; each may have a fill and a hint
 * @param areas [{ rings, fill, opacity }]; lines [{ parts, stroke, width }]
 * @param points [{ x, y, drawn: { shape, fill } }], the last on top
 * @param legend [{ text, drawn } or { text, fill } or { text, stroke }]
 * @param matrix { rows of fills from top to bottom, down, along: words beside it }
 */
export function mapPicture({ title, note = "", counties: borders, areas = [], lines = [], points = [], legend = [], matrix = null }) {
  const [west, south, east, north] = extent(borders, points, areas);
  const narrow = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = Math.min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (MOST_HEIGHT - HEAD) / (north - south));
  const height = Math.round((north - south) * scale) + HEAD + MARGIN;
  const x = (lon) => WIDTH / 2 + (lon - (west + east) / 2) * narrow * scale;
  const y = (lat) => HEAD + (north - lat) * scale;
  const path = (rings, end) => rings.map((ring) => `M${ring.map(([lon, lat]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join("L")}${end}`).join("");
  const foot = Math.max(legend.length ? Math.ceil(legend.length / 3) * LINE + MARGIN : 0, matrix ? 130 : 0);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${height + foot}`, class: "chart map-picture", role: "img", "aria-label": title },
    word(title, { x: MARGIN, y: 22, class: "title" }), word(note, { x: WIDTH - MARGIN, y: 22, "text-anchor": "end" }));
  for (const one of borders) {
    const shape = svg("path", { d: path(one.rings, "Z"), class: one.fill ? "county" : "county plain", "fill-rule": "evenodd", ...one.fill && { fill: one.fill } });
    if (one.hint) shape.append(hint(one.hint));
    if (one.fill) shape.setAttribute("data-county", one.id);
    picture.append(shape);
  }
  for (const one of areas) picture.append(svg("path", { d: path(one.rings, "Z"), fill: one.fill, "fill-opacity": one.opacity, stroke: one.fill, "stroke-width": 0.8, "fill-rule": "evenodd" }));
  for (const one of borders) picture.append(svg("path", { d: path(one.rings, "Z"), class: "border" }));
  for (const one of lines) picture.append(svg("path", { d: path(one.parts, ""), fill: "none", stroke: one.stroke, "stroke-width": one.width }));
  for (const one of points) picture.append(mark(one.drawn, x(one.x), y(one.y)));
  for (const one of borders) {
    const [lon, lat] = middle(one.rings);
    picture.append(word(one.name, { x: x(lon), y: y(lat), "text-anchor": "middle", class: "name" }));
  }
  picture.append(...ruler(scale, height - 2 * MARGIN));
  legend.forEach((one, at) => picture.append(...item(one, MARGIN + (at % 3) * (WIDTH / 3), height + MARGIN + Math.floor(at / 3) * LINE)));
  if (matrix) picture.append(...square(matrix, MARGIN, height + MARGIN));
  return picture;
}

function extent(borders, points, areas) {
  const at = [...[...borders, ...areas].flatMap((one) => one.rings.flat()), ...points.map((one) => [one.x, one.y])];
  if (!at.length) return config.site.bbox;
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  const [lons, lats] = [at.map(([lon]) => lon), at.map(([, lat]) => lat)];
  const pad = 0.02;
  return [least(lons) - pad, least(lats) - pad, most(lons) + pad, most(lats) + pad];
}

/** A place for a name: the middle of the greatest ring's extent. */
function middle(rings) {
  const spans = rings.map((ring) => [0, 1].map((axis) => ring.map((one) => one[axis])).map((values) => [Math.min(...values), Math.max(...values)]));
  const size = ([[w, e], [s, n]]) => (e - w) * (n - s);
  const [[w, e], [s, n]] = spans.reduce((a, b) => (size(b) > size(a) ? b : a));
  return [(w + e) / 2, (s + n) / 2];
}

function mark({ shape, fill }, x, y) {
  const scale = MARK / BOX;
  return svg("path", {
    d: config.drawing.shapes[shape].path, fill, stroke: "#ffffff", "stroke-width": 2,
    transform: `translate(${(x - MARK / 2).toFixed(1)} ${(y - MARK / 2).toFixed(1)}) scale(${scale})`,
  });
}

function item({ text, drawn, fill, stroke }, x, y) {
  const sign = drawn ? mark(drawn, x + 8, y) : stroke
    ? svg("line", { x1: x, x2: x + 16, y1: y, y2: y, stroke, "stroke-width": 3 })
    : svg("rect", { x, y: y - 6, width: 16, height: 12, fill });
  return [sign, word(text, { x: x + 24, y: y + 4 })];
}

/** The key of two classes at once: rows of fills, with words along both sides. */
function square({ rows, down, along }, x, y) {
  const side = 26;
  const cells = rows.flatMap((fills, row) => fills.map((fill, column) => svg("rect", { x: x + column * side, y: y + row * side, width: side, height: side, fill })));
  const beside = x + rows[0].length * side + 8;
  return [...cells, ...down.map((text, row) => word(text, { x: beside, y: y + row * side + 17 })),
    word(along, { x, y: y + rows.length * side + 16 })];
}

function ruler(scale, y) {
  const km = STEPS_KM.find((one) => (one / KM_PER_DEGREE) * scale < WIDTH / 4) ?? 1;
  const width = (km / KM_PER_DEGREE) * scale;
  return [svg("path", { d: `M${MARGIN} ${y - 5}V${y}H${(MARGIN + width).toFixed(1)}V${y - 5}`, class: "ruler" }), word(`${km} km`, { x: MARGIN + 4, y: y - 8 })];
}

function word(text, attributes) {
  const element = svg("text", attributes);
  element.textContent = text;
  return element;
}

function hint(text) {
  const element = svg("title");
  element.textContent = text;
  return element;
}
