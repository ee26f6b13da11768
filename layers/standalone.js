// Draws the proposal of a standalone page.
(() => {
  const { proposal, base, roads, minutes } = JSON.parse(document.getElementById("data").textContent);
  const { map, pane, mark } = drawBase(base, roads);
  const bounds = L.latLngBounds([[proposal.incident.y, proposal.incident.x]]);
  const svg = L.svg({ pane: pane("routes", 450), padding: 0.3 });
  for (const closure of proposal.closures ?? []) {
    L.geoJSON(closure.geometry, { renderer: svg, style: { color: "#c1121f", dashArray: "8 5", fillOpacity: 0.16 } }).addTo(map);
  }
  const lines = new Map();
  const emphasise = (rank) => {
    for (const [number, line] of lines) line.setStyle({ weight: number === rank ? 9 : line.options.rest });
    for (const row of document.querySelectorAll("tr[data-rank]")) row.classList.toggle("hover", Number(row.dataset.rank) === rank);
  };
  for (const one of [...proposal.proposals].reverse()) {
    const path = one.geometry.coordinates.map(([x, y]) => [y, x]);
    const rest = one.rank === 1 ? 6 : 4;
    L.polyline(path, { renderer: svg, color: "#fff", weight: rest + 4, interactive: false }).addTo(map);
    const line = L.polyline(path, { renderer: svg, weight: rest, rest, className: `rank-${Math.min(one.rank, 5)}` }).addTo(map);
    // An element: Leaflet would take a text for markup.
    const tip = make("span", "", `${one.rank} ${one.name} · ${(one.total_s / 60).toFixed(1)} ${minutes}`);
    line.bindTooltip(tip, { sticky: true });
    line.on({ mouseover: () => emphasise(one.rank), mouseout: () => emphasise(null) });
    lines.set(one.rank, line);
    bounds.extend(line.getBounds());
    mark(one.y, one.x, make("b", `badge rank-${Math.min(one.rank, 5)}`, String(one.rank)), { zIndexOffset: 500 });
  }
  for (const row of document.querySelectorAll("tr[data-rank]")) {
    row.onmouseenter = () => emphasise(Number(row.dataset.rank));
    row.onmouseleave = () => emphasise(null);
  }
  mark(proposal.incident.y, proposal.incident.x, make("b", "badge here", "★"), { zIndexOffset: 900 });
  map.fitBounds(bounds, { padding: [40, 40], maxZoom: 14 });
})();
