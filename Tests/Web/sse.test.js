import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { eventParser } from "../../Web/app/events.js";

const STREAM = [
  ": a sign of life\n\n",
  'event: video\ndata: {"id":\ndata:  1}\n\n',
  "event: nothing\n\n",
  "data\nid: 7\n\n",
  "event:credits\r\ndata:{}\r\n\r\n",
  "data: last\r\r",
  "event: cut off\ndata: never\n",
].join("");
const EVENTS = [
  { event: "video", data: '{"id":\n 1}' },
  { event: "message", data: "" },
  { event: "credits", data: "{}" },
  { event: "message", data: "last" },
];

function parsed(...pieces) {
  const parse = eventParser();
  return pieces.flatMap((piece) => parse(piece));
}

test("fields, comments, line ends of every kind", () => {
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
  assert.deepEqual(parse("data: 1\n"), []);
  assert.deepEqual(parse("\n"), [{ event: "message", data: "1" }]);
});
