import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { purses } from "../../Web/app/money.js";

const { available, empty, hold, reconcile, release, settle } = purses;

const HUNDRED = reconcile(empty, { balance: 100, seq: 5 });

const order = (purse) => hold(purse, "order", 40);
const taken = (purse) => settle(purse, "order");
const refused = (purse) => release(purse, "order");
const said = (balance, seq) => (purse) => reconcile(purse, { balance, seq });

/** What is shown after each step. */
function shown(purse, ...steps) {
  return steps.map((step) => available((purse = step(purse))));
}

test("nothing is shown before the server's first word", () => {
  assert.equal(available(empty), null);
  assert.equal(available(HUNDRED), 100);
});

test("an order lowers the balance at once, and its answer changes nothing more", () => {
  assert.deepEqual(shown(HUNDRED, order, taken), [60, 60]);
});

test("the event before the answer does not count the order twice", () => {
  assert.deepEqual(shown(HUNDRED, order, said(60, 6), taken), [60, 60, 60]);
});

test("the event after the answer does not count the order twice", () => {
  assert.deepEqual(shown(HUNDRED, order, taken, said(60, 6)), [60, 60, 60]);
});

test("the event and then the same word once more", () => {
  assert.deepEqual(shown(HUNDRED, order, said(60, 6), taken, said(60, 6)), [60, 60, 60, 60]);
});

test("a word that is not new says nothing about an order on its way", () => {
  assert.deepEqual(shown(HUNDRED, order, said(100, 5), taken), [60, 60, 60]);
});

test("an order that had been taken already, sent again, is not counted twice in the end", () => {
  const SIXTY = reconcile(empty, { balance: 60, seq: 6 });
  assert.equal(shown(SIXTY, order, said(60, 6), taken, said(60, 6)).at(-1), 60);
});

test("a refused order puts its credits back", () => {
  assert.deepEqual(shown(HUNDRED, order, refused), [60, 100]);
  assert.deepEqual(shown(HUNDRED, order, refused, said(100, 5)), [60, 100, 100]);
});

test("a refused order keeps what was said meanwhile", () => {
  assert.deepEqual(shown(HUNDRED, order, said(600, 6), refused), [60, 60, 600]);
});

test("an older word changes nothing", () => {
  assert.deepEqual(shown(HUNDRED, said(60, 7), said(100, 6)), [60, 60]);
  assert.deepEqual(shown(HUNDRED, order, said(60, 7), said(100, 6), taken), [60, 60, 60, 60]);
});

test("two orders at a time, ending in either order", () => {
  const second = (purse) => hold(purse, "second", 20);
  const secondTaken = (purse) => settle(purse, "second");
  for (const ends of [[taken, secondTaken], [secondTaken, taken]]) {
    assert.deepEqual(shown(HUNDRED, order, second, ...ends, said(40, 7)), [60, 40, 40, 40, 40]);
  }
});

test("an event about the first of two orders leaves both counted", () => {
  const second = (purse) => hold(purse, "second", 20);
  assert.deepEqual(shown(HUNDRED, order, second, said(60, 6), taken), [60, 40, 40, 40]);
});

test("the first of two is refused: the second stays counted", () => {
  const second = (purse) => hold(purse, "second", 20);
  assert.deepEqual(shown(HUNDRED, order, second, refused), [60, 40, 80]);
});

test("an order before the first word leaves the balance unknown", () => {
  assert.deepEqual(shown(empty, order, taken), [null, null]);
  assert.deepEqual(shown(empty, order, taken, said(60, 6)), [null, null, 60]);
});

test("settling or releasing what is not held changes nothing", () => {
  assert.deepEqual(shown(HUNDRED, taken, refused), [100, 100]);
});

test("however the steps of one order fall, the end is the server's word", () => {
  const words = [said(100, 5), said(60, 6), said(65, 7)];
  for (const place of [0, 1, 2]) {
    for (const second of [0, 1, 2]) {
      const steps = [order, taken];
      steps.splice(place, 0, words[0]);
      steps.splice(place + 1 + Math.min(second, steps.length - place - 1), 0, words[1]);
      steps.push(words[2]);
      assert.equal(shown(HUNDRED, ...steps).at(-1), 65, `${place} ${second}`);
    }
  }
});
