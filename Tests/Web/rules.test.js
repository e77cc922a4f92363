import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";

import "./browser.js";
import { bytes, exists, paths, read } from "./files.js";

// Comments and all, before compression.
const LIMIT = 150_000;
// With the texts of one language, of which a browser loads no other.
const LIMIT_WITH_TEXTS = 182_000;
const scripts = paths("Web", ".js");
const pages = paths("Web", ".html");
const styles = paths("Web", ".css");

/** The lines of files in which something is found, as path:line. */
function found(files, pattern) {
  return files.flatMap((path) => read(path).split("\n").flatMap((line, i) =>
    pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : []));
}

test(`pages, styles and scripts are under ${LIMIT} bytes in all`, () => {
  const all = [...pages, ...styles, ...scripts];
  assert.ok(all.length > 30, "the files were not found");
  const sum = all.reduce((total, path) => total + bytes(path), 0);
  assert.ok(sum < LIMIT, `${sum} bytes, ${sum - LIMIT} too many`);
  for (const path of paths("Web/strings", ".json")) {
    const withTexts = sum + bytes(path);
    assert.ok(withTexts < LIMIT_WITH_TEXTS, `${withTexts} bytes with ${path}`);
  }
});

/** The scripts that a script names with "import … from", itself and theirs included. */
function graph(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, name] of read(path).matchAll(/\bfrom "(\.[^"]+)"/g)) {
    graph(posix.join(posix.dirname(path), name), found);
  }
  return found;
}

for (const [path, first] of Object.entries({
  "Web/index.html": ["Web/app/front.js"],
  "Web/studio/index.html": ["Web/app/main.js", "Web/pages/sign-in.js"],
})) {
  test(`${path} fetches at once exactly what its first screen is made of`, () => {
    const named = /(?:type="module" src|rel="modulepreload" href)="([^"]+)"/g;
    const fetched = [...read(path).matchAll(named)]
      .map(([, name]) => posix.join(posix.dirname(path), name));
    const needed = new Set(first.flatMap((script) => [...graph(script)]));
    assert.deepEqual(fetched.sort(), [...needed].sort());
  });
}

test("no script makes markup of text, or runs text", () => {
  const markup = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b/;
  assert.deepEqual(found([...scripts, ...pages], markup), []);
  assert.deepEqual(found([...scripts, ...pages], /\b(eval|new Function)\b/), []);
});

test("nothing that the policy forbids: inline handlers, styles, scripts", () => {
  const inline = /<[^>]*\s(on[a-z]+|style)\s*=|<style|javascript:|setAttribute\("(style|on)/;
  assert.deepEqual(found([...scripts, ...pages, ...paths("Web", ".svg")
    .filter((path) => !path.includes("/formats/"))], inline), []);
  assert.deepEqual(found(pages, /<script(?![^>]*\ssrc=)/), []);
});

test("nothing is loaded from anywhere else", () => {
  const others = /(src|href)="(https?:)?\/\/|url\(["']?(https?:)?\/\/|@import|from "https?:/;
  assert.deepEqual(found([...scripts, ...pages, ...styles], others), []);
});

test("what pages, styles and scripts name is there", () => {
  const missing = [...pages, ...scripts, ...styles].flatMap((path) => {
    const names = [
      ...read(path).matchAll(/\b(?:src|href|poster)="(?!#|\$|data:)([^"$#]+)"/g),
      ...read(path).matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g),
      ...read(path).matchAll(/url\("(\.[^"]+)"\)/g),
    ].map(([, name]) => name);
    // The client's elements are drawn on the studio's page, wherever their scripts are.
    const from = path.endsWith(".js") ? ["Web/studio", posix.dirname(path)] : [posix.dirname(path)];
    const isThere = (name) => from.some((folder) => exists(posix.join(folder, name)));
    return names.filter((name) => !name.endsWith("config.json") && !isThere(name))
      .map((name) => `${path}: ${name}`);
  });
  assert.deepEqual(missing, []);
});

test("a static host sends the server's headers, and lets the API's origin in beside itself", () => {
  const server = read("Sources/App/HTTP/Middleware/SecurityHeaders.swift");
  const written = (/-> String \{\n\s*"""\n([\s\S]*?)"""/.exec(server)?.[1] ?? "")
    .replaceAll("\\(files)", "").replaceAll(/\\\(\w+\)/g, "'self'");
  const field = /HTTPField\.Name\("([^"]+)"\), (?:"([^"]*)"|policy)/g;
  const fields = Object.fromEntries([...server.matchAll(field)].map(([, name, value]) =>
    [name, value ?? parsedPolicy(written.replaceAll("\\\n", ""))]));
  assert.ok(Object.keys(fields).length > 3, "the server's headers were not found");

  const origin = new URL(JSON.parse(read("Web/config.example.json")).api).origin;
  const everywhere = JSON.parse(read("Web/vercel.json")).headers
    .find(({ source }) => source === "/(.*)");
  const sent = Object.fromEntries(everywhere.headers.map(({ key, value }) => [key, value]));
  const { "Cache-Control": _, "Content-Security-Policy": policy, ...others } = sent;
  const directives = parsedPolicy(policy);
  for (const name of ["img-src", "media-src", "connect-src"]) {
    assert.equal(directives[name].pop(), origin, name);
  }
  assert.deepEqual({ ...others, "Content-Security-Policy": directives }, fields);
});

/** A policy's sources by directive. */
function parsedPolicy(text) {
  return Object.fromEntries(text.split(";").map((directive) => {
    const [name, ...sources] = directive.trim().split(/\s+/);
    return [name, sources];
  }));
}

test("the example names the same settings as the client knows", () => {
  const known = /export const config = (\{.*\});/.exec(read("Web/app/http.js"))?.[1] ?? "{}";
  const names = [...known.matchAll(/(\w+):/g)].map(([, name]) => name).sort();
  const { auth, ...rest } = JSON.parse(read("Web/config.example.json"));
  assert.deepEqual([...Object.keys(rest), "auth", ...Object.keys(auth)].sort(), names);
});
