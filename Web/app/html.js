// A template tag that makes nodes, and never markup of values: `Html` in types.d.ts says how.

import { effect, onCleanup, scope, untracked } from "./signal.js";

export * from "./signal.js";
export * from "./text.js";

/** @type {Find} */
export const find = (selector) => document.querySelector(selector);

/** @type {When} */
export const when = (value, show, other) => () => {
	const now = value();
	return now ? show(now) : other?.();
};

const templates = new WeakMap();

/** @type {Html} */
export const html = (strings, ...values) => {
	if (!templates.has(strings)) templates.set(strings, parse(strings));
	const { content, holes } = templates.get(strings);
	const fragment = document.importNode(content, true);
	const nodes = walk(fragment);
	for (const { at, name, parts } of holes) {
		if (name) bind(nodes[at], name, parts, values);
		else fill(nodes[at], values[parts[1]]);
	}
	return fragment;
};

/** @param {TemplateStringsArray} strings @returns {Template} */
function parse(strings) {
	const text = strings.reduce((made, part, i) => {
		const isInTag = made.lastIndexOf("<") > made.lastIndexOf(">");
		return made + (isInTag ? `hole-${i - 1}-` : `<!--hole-${i - 1}- -->`) + part;
	}).trim();
	const parsed = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html");
	const [{ content }] = parsed.getElementsByTagName("template");
	const nodes = walk(content);
	const holes = nodes.flatMap((node, at) =>
		[{ name: "", value: node.data ?? "" }, ...(node.attributes ?? [])]
			.map(({ name, value }) => ({ at, name, parts: value.split(/hole-(\d+)-/) }))
			.filter(({ parts }) => parts.length > 1));
	// A picture must not ask for the hole's name.
	for (const { at, name } of holes) if (name) nodes[at].removeAttribute(name);
	return { content, holes };
}

/** @param {Node} root @returns {any[]} */
function walk(root) {
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_COMMENT);
	const nodes = [];
	while (walker.nextNode()) nodes.push(walker.currentNode);
	return nodes;
}

/** @type {Bind} */
const bind = (element, name, parts, values) => {
	const only = values[Number(parts[1])];
	const rest = name.slice(1);
	if (name === "ref") return only(element);
	if (name[0] === "@") return element.addEventListener(rest, only);
	effect(() => {
		const now = parts.map((part, i) => (i % 2 ? read(values[Number(part)]) : part));
		if (name[0] === ".") Reflect.set(element, rest, now[1]);
		else if (parts.join("") !== parts[1]) element.setAttribute(name, now.join(""));
		else if (now[1] === false || now[1] == null) element.removeAttribute(name);
		else element.setAttribute(name, now[1] === true ? "" : now[1]);
	});
};

/** @param {any} value @returns {any} */
function read(value) {
	return typeof value === "function" ? read(value()) : value;
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

/** @type {Each} */
export const each = (items, render) => {
	const list = document.createDocumentFragment();
	const mark = document.createComment("");
	list.append(mark);
	const rows = new Map();
	effect(() => {
		const wanted = items();
		untracked(() => {
			for (const [item, { element, end }] of rows) {
				if (wanted.includes(item)) continue;
				element.remove();
				end();
				rows.delete(item);
			}
			/** @type {ChildNode} */
			let next = mark;
			for (const item of [...wanted].reverse()) {
				if (!rows.has(item)) {
					const [made, end] = scope(() => render(item));
					rows.set(item, { element: made.firstElementChild, end });
				}
				const { element } = rows.get(item);
				// Moved only where it must be: a clip that is moved stops.
				if (element.nextSibling !== next) next.before(element);
				next = element;
			}
		});
	});
	onCleanup(() => rows.forEach(({ end }) => end()));
	return list;
};
