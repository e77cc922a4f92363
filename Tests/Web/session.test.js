import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { writeFromAnotherTab } from "./browser.js";
import { config, Failure } from "../../Web/app/http.js";
import { auth, hasExpired, session } from "../../Web/app/session.js";

const KEY = "placemint.session";
const HOUR = 3600;
const now = () => Date.now() / 1000;

const held = (changes = {}) => ({
  user: "user-1", email: "ada@example.com", accessToken: "old", expiresAt: now() + HOUR,
  refreshToken: "refresh-1", ...changes,
});
const granted = {
  user: { id: "user-1", email: "ada@example.com" }, access_token: "new", expires_in: HOUR,
  refresh_token: "refresh-2",
};

/** What was asked: path, body and headers. */
let asked = [];

/** Has the server answer so, to everything. */
function answering(status, body, headers = {}) {
  globalThis.fetch = async (url, { headers: sent, body: text }) => {
    const path = url.slice(config.auth.url.length);
    asked.push({ path, body: JSON.parse(text), headers: Object.fromEntries(sent) });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  };
}

function offline() {
  globalThis.fetch = async () => {
    throw new TypeError("fetch failed");
  };
}

const kept = () => JSON.parse(localStorage.getItem(KEY));
const isCode = (code) => (error) => error instanceof Failure && error.code === code;

beforeEach(() => {
  asked = [];
  hasExpired.set(false);
  writeFromAnotherTab(KEY, null);
  answering(200, granted);
});

test("nobody signed in has no token, and nothing is asked", async () => {
  assert.equal(await auth.token(), null);
  assert.deepEqual(asked, []);
});

test("a token that is good for more than a minute is used as it is", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() + 90 })));
  assert.equal(await auth.token(), "old");
  assert.deepEqual(asked, []);
});

test("many who need a token refresh once", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() + 30 })));
  const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.token()));
  assert.deepEqual(new Set(tokens), new Set(["new"]));
  assert.equal(asked.length, 1);
  assert.equal(asked[0].path, "/token?grant_type=refresh_token");
  assert.deepEqual(asked[0].body, { refresh_token: "refresh-1" });
  assert.equal(kept().refreshToken, "refresh-2");
  assert.equal(session.peek()?.accessToken, "new");
});

test("a token that was turned away is refreshed, once for all who were", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held()));
  assert.deepEqual(await Promise.all([auth.token("old"), auth.token("old")]), ["new", "new"]);
  assert.equal(asked.length, 1);
});

test("what another tab refreshed meanwhile is used", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() - 1 })));
  // Written before this tab is told.
  const theirs = held({ accessToken: "theirs", refreshToken: "refresh-9" });
  localStorage.setItem(KEY, JSON.stringify(theirs));
  assert.equal(await auth.token(), "theirs");
  assert.deepEqual(asked, []);
});

for (const code of ["refresh_token_not_found", "refresh_token_already_used", "session_not_found",
  "user_banned"]) {
  test(`a refresh refused with ${code} ends the session`, async () => {
    writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() - 1 })));
    answering(400, { error_code: code, msg: "No." });
    assert.deepEqual(await Promise.all([auth.token(), auth.token()]), [null, null]);
    assert.equal(asked.length, 1);
    assert.equal(session.peek(), null);
    assert.equal(kept(), null);
    assert.equal(hasExpired.peek(), true);
  });
}

test("no network ends nothing", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() - 1 })));
  offline();
  await assert.rejects(auth.token(), isCode("network"));
  assert.equal(session.peek()?.refreshToken, "refresh-1");
  assert.equal(kept().refreshToken, "refresh-1");
  answering(200, granted);
  assert.equal(await auth.token(), "new");
});

for (const [status, body] of [[503, "a proxy's page"], [500, {}],
  [429, { error_code: "over_request_rate_limit" }]]) {
  test(`a server that answers ${status} ends nothing`, async () => {
    writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() - 1 })));
    answering(status, body);
    await assert.rejects(auth.token(), Failure);
    assert.equal(session.peek()?.refreshToken, "refresh-1");
    assert.equal(hasExpired.peek(), false);
  });
}

