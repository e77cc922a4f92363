import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { isWhole, largest, moved, pulled, rounded, whole } from "../../Web/elements/cropper.js";

const FRAME = { x: 0.2, y: 0.2, width: 0.4, height: 0.4 };
const FREE = { ratio: null, least: { width: 0.1, height: 0.1 } };
const TALL = { ...FREE, ratio: 0.5 };
const CORNERS = [[-1, -1], [1, -1], [-1, 1], [1, 1]].map(([h, v]) => ({ h, v }));

/** Whether a frame is on the photo. */
function isInside({ x, y, width, height }) {
  return x >= 0 && y >= 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;
}

test("the largest frame of a shape stands in the middle and touches two edges", () => {
  assert.deepEqual(largest(0.5), { x: 0.25, y: 0, width: 0.5, height: 1 });
  assert.deepEqual(largest(2), { x: 0, y: 0.25, width: 1, height: 0.5 });
  assert.equal(isWhole(largest(1)), true);
  assert.equal(isWhole(FRAME), false);
});

test("a frame that is moved keeps its size and stays on the photo", () => {
  assert.deepEqual(moved(FRAME, 9, -9), { ...FRAME, x: 0.6, y: 0 });
});

for (const corner of CORNERS) {
  const name = `${corner.h} ${corner.v}`;
  // The corner that must not move.
  const still = ({ x, y, width, height }) =>
    [corner.h > 0 ? x : x + width, corner.v > 0 ? y : y + height].map((at) => at.toFixed(9));

  test(`a corner that is pulled (${name}) leaves the opposite one where it is`, () => {
    for (const rules of [FREE, TALL]) {
      for (const [right, down] of [[0.1, 0.1], [-0.1, 0.05], [3, 3], [-3, -3], [0, 0.2], [3, 0]]) {
        const made = pulled(FRAME, corner, right, down, rules);
        assert.ok(isInside(made), JSON.stringify(made));
        assert.deepEqual(still(made), still(FRAME));
        assert.ok(made.width >= 0.1 - 1e-9 && made.height >= 0.1 - 1e-9);
        if (rules.ratio) assert.ok(Math.abs(made.width / made.height - rules.ratio) < 1e-9);
      }
    }
  });
}

test("what is sent has no noise and never reaches over the edge", () => {
  const third = { x: 1 / 3, y: 0, width: 2 / 3, height: 1 };
  assert.deepEqual(rounded(third), { x: 0.3333, y: 0, width: 0.6666, height: 1 });
  assert.deepEqual(rounded(whole), whole);
});
