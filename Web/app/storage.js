import { signal } from "./signal.js";

/**
 * A signal that is kept across visits, and in step across tabs.
 * @template T @param {string} name
 * @param {T} initial  also what anything unreadable is taken for
 * @returns {Signal<T>}
 */
export function kept(name, initial) {
  const key = `placemint.${name}`;
  const read = () => parse(localStorage.getItem(key)) ?? initial;
  const made = signal(read());
  addEventListener("storage", (event) => {
    if (event.key === key || event.key === null) made.value = read();
  });
  return {
    peek: made.peek,
    get value() {
      return made.value;
    },
    set value(value) {
      // A full or forbidden storage costs remembering, not working.
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch {
        console.warn(`${key} could not be remembered.`);
      }
      made.value = value;
    },
  };
}

/** @param {string | null} text */
export function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
