// What a phone has to say, kept in it until the centre has it: in order, each once.

const MOST_READINGS = 2000;
const AT_ONCE = 200;

/** @param name under which the browser keeps what waits, through a reload as well */
export function queueOf(name) {
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? [];
    } catch {
      return []; // nobody can read what stands there: it is of no use to keep it
    }
  };
  let held = read();

  function write(next) {
    held = next;
    try {
      localStorage.setItem(name, JSON.stringify(held));
    } catch {
      // A full or forbidden store: what waits lives as long as the page.
    }
  }

  return {
    all: () => held,
    add(item) {
      const readings = held.filter((one) => one.kind === "at");
      // Rather the oldest place is lost than anything that was said.
      const dropped = item.kind === "at" && readings.length >= MOST_READINGS ? readings[0].id : null;
      write([...held.filter((one) => one.id !== dropped), { ...item, id: crypto.getRandomValues(new Uint32Array(2)).join("-") }]);
    },
    /** The next to go: one state, or the places before the next state. */
    next() {
      if (!held.length || held[0].kind === "state") return held.slice(0, 1);
      const end = held.findIndex((one) => one.kind === "state");
      return held.slice(0, end < 0 ? AT_ONCE : Math.min(end, AT_ONCE));
    },
    done(items) {
      const gone = new Set(items.map((one) => one.id));
      write(held.filter((one) => !gone.has(one.id)));
    },
    clear: () => write([]),
  };
}
