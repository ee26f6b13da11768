// Building elements. Text is always set as text, never as markup.

/** An element: h("button", {class: "x", onclick: f}, "text", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

/** An SVG element. */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** A line icon in the manner of the bar's buttons. */
export function icon(path) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path }));
}

/** A number to call; one that is hidden from this reader is text only. */
export function phone(number, attributes = {}) {
  if (number.includes("*")) return h("span", attributes, number);
  return h("a", { ...attributes, href: `tel:${number.replace(/[^\d+]/g, "")}` }, number);
}

export const byId = (id) => document.getElementById(id);

/** Whether the keyboard belongs to a field just now. */
export function typing(target) {
  return target instanceof HTMLElement && Boolean(target.closest("input, select, textarea"));
}
