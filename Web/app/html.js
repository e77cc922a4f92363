// A template tag that makes nodes. Values become text, attributes or listeners, never markup, so
// whatever they contain is shown and not run. A function as a value is asked again when a signal
// that it reads changes.
//
//   html`<button disabled="${() => busy.value}" @click=${save}>${label}</button>`
//
// name="${…}" sets an attribute (null and false leave it out), .name=${…} a property,
// @name=${…} listens, ref=${…} is called with the element.
//
// Signals and words come along: whatever is drawn is drawn with all three.

import { effect, onCleanup, scope, untracked } from "./signal.js";

export * from "./signal.js";
export * from "./text.js";

/** @type {WeakMap<TemplateStringsArray, Template>} */
const templates = new WeakMap();

/** @param {TemplateStringsArray} strings @param {...Value} values @returns {DocumentFragment} */
export function html(strings, ...values) {
  let template = templates.get(strings);
  if (!template) templates.set(strings, (template = parse(strings)));
  const fragment = document.importNode(template.content, true);
  const nodes = walk(fragment);
  for (const { at, name, parts } of template.holes) {
    if (name) bind(nodes[at], name, parts, values);
    else fill(nodes[at], values[Number(parts[1])]);
  }
  return fragment;
}

/** @param {TemplateStringsArray} strings @returns {Template} */
function parse(strings) {
  const text = strings.reduce((made, part, i) => {
    const isInTag = made.lastIndexOf("<") > made.lastIndexOf(">");
    return made + (isInTag ? `hole-${i - 1}-` : `<!--hole-${i - 1}- -->`) + part;
  }).trim();
  const parsed = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html");
  const { content } = /** @type {HTMLTemplateElement} */ (parsed.querySelector("template"));
  const holes = walk(content).flatMap((node, at) =>
    [{ name: "", value: node.data ?? "" }, ...(node.attributes ?? [])]
      .map(({ name, value }) => ({ at, name, parts: value.split(/hole-(\d+)-/) }))
      .filter(({ parts }) => parts.length > 1));
  // A picture must not ask for the hole's name.
  const nodes = walk(content);
  for (const { at, name } of holes) if (name) nodes[at].removeAttribute(name);
  return { content, holes };
}

/** @param {Node} root */
function walk(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
  /** @type {any[]} */
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

/** @param {Element} element @param {string} name @param {string[]} parts @param {Value[]} values */
function bind(element, name, parts, values) {
  const only = /** @type {any} */ (values[Number(parts[1])]);
  const rest = name.slice(1);
  if (name === "ref") return only(element);
  if (name[0] === "@") return element.addEventListener(rest, only);
  effect(() => {
    const now = parts.map((part, i) => (i % 2 ? read(values[Number(part)]) : part));
    if (name[0] === ".") Reflect.set(element, rest, now[1]);
    else if (parts.join("") !== parts[1]) element.setAttribute(name, now.join(""));
    else if (now[1] === false || now[1] == null) element.removeAttribute(name);
    else element.setAttribute(name, now[1] === true ? "" : String(now[1]));
  });
}

/** @param {Value} value @returns {any} */
function read(value) {
  return typeof value === "function" ? value(undefined) : value;
}

/** @param {Comment} mark @param {Value} value */
function fill(mark, value) {
  mark.data = "";
  if (typeof value !== "function") return mark.before(...nodesOf(value));
  const start = document.createComment("");
  mark.before(start);
  effect(() => {
    const next = nodesOf(read(value));
    // What stands between may have changed by itself since.
    while (start.nextSibling && start.nextSibling !== mark) start.nextSibling.remove();
    mark.before(...next);
  });
}

/** @param {Value} value @returns {(Node | string)[]} */
function nodesOf(value) {
  if (value == null || typeof value === "boolean") return [];
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  return [value instanceof Node ? value : String(value)];
}

/**
 * A list of which only what changes is drawn again: an item keeps its element as long as it is the
 * same. `render` makes one element.
 * @template T @param {() => T[]} items @param {(item: T) => DocumentFragment} render
 */
export function each(items, render) {
  const list = document.createDocumentFragment();
  const mark = document.createComment("");
  list.append(mark);
  /** @type {Map<T, {element: Element, end: Cleanup}>} */
  const rows = new Map();

  /** @param {T} item */
  function make(item) {
    const [made, end] = scope(() => render(item));
    const element = /** @type {Element} */ (made.firstElementChild);
    rows.set(item, { element, end });
    return element;
  }

  /** @param {T[]} wanted */
  function place(wanted) {
    for (const [item, { element, end }] of rows) {
      if (wanted.includes(item)) continue;
      element.remove();
      end();
      rows.delete(item);
    }
    /** @type {ChildNode} */
    let next = mark;
    for (const item of [...wanted].reverse()) {
      const element = rows.get(item)?.element ?? make(item);
      // Moved only where it must be: a clip that is moved stops.
      if (element.nextSibling !== next) next.before(element);
      next = element;
    }
  }

  effect(() => {
    const wanted = items();
    untracked(() => place(wanted));
  });
  onCleanup(() => rows.forEach(({ end }) => end()));
  return list;
}
