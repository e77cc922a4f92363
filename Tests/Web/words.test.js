import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { paths, read } from "./files.js";
import { strings, texts } from "./strings.js";

const scripts = paths("Web", ".js");
const known = texts({ ...strings.de, ...strings.en });
const keys = [...known.keys()];

/** A script without its comments, which may speak of keys that there are not. */
function code(path) {
  return read(path).replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

/** Names of the API's that look like keys. */
const events = ["video.completed", "video.failed", "credits.low"];

const sections = Object.keys({ ...strings.de, ...strings.en }).join("|");
const literal = new RegExp(`["'\`]((?:${sections})\\.\\w[\\w.]*)["'\`]`, "g");
const begun = new RegExp(`\`((?:${sections})\\.(?:[\\w]+\\.)*\\w*)\\$\\{[^}]*\\}(\\.\\w+)?`, "g");

/** What scripts and pages ask for: whole keys, and the beginnings of keys made up as they run. */
const asked = [
  ...scripts.flatMap((path) =>
    [...code(path).matchAll(literal)].map(([, key]) => ({ path, key }))),
  ...paths("Web", ".html").flatMap((path) =>
    [...read(path).matchAll(/data-(?:text|label|alt)="([^"]+)"/g)]
      .map(([, key]) => ({ path, key }))),
];
const beginnings = scripts.flatMap((path) =>
  [...code(path).matchAll(begun)].map(([, start]) => ({ path, start })));

test("every key that the client uses has a text", () => {
  assert.ok(asked.length > 50, "the keys were not found");
  const missing = asked.filter(({ key }) => !known.has(key) && !events.includes(key))
    // A page's name for a section that it asks for in parts.
    .filter(({ key }) => !keys.some((one) => one.startsWith(`${key}.`)));
  assert.deepEqual(missing, []);
});

test("every key that is made up as the client runs can be one", () => {
  assert.deepEqual(
    beginnings.filter(({ start }) => !keys.some((key) => key.startsWith(start))), []);
});

test("no text is left that nothing uses", () => {
  const used = new Set(asked.map(({ key }) => key));
  const left = keys.filter((key) => !used.has(key)
    && !beginnings.some(({ start }) => key.startsWith(start))
    && ![...used].some((one) => key.startsWith(`${one}.`)));
  assert.deepEqual(left, []);
});

test("texts are plain: no exclamation marks, no markup, no doubled blanks", () => {
  for (const words of Object.values(strings)) {
    for (const [key, phrase] of texts(words)) {
      const forms = typeof phrase === "string" ? [phrase] : Object.values(phrase);
      for (const text of forms) assert.doesNotMatch(text, /!|<\w|&\w+;| {2}|^\s|\s$/, key);
    }
  }
});

for (const path of ["Web/index.html", "Web/studio/index.html"]) {
  test(`${path} says what it says in English`, () => {
    const page = read(path);
    const element = /<(\w+)[^>]*\sdata-text="([^"]+)"[^>]*>([^<]*)<\/\1>/g;
    const attribute = /\s(?:aria-label|alt)="([^"]*)"\s+data-(?:label|alt)="([^"]+)"/g;
    const said = [
      ...[...page.matchAll(element)].map(([, , key, text]) => [key, text]),
      ...[...page.matchAll(attribute)].map(([, text, key]) => [key, text]),
    ];
    assert.equal(said.length, page.match(/data-(text|label|alt)=/g)?.length);
    const english = texts(strings.en);
    for (const [key, text] of said) assert.equal(text, english.get(key), key);
  });
}

const formats = paths("config/formats", ".json").map((path) => JSON.parse(read(path)));

test("German has an example for every field of every format, and every suggestion", () => {
  const { examples, ...german } = strings.de.formats;
  for (const { id, settings, brief_fields: fields } of formats) {
    const own = fields.map(({ field }) => field)
      .filter((field) => field !== "language" && !(field in examples));
    assert.deepEqual(Object.keys(german[id].examples).sort(), own.sort(), id);
    assert.equal(german[id].settings.length, settings.length, id);
  }
});

test("every format has the drawing that the front page and the studio show", () => {
  assert.ok(formats.length > 10, "the formats were not found");
  const drawings = paths("Web/pictures/formats", ".svg");
  const named = formats.map(({ id }) => `Web/pictures/formats/${id}.svg`).sort();
  assert.deepEqual(drawings, named);
});
