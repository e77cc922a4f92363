// The client's texts, for tests that look at all of them.

import { languages } from "../../Web/app/text.js";
import { read } from "./files.js";

/** Every language's texts. */
export const strings = Object.fromEntries(Object.keys(languages).map((name) =>
  [name, JSON.parse(read(`Web/strings/${name}.json`))]));

/** Every phrase by its key: a text, or one that depends on a count. */
export function texts(words, prefix = "") {
  return new Map(Object.entries(words).flatMap(([name, value]) => {
    const isPhrase = typeof value === "string" || Object.keys(value).join() === "one,other";
    return isPhrase ? [[prefix + name, value]] : [...texts(value, `${prefix}${name}.`)];
  }));
}

/** The names in a phrase's {places}, each form's apart. */
export function placeholders(phrase) {
  const names = (text) => [...new Set(text.match(/\{\w+\}/g))].sort();
  if (typeof phrase === "string") return names(phrase);
  return Object.fromEntries(Object.entries(phrase).map(([form, text]) => [form, names(text)]));
}
