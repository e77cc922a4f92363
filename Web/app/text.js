import { kept } from "./signal.js";

export const languages = { en: "English", de: "Deutsch" };
/** What the user chose, or "" to follow the browser. */
export const chosenLanguage = kept("language", "");

/** @type {Texts} */
let texts = {};
let language = "en";

export async function loadText() {
	const name = chosenLanguage() || preferred(navigator.languages);
	const url = new URL(`../strings/${name}.json`, import.meta.url);
	const answer = await fetch(url, { cache: "no-cache" });
	setText(name, await answer.json());
	document.documentElement.lang = name;
}

/** @param {string} name @param {Texts} words */
export function setText(name, words) {
	[language, texts] = [name, words];
}

export function translate() {
	const places = Object.entries({ text: "textContent", label: "ariaLabel", alt: "alt" });
	for (const [name, property] of places) {
		for (const one of document.querySelectorAll(`[data-${name}]`)) {
			Reflect.set(one, property, t(one.getAttribute(`data-${name}`) ?? ""));
		}
	}
}

/** @param {readonly string[]} wanted */
export function preferred(wanted) {
	const names = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
	return names.find((name) => name in languages) ?? "en";
}

/** @type {Say} */
export const t = (key, values = {}) => {
	const phrase = find(key) ?? key;
	const form = new Intl.PluralRules(language).select(Number(values.count));
	const text = typeof phrase === "string" ? phrase : phrase[form === "one" ? form : "other"];
	return text.replace(/\{(\w+)\}/g, (_, name) => {
		const value = values[name] ?? "";
		return typeof value === "number" ? number(value) : value;
	});
};

/** @type {Known} */
export const known = (key, other, values) => find(key) ? t(key, values) : other;

/** @param {string} key @returns {Phrase | null} */
function find(key) {
	/** @type {any} */
	let place = texts;
	for (const word of key.split(".")) place = place?.[word];
	return typeof place === "string" || place?.other ? place : null;
}

/** @type {Labels} */
export const labels = (prefix, names) =>
	Object.fromEntries(names.map((name) => [name, t(`${prefix}.${name}`)]));

/** @type {Numbered} */
export const number = (value, how) =>
	value === null ? "…" : new Intl.NumberFormat(language, how).format(value);

/** @type {Priced} */
export const money = (cents, currency) => {
	const format = new Intl.NumberFormat(language, { style: "currency", currency });
	return format.format(cents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

/** @type {Dated} */
export const date = (seconds, timeStyle) =>
	new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle }).format(seconds * 1000);

/** @param {any} error */
export function explain(error) {
	const { code, message, facts } = error ?? {};
	return known(`errors.${code}`, message || t("errors.unknown"), facts);
}
