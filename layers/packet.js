// A drill's packet: its map, the sealed envelopes of players, the clock of controllers.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { words, drill } = data;
  const say = (name, given = {}) => words[name].replace(/\{(\w+)\}/g, (_all, key) => given[key] ?? "");
  const clock = (moment) => new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: data.zone, hour12: false, month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).format(new Date(moment));
  const warn = (text) => Object.assign(document.getElementById("fault"), { textContent: text, hidden: false });

  // All files opened from disk share one storage: the key tells whose this is.
  const shelf = ["gisapp-packet", drill.id, drill.version, drill.whose].join("/");
  const kept = (() => {
    try { return JSON.parse(localStorage.getItem(shelf)) ?? {}; } catch { return {}; }
  })();
  const keep = () => {
    try { localStorage.setItem(shelf, JSON.stringify(kept)); } catch { warn(say("not_kept")); }
  };

  const { map, pane, mark } = drawBase(data.base, data.roads);
  const svg = L.svg({ pane: pane("drawn", 450), padding: 0.3 });
  for (const { geometry, name, style } of data.areas) {
    const colour = style === "footprint" ? "#c1121f" : "#7a4d00";
    const area = L.geoJSON(geometry, { renderer: svg, style: { color: colour, weight: 2, dashArray: "8 5", fillOpacity: 0.12 } });
    area.addTo(map).bindTooltip(make("span", "", name), { sticky: true });
  }
  for (const { x, y, text, name, style } of data.marks) {
    const spot = make("span", `spot ${style}`);
    spot.append(make("b", `badge ${style}`, text), make("span", "name", name));
    mark(y, x, spot, { zIndexOffset: style === "here" ? 900 : 500 });
  }
  const [minX, minY, maxX, maxY] = data.box;
  const NAMED_FROM = 11;
  map.on("zoomend", () => map.getContainer().classList.toggle("far", map.getZoom() < NAMED_FROM));
  const fit = () => map.invalidateSize().fitBounds([[minY, minX], [maxY, maxX]], { padding: [20, 20] });
  fit();
  addEventListener("beforeprint", fit);
  addEventListener("afterprint", fit);

  // Checklists stay ticked.
  kept.checks ??= {};
  document.querySelectorAll(".checks input").forEach((box, number) => {
    box.checked = Boolean(kept.checks[number]);
    box.onchange = () => { kept.checks[number] = box.checked; keep(); };
  });

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plainCode = (typed) => [...typed.normalize("NFKC").toLowerCase()].filter((one) => data.alphabet.includes(one)).join("");
  const unseal = async ({ number, salt, nonce, sealed }, typed) => {
    const coder = new TextEncoder();
    const code = await crypto.subtle.importKey("raw", coder.encode(plainCode(typed)), "PBKDF2", false, ["deriveKey"]);
    const way = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: data.iterations };
    const key = await crypto.subtle.deriveKey(way, code, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const bound = coder.encode(`${data.bound}/${number}`);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(nonce), additionalData: bound }, key, bytes(sealed));
    return JSON.parse(new TextDecoder().decode(text));
  };

  const showOpened = (card, { told, at }) => {
    const facts = document.createElement("dl");
    for (const [name, text] of [["opened_at", clock(at)], ["channel", data.channels[told.channel] ?? told.channel], ["sender", told.sender || "—"]]) {
      facts.append(make("dt", "", say(name)), make("dd", "", text));
    }
    card.querySelector("form").remove();
    card.classList.add("open");
    card.append(facts, make("blockquote", "", told.text));
  };
  const envelopeCard = (envelope) => {
    const card = make("article", "envelope");
    card.dataset.number = envelope.number;
    const form = document.createElement("form");
    const field = Object.assign(make("input", "code"), { name: "code", autocomplete: "off", spellcheck: false, required: true, maxLength: 40 });
    field.setAttribute("aria-label", say("code_of", { number: envelope.number }));
    field.placeholder = say("code");
    const fault = make("p", "fault");
    fault.setAttribute("role", "alert");
    const button = make("button", "", say("open"));
    form.append(field, button, fault);
    form.onsubmit = async (event) => {
      event.preventDefault();
      button.disabled = true;
      fault.textContent = "";
      try {
        const opened = { told: await unseal(envelope, field.value), at: Date.now() };
        kept.opened[envelope.number] = opened;
        keep();
        showOpened(card, opened);
      } catch {
        fault.textContent = say("wrong_code");
      }
      button.disabled = false;
    };
    card.append(make("h3", "", say("envelope", { number: envelope.number })), form);
    if (kept.opened[envelope.number]) showOpened(card, kept.opened[envelope.number]);
    return card;
  };
  const envelopes = document.getElementById("envelopes");
  if (envelopes) {
    kept.opened ??= {};
    if (!globalThis.crypto?.subtle) warn(say("no_crypto"));
    envelopes.append(...data.envelopes.map(envelopeCard));
  }

  const runClock = (place) => {
    kept.played ??= {};
    const time = make("output", "time");
    const due = make("span", "due-count");
    const start = make("button");
    start.type = "button";
    place.append(time, start, due);
    const articles = [...document.querySelectorAll("article.inject")];
    const spent = () => (kept.start ? (Date.now() - kept.start) / 60000 : null);
    const draw = () => {
      const minutes = spent();
      const whole = Math.floor(minutes ?? 0);
      const seconds = String(Math.floor(((minutes ?? 0) - whole) * 60)).padStart(2, "0");
      time.textContent = minutes === null ? "T —" : `T+${whole}:${seconds}`;
      let waiting = 0;
      for (const one of articles) {
        const isDue = minutes !== null && one.dataset.minute !== undefined
          && Number(one.dataset.minute) <= minutes && !kept.played[one.dataset.key];
        one.classList.toggle("due", isDue);
        waiting += isDue;
      }
      due.textContent = waiting ? say("due", { count: waiting }) : "";
      start.textContent = kept.start ? say("reset") : say("start");
    };
    start.onclick = () => {
      if (kept.start && !confirm(say("reset_sure"))) return;
      kept.start = kept.start ? null : Date.now();
      keep();
      draw();
    };
    for (const one of articles) {
      const [box, told] = one.querySelectorAll(".tick input, .tick output");
      const show = () => {
        const played = kept.played[one.dataset.key];
        box.checked = Boolean(played);
        one.classList.toggle("played", box.checked);
        const minute = played?.minute === null || played === undefined ? "" : ` · T+${played.minute}`;
        told.textContent = played ? clock(played.at) + minute : "";
      };
      box.onchange = () => {
        const minutes = spent();
        if (box.checked) kept.played[one.dataset.key] = { at: Date.now(), minute: minutes === null ? null : Math.floor(minutes) };
        else delete kept.played[one.dataset.key];
        keep();
        show();
        draw();
      };
      show();
    }
    draw();
    setInterval(draw, 1000);
  };
  const place = document.getElementById("clock");
  if (place) runClock(place);
})();
