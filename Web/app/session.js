// Who is signed in, kept in this browser and in step across its tabs. Speaks Supabase Auth's
// protocol, which the built-in sign-in speaks too.

import { config, Failure, request } from "./http.js";
import { parse, remembered, signal } from "./signal.js";

const KEY = "placemint.session";
/** Refreshed this long before it ends, in seconds: clocks differ. */
const MARGIN = 60;
/** Refusals after which there is nothing left to refresh. */
const ENDED = ["refresh_token_not_found", "refresh_token_already_used", "session_not_found",
  "user_not_found", "session_expired", "user_banned", "validation_failed"];

/** @type {() => Session | null} */
const stored = () => remembered(KEY);

/** The one signed in, or null. */
export const session = signal(stored());
/** Whether a session ended without the user's wish. */
export const hasExpired = signal(false);

addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) adopt(stored());
});

/** @param {Session | null} next */
function adopt(next) {
  const now = session.peek();
  if (now?.refreshToken !== next?.refreshToken || now?.user !== next?.user) session.value = next;
}

/** @param {Session} next */
function keep(next) {
  localStorage.setItem(KEY, JSON.stringify(next));
  session.value = next;
}

/** As when its account is gone. */
export function forgetSession() {
  localStorage.removeItem(KEY);
  session.value = null;
}

/** @param {string} email */
export async function requestCode(email) {
  await ask("otp", { email, create_user: true });
}

/** @param {string} email @param {string} code */
export async function verifyCode(email, code) {
  keep(read(await ask("verify", { type: "email", email, token: code })));
  hasExpired.value = false;
}

/**
 * A token that is good for a minute at least. One tab refreshes for all.
 * @param {string} [refused]  a token that was turned away, which is not good whatever it says
 * @returns {Promise<string | null>} null when nobody is signed in
 */
export async function accessToken(refused) {
  /** @param {Session | null} held */
  const isGood = (held) => !held
    || (held.accessToken !== refused && held.expiresAt - MARGIN > Date.now() / 1000);
  if (!isGood(session.peek())) {
    await exclusively(async () => {
      adopt(stored());
      if (!isGood(stored())) await refresh();
    });
  }
  return session.peek()?.accessToken ?? null;
}

/**
 * One tab at a time. Without locks, which plain HTTP does not have, two tabs may both refresh:
 * the server bears that.
 * @param {() => Promise<void>} work
 */
function exclusively(work) {
  return navigator.locks ? navigator.locks.request(KEY, work) : work();
}

async function refresh() {
  const body = { refresh_token: stored()?.refreshToken };
  try {
    keep(read(await ask("token?grant_type=refresh_token", body)));
  } catch (error) {
    // A server that cannot be reached, or is busy, has not ended anything.
    if (!(error instanceof Failure) || !ENDED.includes(error.code)) throw error;
    hasExpired.value = true;
    forgetSession();
  }
}

/** @param {"local" | "global"} scope */
export async function signOut(scope) {
  const token = await accessToken().catch(() => {});
  try {
    if (token) await ask(`logout?scope=${scope}`, {}, token);
  } finally {
    forgetSession();
  }
}

/** @param {any} answer @returns {Session} */
function read({ user, access_token: accessToken, refresh_token: refreshToken, ...times }) {
  const expiresAt = times.expires_at ?? Date.now() / 1000 + times.expires_in;
  return { user: user.id, email: user.email, accessToken, expiresAt, refreshToken };
}

/** @param {string} path @param {object} body @param {string} [token] */
async function ask(path, body, token) {
  const { kind, url, key } = config.auth;
  const answer = await request("POST", `${url}/${path}`, body, { headers: {
    ...(key && { apikey: key }),
    ...(kind === "supabase" && { "X-Supabase-Api-Version": "2024-01-01" }),
    ...(token && { Authorization: `Bearer ${token}` }),
  } });
  const said = parse(await answer.text()) ?? {};
  if (answer.ok) return said;
  // Older versions of the protocol have a number in `code`.
  const code = said.error_code ?? (typeof said.code === "string" ? said.code : "unknown");
  throw new Failure(code, said.message ?? said.msg, {
    seconds: Number(answer.headers.get("retry-after")) || 60,
  });
}
