// The map of a page that needs no server: areas, rivers, roads, names.
// Texts become text, never markup: Leaflet is given elements.
const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

const drawBase = (base, roads) => {
  const map = L.map("map", { preferCanvas: true, zoomSnap: 0.5, attributionControl: false });
  L.control.scale({ imperial: false }).addTo(map);
  const pane = (name, order) => { map.createPane(name).style.zIndex = order; return name; };
  const canvas = (name, order) => L.canvas({ pane: pane(name, order), padding: 0.3 });
  const draw = (collection, renderer, style) => collection
    && L.geoJSON(collection, { renderer, interactive: false, style }).addTo(map);

  draw(base.areas, canvas("areas", 210), { color: "#b3aa98", weight: 1, dashArray: "6 3", fillColor: "#f7f5ef", fillOpacity: 1 });
  draw(base.rivers, canvas("rivers", 215), { color: "#9dc3da", weight: 2 });
  const colours = ["#e3a650", "#e8c27c", "#d9c184", "#b9b2a3", "#c9c2b4", "#d6d0c4", "#d6d0c4"];
  draw(base.roads, canvas("roads", 220), ({ properties }) => {
    const rank = Math.max(0, roads.indexOf(properties.highway));
    return { color: colours[rank], weight: Math.max(0.7, 3 - rank * 0.5) };
  });

  const mark = (y, x, element, extra = {}) => L.marker([y, x], {
    icon: L.divIcon({ html: element, className: "", iconSize: [0, 0] }), interactive: false, keyboard: false, ...extra,
  }).addTo(map);
  for (const { properties, geometry } of base.places?.features ?? []) {
    if (!["city", "county"].includes(properties.kind)) continue;
    const [x, y] = geometry.coordinates;
    mark(y, x, make("span", `name ${properties.kind}`, properties.name));
  }
  return { map, pane, mark };
};
