// Search by name or coordinate, worked from the keyboard.

import { ApiError, get, latest, superseded } from "./api.js";
import { byId, h, typing } from "./dom.js";
import { t } from "./i18n.js";

const PAUSE_MS = 160;

/**
 * @param onPlace called with {x, y, name} when a coordinate or place is chosen
 * @param onRecord called with a search result of any other kind
 */
export function startSearch({ onPlace, onRecord, onError }) {
  const input = byId("search-input");
  const list = byId("search-results");
  const fetchResults = latest((signal, q) => get("/api/search", { q }, signal));
  let results = [];
  let note = "";
  let chosen = -1;
  let timer = 0;
  let asked = "";

  const show = (rows) => {
    list.replaceChildren(...rows);
    list.hidden = rows.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  const close = () => {
    results = [];
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    show([]);
  };
  const mark = (index) => {
    chosen = results.length ? (index + results.length) % results.length : -1;
    [...list.querySelectorAll("[role=option]")].forEach((row, number) => row.setAttribute("aria-selected", String(number === chosen)));
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", `result-${chosen}`);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (result) => {
    close();
    input.blur();
    if (result.kind === "coordinates" || result.kind === "place") onPlace(result);
    else onRecord(result);
  };

  const refresh = async () => {
    const text = input.value.trim();
    asked = text;
    if (!text) return close();
    try {
      ({ results, note } = await fetchResults(text));
    } catch (error) {
      if (!superseded(error)) onError(error);
      return null;
    }
    if (!results.length && !note) note = t("search.nothing", { text });
    show([...results.map(row), ...(note ? [h("li", { class: "note" }, note)] : [])]);
    // What is only offered is chosen by hand, never by the Enter that was meant for what was typed.
    chosen = -1;
    if (!offered()) mark(0);
    return null;
  };
  const offered = () => note && results[0]?.kind === "coordinates";
  const row = (result, index) => h(
    "li",
    {
      class: result.outside && "outside",
      id: `result-${index}`, role: "option", "aria-selected": "false",
      onpointerdown: (event) => { event.preventDefault(); take(result); },
    },
    h("span", { class: "name" }, result.name),
    h("span", { class: "kind" }, [result.kind_label, result.context].filter(Boolean).join(" · ")),
  );

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE_MS);
  });
  input.addEventListener("keydown", async (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") mark(chosen + 1);
    else if (event.key === "ArrowUp") mark(chosen - 1);
    else if (event.key === "Escape") {
      if (input.value) input.value = "";
      else input.blur();
      close();
      event.stopPropagation();
    } else if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") {
      clearTimeout(timer);
      if (list.hidden || input.value.trim() !== asked) await refresh();
      if (results[chosen]) take(results[chosen]);
      else if (list.hidden && input.value) onError(new ApiError("web.nothing", t("search.nothing", { text: input.value })));
    }
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", close);
  byId("search").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !typing(event.target)) {
      event.preventDefault();
      input.focus();
    }
  });
}
