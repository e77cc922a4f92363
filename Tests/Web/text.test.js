import assert from "node:assert/strict";
import { test } from "node:test";

import "./browser.js";
import {
  explain, known, languages, money, number, preferred, setText, t,
} from "../../Web/app/text.js";
import { Failure } from "../../Web/app/http.js";
import { placeholders, strings, texts } from "./strings.js";

const WORDS = {
  plain: "Plain",
  named: "{name} has {count}",
  credits: { one: "{count} credit", other: "{count} credits" },
  section: { inner: "Inner", list: ["First"] },
  errors: {
    unknown: "Unknown.", rate_limited: "Wait {seconds} s.",
    insufficient_credits: "{required} of {balance}",
  },
};

test("texts, inner texts, and keys that there are not", () => {
  setText("en", WORDS);
  assert.equal(t("plain"), "Plain");
  assert.equal(t("section.inner"), "Inner");
  assert.equal(known("section.inner", "Other"), "Inner");
  assert.equal(known("section.list.0", "Other"), "First");
  for (const missing of ["nothing", "section", "section.nothing", "plain.deeper", ""]) {
    assert.equal(t(missing), missing);
    assert.equal(known(missing, "Other"), "Other");
  }
});

test("values take their places, and numbers are written as the language does", () => {
  setText("en", WORDS);
  assert.equal(t("named", { name: "Ada", count: 1234 }), "Ada has 1,234");
  assert.equal(t("named", { name: "{count}", count: 1 }), "{count} has 1");
  assert.equal(t("named", {}), " has ");
  setText("de", WORDS);
  assert.equal(t("named", { name: "Ada", count: 1234 }), "Ada has 1.234");
});

test("one and many", () => {
  for (const language of Object.keys(languages)) {
    setText(language, WORDS);
    assert.equal(t("credits", { count: 1 }), "1 credit");
    assert.equal(t("credits", { count: 0 }), "0 credits");
    assert.equal(t("credits", { count: 40 }), "40 credits");
  }
});

test("the browser's first language that we have", () => {
  assert.equal(preferred(["fr-CA", "de-AT", "en"]), "de");
  assert.equal(preferred(["EN-us"]), "en");
  assert.equal(preferred(["fr"]), "en");
  assert.equal(preferred([]), "en");
});

test("amounts", () => {
  setText("en", WORDS);
  assert.equal(number(-1234), "-1,234");
  assert.equal(number(500, { signDisplay: "always" }), "+500");
  assert.equal(money(1200, "usd"), "$12.00");
  assert.equal(money(1200, "jpy"), "¥1,200");
});

test("failures are explained in our words, else in the server's", () => {
  setText("en", WORDS);
  assert.equal(explain(new Failure("rate_limited", "", { seconds: 7 })), "Wait 7 s.");
  const short = new Failure("insufficient_credits", "", { required: 40, balance: 12 });
  assert.equal(explain(short), "40 of 12");
  assert.equal(explain({ code: "newer", message: "Said so." }), "Said so.");
  assert.equal(explain({ code: "newer" }), "Unknown.");
  assert.equal(explain(undefined), "Unknown.");
});

for (const language of Object.keys(languages).filter((name) => name !== "en")) {
  test(`${language} has the texts of en, with the same places for values`, () => {
    const shape = (words) => Object.fromEntries(
      [...texts(words)].map(([key, phrase]) => [key, placeholders(phrase)]));
    // What the server says in English itself needs no English text here.
    const isOwn = ([key]) => !/^(formats|warnings|ledger\.words)\./.test(key);
    const ours = (words) => Object.fromEntries(Object.entries(shape(words)).filter(isOwn));
    assert.deepEqual(ours(strings[language]), ours(strings.en));
  });
}
