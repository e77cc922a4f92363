import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { eventParser } from "../../Web/app/events.js";

const STREAM = [
  ": a sign of life\n\n",
  'event: video\ndata: {"id": "a: b"}\n\n',
  "event: credits\ndata: {}\n\n",
  "event: cut off\ndata: never\n",
].join("");
const EVENTS = [
  { event: "video", data: '{"id": "a: b"}' },
  { event: "credits", data: "{}" },
];

function parsed(...pieces) {
  const parse = eventParser();
  return pieces.flatMap((piece) => parse(piece)).filter(({ event }) => event);
}

test("fields and signs of life", () => {
  assert.deepEqual(parsed(STREAM), EVENTS);
});

test("every way to cut a stream in three gives the same events", () => {
  for (let first = 0; first <= STREAM.length; first += 1) {
    for (let second = first; second <= STREAM.length; second += 1) {
      const pieces = [STREAM.slice(0, first), STREAM.slice(first, second), STREAM.slice(second)];
      assert.deepEqual(parsed(...pieces), EVENTS, `cut at ${first} and ${second}`);
    }
  }
});

test("one character at a time gives the same events", () => {
  assert.deepEqual(parsed(...STREAM), EVENTS);
});

test("an event comes as soon as its empty line does", () => {
  const parse = eventParser();
  assert.deepEqual(parse("event: video\ndata: 1\n"), []);
  assert.deepEqual(parse("\n"), [{ event: "video", data: "1" }]);
});
