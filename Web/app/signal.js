// Values that tell who depends on them when they change.

/** @type {Reaction | null} */
let observer = null;
/** @type {Cleanup[] | null} */
let owner = null;
/** @type {Set<Reaction>} */
const waiting = new Set();
let isFlushing = false;

/** @template T @param {T} value @returns {Signal<T>} */
export function signal(value) {
  /** @type {Set<Reaction>} */
  const reactions = new Set();
  return {
    get value() {
      if (observer) {
        reactions.add(observer);
        observer.sources.add(reactions);
      }
      return value;
    },
    set value(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const reaction of reactions) waiting.add(reaction);
      flush();
    },
    peek: () => value,
  };
}

function flush() {
  if (isFlushing) return;
  isFlushing = true;
  try {
    for (const reaction of waiting) {
      waiting.delete(reaction);
      reaction.run();
    }
  } finally {
    isFlushing = false;
  }
}

/** @template T @param {Reaction | null} by @param {Cleanup[] | null} to @param {() => T} work */
function within(by, to, work) {
  const outer = /** @type {const} */ ([observer, owner]);
  [observer, owner] = [by, to];
  try {
    return work();
  } finally {
    [observer, owner] = outer;
  }
}

/**
 * Runs at once, and again whenever a signal that it read changes. Ends with the scope it is in, or
 * by what it returns.
 * @param {() => void} action
 */
export function effect(action) {
  /** @type {Cleanup[]} */
  const owned = [];
  /** @type {Reaction} */
  const reaction = { run, sources: new Set() };

  function forget() {
    for (const cleanup of owned.splice(0)) cleanup();
    for (const source of reaction.sources) source.delete(reaction);
    reaction.sources.clear();
  }

  function run() {
    forget();
    within(reaction, owned, action);
  }

  function end() {
    forget();
    waiting.delete(reaction);
  }

  onCleanup(end);
  run();
  return end;
}

/** @template T @param {() => T} work @returns {Signal<T>} */
export function computed(work) {
  const made = signal(/** @type {any} */ (undefined));
  effect(() => {
    made.value = work();
  });
  return made;
}

/**
 * Runs something, and returns its result with what ends all effects that it made.
 * @template T @param {() => T} work @returns {[T, Cleanup]}
 */
export function scope(work) {
  /** @type {Cleanup[]} */
  const owned = [];
  return [within(null, owned, work), () => owned.splice(0).forEach((cleanup) => cleanup())];
}

/** @template T @param {() => T} work */
export function untracked(work) {
  return within(null, owner, work);
}

/**
 * Asks to be called when the page, or the part of it that is made now, goes.
 * @param {Cleanup} action
 */
export function onCleanup(action) {
  owner?.push(action);
}

/**
 * A signal that is kept across visits, and in step across tabs.
 * @template T @param {string} name
 * @param {T} initial  also what anything unreadable is taken for
 * @returns {Signal<T>}
 */
export function kept(name, initial) {
  const key = `placemint.${name}`;
  const read = () => remembered(key) ?? initial;
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

/** @param {string} key  of what this browser keeps, if it may */
export function remembered(key) {
  try {
    return parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}
