// What this browser remembers.

import { Signal } from "./signal.js";

/**
 * A signal that is kept across visits, and in step across tabs.
 * @template T @extends {Signal<T>}
 */
class KeptSignal extends Signal {
  #key;

  /** @param {string} key @param {T} initial */
  constructor(key, initial) {
    super(read(key, initial));
    this.#key = key;
    addEventListener("storage", (event) => {
      if (event.key === key || event.key === null) super.value = read(key, initial);
    });
  }

  get value() {
    return super.value;
  }

  set value(value) {
    // A full or forbidden storage costs remembering, not working.
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      console.warn(`${this.#key} could not be remembered.`);
    }
    super.value = value;
  }
}

/** @template T @param {string} key @param {T} initial @returns {T} */
function read(key, initial) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null") ?? initial;
  } catch {
    return initial;
  }
}

/**
 * @template T
 * @param {string} name
 * @param {T} initial  also what anything unreadable is taken for
 * @returns {Signal<T>}
 */
export function kept(name, initial) {
  return new KeptSignal(`placemint.${name}`, initial);
}
