import assert from "node:assert/strict";
import { test } from "node:test";

import { computed, effect, onCleanup, scope, signal, untracked } from "../../Web/app/signal.js";

test("an effect runs at once, and again when what it read changes", () => {
  const [name, other] = [signal("a"), signal("x")];
  const seen = [];
  effect(() => seen.push(name()));
  name.set("b");
  other.set("y");
  assert.deepEqual(seen, ["a", "b"]);
});

test("the same value is no change", () => {
  const count = signal(Number.NaN);
  let runs = 0;
  effect(() => (runs += count() === 1 ? 10 : 1));
  count.set(Number.NaN);
  assert.equal(runs, 1);
});

test("an effect forgets what it no longer reads", () => {
  const [isOn, text] = [signal(true), signal("a")];
  let runs = 0;
  effect(() => {
    runs += 1;
    if (isOn()) text();
  });
  isOn.set(false);
  text.set("b");
  assert.equal(runs, 2);
});

test("an ended effect runs no more, not even when it is due", () => {
  const count = signal(0);
  const seen = [];
  let end = () => {};
  effect(() => {
    if (count() === 1) end();
  });
  end = effect(() => seen.push(count()));
  count.set(1);
  count.set(2);
  assert.deepEqual(seen, [0]);
});

test("a computed value follows, and tells only of real changes", () => {
  const count = signal(1);
  const isEven = computed(() => count() % 2 === 0);
  const seen = [];
  effect(() => seen.push(isEven()));
  for (const next of [3, 5, 6]) count.set(next);
  assert.deepEqual(seen, [false, true]);
});

test("an effect that writes does not run inside itself", () => {
  const [count, double] = [signal(1), signal(0)];
  let depth = 0;
  effect(() => {
    depth += 1;
    assert.equal(depth, 1);
    double.set(count() * 2);
    depth -= 1;
  });
  effect(() => {
    if (double() > 4) count.set(1);
  });
  count.set(3);
  assert.deepEqual([count.peek(), double.peek()], [1, 2]);
});

test("effects made in an effect end before it runs again", () => {
  const [outer, inner] = [signal(0), signal(0)];
  const seen = [];
  effect(() => {
    const mine = outer();
    effect(() => seen.push(`${mine}:${inner()}`));
  });
  outer.set(1);
  inner.set(1);
  assert.deepEqual(seen, ["0:0", "1:0", "1:1"]);
});

test("a scope ends all that was made in it, and nothing else", () => {
  const count = signal(0);
  const seen = [];
  let cleaned = 0;
  const [result, end] = scope(() => {
    effect(() => seen.push(`in ${count()}`));
    onCleanup(() => (cleaned += 1));
    return "made";
  });
  effect(() => seen.push(`out ${count()}`));
  end();
  end();
  count.set(1);
  assert.equal(result, "made");
  assert.equal(cleaned, 1);
  assert.deepEqual(seen, ["in 0", "out 0", "out 1"]);
});

test("an effect in a scope in an effect does not make the outer one depend", () => {
  const count = signal(0);
  let outerRuns = 0;
  effect(() => {
    outerRuns += 1;
    scope(() => effect(() => void count()));
  });
  count.set(1);
  assert.equal(outerRuns, 1);
});

test("peek and untracked read without depending", () => {
  const count = signal(0);
  let runs = 0;
  effect(() => {
    runs += 1;
    count.peek();
    untracked(() => count());
  });
  count.set(1);
  assert.equal(runs, 1);
});

test("one that throws does not keep others from ever running again", () => {
  const count = signal(0);
  const seen = [];
  effect(() => {
    if (count() === 1) throw new Error("broken");
  });
  effect(() => seen.push(count()));
  assert.throws(() => count.set(1), /broken/);
  count.set(2);
  assert.equal(seen.at(-1), 2);
});
