import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import { drafts } from "../../Web/app/draft.js";

const { canBeQuoted, change, isBlank, withField, withModel, withPhoto } = drafts;

const PHOTO = { id: "file-1", name: "mug.jpg", width: 900, height: 1600 };
const CROP = { x: 0.1, y: 0, width: 0.5, height: 1 };
const VIDEO = {
  id: "video_1", model: "animatic", prompt: "A mug.", seconds: "8", size: "720x1280",
  format: "unboxing", brief: { product: "Mug" }, backdrop: "plain", crop: CROP,
};

const CHOICE = { model: { id: "animatic" }, seconds: 8, size: "720x1280" };
const CHOSEN = { model: "animatic", seconds: "8", size: "720x1280" };

const order = (draft) => drafts.order(draft, CHOICE);

test("a new draft orders nothing yet", () => {
  const draft = drafts.empty();
  assert.deepEqual(order(draft), { ...CHOSEN, backdrop: "soft" });
  assert.equal(canBeQuoted(draft), false);
  assert.equal(isBlank(draft), true);
});

test("two drafts, and a changed draft, are different orders", () => {
  const draft = drafts.empty();
  const keys = new Set([draft, drafts.empty(), change(draft, { seconds: 8 })].map(({ key }) => key));
  assert.equal(keys.size, 3);
  assert.equal(draft.seconds, null);
});

test("the order has what was chosen, and only that", () => {
  const draft = change(drafts.empty(), {
    photo: PHOTO, crop: CROP, format: "unboxing", brief: { product: "Mug" }, prompt: "By hand.",
    model: "other", seconds: 4,
  });
  assert.deepEqual(order(draft), {
    backdrop: "soft", input_reference: { file_id: "file-1" }, crop: CROP, format: "unboxing",
    brief: { product: "Mug" }, prompt: "By hand.", ...CHOSEN,
  });
});

test("a prompt that was emptied by hand is sent empty, and an untouched one not at all", () => {
  assert.equal(order(change(drafts.empty(), { prompt: "" })).prompt, "");
  assert.equal("prompt" in order(drafts.empty()), false);
});

test("a crop is nothing without its photo, and goes with it", () => {
  const cropped = change(withPhoto(drafts.empty(), PHOTO), { crop: CROP });
  assert.equal(withPhoto(cropped, { ...PHOTO, id: "file-2" }).crop, null);
  assert.equal("crop" in order({ ...cropped, photo: null }), false);
});

test("a field that is emptied leaves the brief", () => {
  const named = withField(withField(drafts.empty(), "product", "Mug"), "line", "Hello.");
  assert.deepEqual(named.brief, { product: "Mug", line: "Hello." });
  assert.deepEqual(withField(named, "line", "").brief, { product: "Mug" });
});

test("another model keeps the length and shape that it can make", () => {
  const draft = change(drafts.empty(), { size: "1080x1920", seconds: 8 });
  const both = withModel(draft, { id: "a", sizes: ["1080x1920"], seconds: [4, 8] });
  const neither = withModel(draft, { id: "b", sizes: ["720x1280"], seconds: [5] });
  assert.deepEqual([both.model, both.size, both.seconds], ["a", "1080x1920", 8]);
  assert.deepEqual([neither.model, neither.size, neither.seconds], ["b", null, null]);
});

test("a format or a prompt of more than blanks can be quoted", () => {
  assert.equal(canBeQuoted(change(drafts.empty(), { format: "unboxing" })), true);
  assert.equal(canBeQuoted(change(drafts.empty(), { prompt: "A mug." })), true);
  assert.equal(canBeQuoted(change(drafts.empty(), { prompt: "  " })), false);
});

test("again with changes: a video's format and brief make its prompt anew", () => {
  const draft = drafts.from(VIDEO, PHOTO);
  assert.deepEqual(order(draft), {
    backdrop: "plain", input_reference: { file_id: "file-1" }, crop: CROP, format: "unboxing",
    brief: { product: "Mug" }, ...CHOSEN,
  });
  assert.deepEqual([draft.model, draft.seconds, draft.size], ["animatic", 8, "720x1280"]);
});

test("again with changes: without a format, the prompt is what there is", () => {
  const draft = drafts.from({ ...VIDEO, format: null, brief: null }, null);
  assert.equal(draft.prompt, "A mug.");
  assert.deepEqual(draft.brief, {});
  assert.equal(draft.crop, null);
});

test("a draft is blank until something is put in, whatever the model", () => {
  const blank = change(drafts.empty(), { model: "animatic", seconds: 8 });
  assert.equal(isBlank(blank), true);
  const entries = [
    { photo: PHOTO }, { format: "asmr" }, { brief: { line: "x" } }, { prompt: "x" },
  ];
  for (const entry of entries) assert.equal(isBlank({ ...blank, ...entry }), false);
});
