// Values that tell who depends on them when they change.

/** @typedef {{run: () => void, sources: Set<Set<Reaction>>}} Reaction */

/** @type {Reaction | null} */
let observer = null;
/** @type {(() => void)[] | null} */
let owner = null;
/** @type {Set<Reaction>} */
const waiting = new Set();
let isFlushing = false;

/** @template T */
export class Signal {
  /** @type {T} */
  #value;
  /** @type {Set<Reaction>} */
  #reactions = new Set();

  /** @param {T} value */
  constructor(value) {
    this.#value = value;
  }

  /** The value; an effect that reads it runs again when it changes. */
  get value() {
    if (observer) {
      this.#reactions.add(observer);
      observer.sources.add(this.#reactions);
    }
    return this.#value;
  }

  set value(value) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const reaction of this.#reactions) waiting.add(reaction);
    flush();
  }

  /** The value, without depending on it. */
  peek() {
    return this.#value;
  }
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

/** @template T @param {T} value @returns {Signal<T>} */
export function signal(value) {
  return new Signal(value);
}

/**
 * Runs at once, and again whenever a signal that it read changes. Ends with the scope it is in.
 * @param {() => void} action
 * @returns {() => void} ends it
 */
export function effect(action) {
  /** @type {(() => void)[]} */
  let owned = [];
  /** @type {Reaction} */
  const reaction = { run, sources: new Set() };

  function forget() {
    for (const cleanup of owned.splice(0)) cleanup();
    for (const source of reaction.sources) source.delete(reaction);
    reaction.sources.clear();
  }

  function run() {
    forget();
    const [outerObserver, outerOwner] = [observer, owner];
    [observer, owner] = [reaction, owned];
    try {
      action();
    } finally {
      [observer, owner] = [outerObserver, outerOwner];
    }
  }

  function end() {
    forget();
    waiting.delete(reaction);
  }

  onCleanup(end);
  run();
  return end;
}

/**
 * A value worked out from signals.
 * @template T
 * @param {() => T} work
 * @returns {Signal<T>}
 */
export function computed(work) {
  const made = signal(/** @type {T} */ (undefined));
  effect(() => {
    made.value = work();
  });
  return made;
}

/**
 * Runs something that may make effects, and gathers what ends them.
 * @template T
 * @param {() => T} work
 * @returns {[T, () => void]} the result, and what ends everything made in it
 */
export function scope(work) {
  const [outerObserver, outerOwner] = [observer, owner];
  /** @type {(() => void)[]} */
  const owned = [];
  [observer, owner] = [null, owned];
  try {
    const result = work();
    return [result, () => owned.splice(0).forEach((cleanup) => cleanup())];
  } finally {
    [observer, owner] = [outerObserver, outerOwner];
  }
}

/**
 * Reads signals without depending on them.
 * @template T @param {() => T} work @returns {T}
 */
export function untracked(work) {
  const outer = observer;
  observer = null;
  try {
    return work();
  } finally {
    observer = outer;
  }
}

/**
 * Asks to be called when the page, or the part of it that is made now, goes.
 * @param {() => void} action
 */
export function onCleanup(action) {
  owner?.push(action);
}
