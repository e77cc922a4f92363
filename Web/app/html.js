// A template tag that makes nodes. Values become text, attributes or listeners, never markup, so
// whatever they contain is shown and not run. A function as a value is asked again when a signal
// that it reads changes.
//
//   html`<button ?disabled=${() => busy.value} @click=${save}>${label}</button>`
//
// name="${…}" sets an attribute (null and false leave it out), ?name=${…} a boolean attribute,
// .name=${…} a property, @name=${…} listens, ref=${…} is called with the element.

import { effect, onCleanup, scope, untracked } from "./signal.js";

/** @typedef {{kind: "child"|"attributes", path: number[], names: [string, string][]}} Hole */
/** @typedef {{content: DocumentFragment, holes: Hole[]}} Template */

const MARK = /hole-(\d+)-/;
/** @type {WeakMap<TemplateStringsArray, Template>} */
const templates = new WeakMap();

/**
 * @param {TemplateStringsArray} strings
 * @param {...unknown} values
 * @returns {DocumentFragment}
 */
export function html(strings, ...values) {
  let template = templates.get(strings);
  if (!template) templates.set(strings, (template = compile(strings)));
  const fragment = document.importNode(template.content, true);
  const places = template.holes.map((hole) => follow(fragment, hole.path));
  template.holes.forEach((hole, i) => {
    const place = places[i];
    if (hole.kind === "child") {
      const index = Number(MARK.exec(/** @type {Comment} */ (place).data)?.[1]);
      fill(/** @type {Comment} */ (place), values[index]);
    } else {
      for (const [name, text] of hole.names) bind(/** @type {Element} */ (place), name, text, values);
    }
  });
  return fragment;
}

/** @param {TemplateStringsArray} strings @returns {Template} */
function compile(strings) {
  let text = "";
  strings.forEach((part, i) => {
    text += part;
    if (i === strings.length - 1) return;
    const isInTag = text.lastIndexOf("<") > text.lastIndexOf(">");
    text += isInTag ? `hole-${i}-` : `<!--hole-${i}- -->`;
  });
  const parsed = new DOMParser().parseFromString(`<template>${text.trim()}</template>`, "text/html");
  const content = /** @type {HTMLTemplateElement} */ (parsed.querySelector("template")).content;
  /** @type {Hole[]} */
  const holes = [];
  collect(content, [], holes);
  return { content, holes };
}

/** @param {Node} node @param {number[]} path @param {Hole[]} holes */
function collect(node, path, holes) {
  if (node instanceof Comment && MARK.test(node.data)) {
    holes.push({ kind: "child", path, names: [] });
  }
  if (node instanceof Element) {
    const names = [...node.attributes]
      .filter((attribute) => MARK.test(attribute.value))
      .map((attribute) => /** @type {[string, string]} */ ([attribute.name, attribute.value]));
    if (names.length > 0) holes.push({ kind: "attributes", path, names });
    for (const [name] of names) node.removeAttribute(name);
  }
  node.childNodes.forEach((child, i) => collect(child, [...path, i], holes));
}

/** @param {Node} node @param {number[]} path */
function follow(node, path) {
  return path.reduce((parent, i) => parent.childNodes[i], node);
}

/** @param {Element} element @param {string} name @param {string} text @param {unknown[]} values */
function bind(element, name, text, values) {
  const parts = text.split(/hole-(\d+)-/);
  const own = parts.filter((_, i) => i % 2 === 1).map((index) => values[Number(index)]);
  if (name === "ref") return void (/** @type {Function} */ (own[0])(element));
  if (name.startsWith("@")) {
    return element.addEventListener(name.slice(1), /** @type {EventListener} */ (own[0]));
  }
  const write = () => {
    const now = own.map((value) => (typeof value === "function" ? value() : value));
    if (name.startsWith("?")) return element.toggleAttribute(name.slice(1), Boolean(now[0]));
    if (name.startsWith(".")) return Reflect.set(element, name.slice(1), now[0]);
    if (parts.length === 3 && parts[0] + parts[2] === "") return setAttribute(element, name, now[0]);
    setAttribute(element, name, parts.map((part, i) => (i % 2 ? now[(i - 1) / 2] ?? "" : part)).join(""));
  };
  if (own.some((value) => typeof value === "function")) effect(write);
  else write();
}

/** @param {Element} element @param {string} name @param {unknown} value */
function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Puts a value before its mark.
 * @param {Comment} mark @param {unknown} value
 */
function fill(mark, value) {
  mark.data = "";
  if (value instanceof List) return value.mount(mark);
  if (typeof value !== "function") return mark.before(...nodes(value));
  const start = document.createComment("");
  mark.before(start);
  effect(() => {
    const next = nodes(value());
    // What stands between may have changed by itself since.
    while (start.nextSibling && start.nextSibling !== mark) start.nextSibling.remove();
    mark.before(...next);
  });
}

/** @param {unknown} value @returns {ChildNode[]} */
function nodes(value) {
  if (value === null || value === undefined || value === false || value === true) return [];
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (value instanceof DocumentFragment) return [...value.childNodes];
  if (value instanceof Node) return [/** @type {ChildNode} */ (value)];
  return [document.createTextNode(String(value))];
}

/**
 * A list whose nodes stay with their items.
 * @template T
 */
class List {
  #items;
  #key;
  #render;
  /** @type {Map<string, {item: T, nodes: ChildNode[], end: () => void}>} */
  #rows = new Map();

  /** @param {() => T[]} items @param {(item: T) => string} key @param {(item: T) => unknown} render */
  constructor(items, key, render) {
    this.#items = items;
    this.#key = key;
    this.#render = render;
  }

  /** @param {Comment} mark */
  mount(mark) {
    effect(() => {
      const items = this.#items();
      untracked(() => this.#place(mark, items));
    });
    onCleanup(() => this.#rows.forEach((row) => row.end()));
  }

  /** @param {Comment} mark @param {T[]} items */
  #place(mark, items) {
    const keys = new Set(items.map(this.#key));
    for (const [key, row] of this.#rows) if (!keys.has(key)) this.#drop(key, row);
    /** @type {ChildNode} */
    let next = mark;
    for (const item of [...items].reverse()) {
      const row = this.#row(item);
      for (const node of [...row.nodes].reverse()) {
        if (node.nextSibling !== next) next.before(node);
        next = node;
      }
    }
  }

  /** @param {T} item */
  #row(item) {
    const key = this.#key(item);
    const known = this.#rows.get(key);
    if (known && known.item === item) return known;
    if (known) this.#drop(key, known);
    const [made, end] = scope(() => nodes(this.#render(item)));
    const row = { item, nodes: made, end };
    this.#rows.set(key, row);
    return row;
  }

  /** @param {string} key @param {{nodes: ChildNode[], end: () => void}} row */
  #drop(key, row) {
    row.nodes.forEach((node) => node.remove());
    row.end();
    this.#rows.delete(key);
  }
}

/**
 * A list of which only what changes is drawn again: an item keeps its element as long as it is the
 * same object. `render` makes one element.
 * @template T
 * @param {() => T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => unknown} render
 */
export function each(items, key, render) {
  return new List(items, key, render);
}
