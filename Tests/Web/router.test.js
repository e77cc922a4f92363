import assert from "node:assert/strict";
import { test } from "node:test";

import { changeFragment } from "./browser.js";
import { go, parseRoute, replace, route } from "../../Web/app/router.js";

const PLACES = [
  ["", "new", "", {}],
  ["#", "new", "", {}],
  ["#/", "new", "", {}],
  ["#/videos", "videos", "", {}],
  ["#/videos/", "videos", "", {}],
  ["#videos", "videos", "", {}],
  ["#/videos/video_1", "videos", "video_1", {}],
  ["#/videos/a%2Fb", "videos", "a/b", {}],
  ["#/videos/100%", "videos", "100%", {}],
  ["#/credits?checkout=checkout_1&return_to=new", "credits", "",
    { checkout: "checkout_1", return_to: "new" }],
  ["#/sign-in?next=new%3Fagain%3Dvideo_1", "sign-in", "", { next: "new?again=video_1" }],
];

for (const [fragment, page, id, query] of PLACES) {
  test(`'${fragment}' is ${page} ${id ?? ""}`, () => {
    const found = parseRoute(fragment);
    assert.equal(found.page, page);
    assert.equal(found.id, id);
    assert.deepEqual(Object.fromEntries(found.query), query);
  });
}

test("the route follows the address", () => {
  changeFragment("#/videos/video_1");
  assert.equal(route.peek().id, "video_1");
});

test("going somewhere writes the address", () => {
  go("credits");
  assert.equal(location.hash, "#/credits");
});

test("going without a way back replaces the address, and is known at once", () => {
  const replaced = [];
  globalThis.history = { replaceState: (_, __, url) => replaced.push((location.hash = url)) };
  replace("videos/video_2");
  assert.deepEqual(replaced, ["#/videos/video_2"]);
  assert.equal(route.peek().id, "video_2");
});
