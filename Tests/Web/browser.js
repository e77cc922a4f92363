// The little of a browser that the client's modules ask for. Imported before them.

import { webcrypto } from "node:crypto";

class MemoryStorage {
  #entries = new Map();

  getItem(key) {
    return this.#entries.get(key) ?? null;
  }

  setItem(key, value) {
    this.#entries.set(key, String(value));
  }

  removeItem(key) {
    this.#entries.delete(key);
  }

  clear() {
    this.#entries.clear();
  }
}

/** One holder at a time, as with navigator.locks. */
class Locks {
  #last = Promise.resolve();

  request(_, work) {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

const page = new EventTarget();

// Newer versions of Node have some of these, as getters.
for (const [name, value] of Object.entries({
  localStorage: new MemoryStorage(),
  location: new URL("http://studio.test/studio/"),
  navigator: { locks: new Locks(), languages: ["en"], onLine: true },
  crypto: webcrypto,
  addEventListener: page.addEventListener.bind(page),
})) {
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
}

/** Has another tab write, which this one is told. */
export function writeFromAnotherTab(key, value) {
  if (value === null) localStorage.removeItem(key);
  else localStorage.setItem(key, value);
  page.dispatchEvent(Object.assign(new Event("storage"), { key }));
}

/** What the page does when the address's fragment changes. */
export function changeFragment(fragment) {
  location.hash = fragment;
  page.dispatchEvent(new Event("hashchange"));
}