test("a code is asked for, and signs in", async () => {
  answering(200, {});
  await auth.requestCode("ada@example.com");
  answering(200, { ...granted, expires_at: 4_000_000_000 });
  hasExpired.set(true);
  await auth.verifyCode("ada@example.com", "123456");
  assert.deepEqual(asked.map(({ path, body }) => [path, body]), [
    ["/otp", { email: "ada@example.com", create_user: true }],
    ["/verify", { type: "email", email: "ada@example.com", token: "123456" }],
  ]);
  assert.equal(session.peek()?.email, "ada@example.com");
  assert.equal(kept().expiresAt, 4_000_000_000);
  assert.equal(hasExpired.peek(), false);
});

test("a refused code says why, and when to try again", async () => {
  const code = "over_email_send_rate_limit";
  answering(429, { error_code: code, msg: "Wait." }, { "retry-after": "42" });
  await assert.rejects(auth.requestCode("ada@example.com"),
    (error) => isCode(code)(error) && error.facts.seconds === 42);
  assert.equal(session.peek(), null);
});

test("every call to Supabase, and no other, has its key and the protocol's version", async () => {
  const called = ({ headers }) => [headers.apikey, headers["x-supabase-api-version"]];
  const everyCall = async () => {
    writeFromAnotherTab(KEY, JSON.stringify(held({ expiresAt: now() - 1 })));
    await auth.token();
    await auth.requestCode("ada@example.com");
    await auth.verifyCode("ada@example.com", "123456");
    await auth.signOut("global");
  };
  const own = config.auth;
  config.auth = { ...own, kind: "supabase", key: "publishable" };
  await everyCall();
  config.auth = own;
  await everyCall();
  assert.deepEqual(asked.slice(0, 4).map(called), Array(4).fill(["publishable", "2024-01-01"]));
  assert.deepEqual(asked.slice(4).map(called), Array(4).fill([undefined, undefined]));
});

for (const [version, body] of Object.entries({
  "with the version": { code: "otp_expired", message: "Token has expired or is invalid" },
  "without it": { code: 403, error_code: "otp_expired", msg: "Token has expired or is invalid" },
})) {
  test(`a refusal is read in the protocol's words ${version}`, async () => {
    answering(403, body);
    await assert.rejects(auth.verifyCode("ada@example.com", "123456"),
      ({ code, message }) => code === "otp_expired" && message === (body.message ?? body.msg));
  });
}

test("a refusal without a code is a failure that is not known", async () => {
  answering(502, "a proxy's page");
  await assert.rejects(auth.requestCode("ada@example.com"), isCode("unknown"));
});

for (const scope of ["local", "global"]) {
  test(`signing out (${scope}) tells the server, and forgets`, async () => {
    writeFromAnotherTab(KEY, JSON.stringify(held()));
    answering(204);
    await auth.signOut(scope);
    assert.equal(asked[0].path, `/logout?scope=${scope}`);
    assert.equal(asked[0].headers.authorization, "Bearer old");
    assert.equal(session.peek(), null);
    assert.equal(kept(), null);
  });
}

test("signing out forgets also when the server cannot be told", async () => {
  writeFromAnotherTab(KEY, JSON.stringify(held()));
  offline();
  await assert.rejects(auth.signOut("global"), isCode("network"));
  assert.equal(session.peek(), null);
  assert.equal(kept(), null);
});

test("signing in and out in another tab is followed here", () => {
  writeFromAnotherTab(KEY, JSON.stringify(held({ user: "user-2" })));
  assert.equal(session.peek()?.user, "user-2");
  writeFromAnotherTab(KEY, null);
  assert.equal(session.peek(), null);
});

test("a kept session that cannot be read counts as none", () => {
  writeFromAnotherTab(KEY, JSON.stringify(held()));
  writeFromAnotherTab(KEY, "{cut o");
  assert.equal(session.peek(), null);
});
