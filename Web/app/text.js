// Words, numbers and dates in the user's language.

import { kept } from "./storage.js";

/** Languages that are complete, by their own names. */
export const languages = { en: "English", de: "Deutsch" };

/** @typedef {keyof typeof languages} Language */
/** @typedef {string | {one: string, other: string}} Phrase */
/** @typedef {{[key: string]: Phrase | Strings}} Strings */

/** What the user chose, or "" to follow the browser. */
export const chosenLanguage = kept("language", /** @type {Language | ""} */ (""));

/** @type {Strings} */
let strings = {};
/** @type {Language} */
let language = "en";

/** Loads the words of the language to be used. Called once, before anything is drawn. */
export async function loadText() {
  language = chosenLanguage.peek() || preferred(navigator.languages);
  strings = (await import(`../strings/${language}.js`)).default;
  document.documentElement.lang = language;
}

/**
 * For tests, and for pages drawn without a browser.
 * @param {Language} name @param {Strings} words
 */
export function setText(name, words) {
  language = name;
  strings = words;
}

/**
 * The first of the browser's languages that we have.
 * @param {readonly string[]} wanted @returns {Language}
 */
export function preferred(wanted) {
  const names = wanted.map((tag) => tag.toLowerCase().split("-")[0]);
  return /** @type {Language} */ (names.find((name) => name in languages) ?? "en");
}

/**
 * The text of a key such as "credits.balance", with {name} replaced by its value. A value `count`
 * chooses between one and other. Numbers are written as the language does.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  const found = find(key);
  if (found === null) return key;
  const phrase = typeof found === "string" ? found : found[form(Number(values.count))];
  return phrase.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : value ?? "";
  });
}

/**
 * Whether there is a text of that key: what servers send may be newer than we.
 * @param {string} key
 */
export function hasText(key) {
  return find(key) !== null;
}

/** @param {string} key @returns {string | {one: string, other: string} | null} */
function find(key) {
  /** @type {any} */
  let place = strings;
  for (const word of key.split(".")) place = place?.[word];
  if (typeof place === "string") return place;
  return place && typeof place.other === "string" ? place : null;
}

/** @param {number} count @returns {"one" | "other"} */
function form(count) {
  return new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

/**
 * An amount with its sign.
 * @param {number} value
 */
export function signed(value) {
  return new Intl.NumberFormat(language, { signDisplay: "always" }).format(value);
}

/** @param {number} cents @param {string} currency  ISO 4217 */
export function money(cents, currency) {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(cents / 10 ** digits);
}

/** @param {number} seconds  unix time */
export function date(seconds) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(seconds * 1000);
}

/** @param {number} seconds  unix time */
export function dateTime(seconds) {
  return new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" })
    .format(seconds * 1000);
}

/**
 * How long ago, roughly.
 * @param {number} seconds  unix time
 */
export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  /** @type {[Intl.RelativeTimeFormatUnit, number][]} */
  const units = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, size]) => passed >= size) ?? ["minute", 60];
  return passed < 60 ? t("time.now") : format.format(-Math.floor(passed / size), unit);
}

/**
 * What to say about a failure.
 * @param {unknown} error
 */
export function explain(error) {
  const { code, message, retryAfter, required, balance } = /** @type {any} */ (error ?? {});
  const key = `errors.${code}`;
  if (!hasText(key)) return message || t("errors.unknown");
  return t(key, { seconds: retryAfter ?? 60, required: required ?? 0, balance: balance ?? 0 });
}
