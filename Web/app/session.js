// Who is signed in, kept in this browser and in step across its tabs. Speaks Supabase Auth's
// protocol, which the built-in sign-in speaks too.

import { config } from "./config.js";
import { signal } from "./signal.js";

/**
 * @typedef {object} Session
 * @property {string} user  the account's id
 * @property {string} email
 * @property {string} accessToken
 * @property {number} expiresAt  unix seconds
 * @property {string} refreshToken
 */

/** Why signing in did not work: `code` is Supabase Auth's, or "network". */
export class SignInError extends Error {
  /** @param {string} code @param {string} message @param {number} [retryAfter] seconds */
  constructor(code, message, retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

const KEY = "placemint.session";
/** Refreshed this long before it ends, in seconds: clocks differ. */
const MARGIN = 60;
/** @type {any} */
const signals = AbortSignal; // Debian's TypeScript does not know its `timeout`.

/** @returns {Session | null} */
function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "null");
  } catch {
    return null; // Not ours, or cut off: as if nobody were signed in.
  }
}

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

/** @param {Session | null} next */
function keep(next) {
  if (next) localStorage.setItem(KEY, JSON.stringify(next));
  else localStorage.removeItem(KEY);
  session.value = next;
}

/**
 * Mails a code.
 * @param {string} email @returns {Promise<void>} throws SignInError
 */
export async function requestCode(email) {
  await ask("otp", { email, create_user: true });
}

/**
 * Signs in.
 * @param {string} email @param {string} code @returns {Promise<void>} throws SignInError
 */
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
  const now = session.peek();
  if (!now) return null;
  if (isFresh(now, refused)) return now.accessToken;
  return exclusively(async () => {
    const latest = stored();
    adopt(latest);
    if (!latest) return null;
    if (isFresh(latest, refused)) return latest.accessToken;
    return refresh(latest);
  });
}

/**
 * One tab at a time. Without locks, which plain HTTP does not have, two tabs may both refresh:
 * the server bears that.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
function exclusively(work) {
  return navigator.locks ? navigator.locks.request(KEY, work) : work();
}

/** @param {Session} held @param {string} [refused] */
function isFresh(held, refused) {
  return held.accessToken !== refused && held.expiresAt - MARGIN > Date.now() / 1000;
}

/** @param {Session} held @returns {Promise<string | null>} */
async function refresh(held) {
  try {
    const answer = await ask("token?grant_type=refresh_token", { refresh_token: held.refreshToken });
    const next = read(answer);
    keep(next);
    return next.accessToken;
  } catch (error) {
    // A server that cannot be reached, or is busy, has not ended anything.
    if (!(error instanceof SignInError) || !ENDED.has(error.code)) throw error;
    hasExpired.value = true;
    keep(null);
    return null;
  }
}

const ENDED = new Set([
  "refresh_token_not_found", "refresh_token_already_used", "session_not_found", "user_not_found",
  "session_expired", "user_banned", "validation_failed",
]);

/**
 * Ends the session: here ("local"), or on every device ("global").
 * @param {"local" | "global"} scope
 */
export async function signOut(scope) {
  const token = await accessToken().catch(() => null);
  try {
    if (token) await ask(`logout?scope=${scope}`, {}, token);
  } finally {
    keep(null);
  }
}

/** Forgets the session, as when its account is gone. */
export function forgetSession() {
  keep(null);
}

/** @param {any} answer @returns {Session} */
function read(answer) {
  return {
    user: answer.user.id,
    email: answer.user.email,
    accessToken: answer.access_token,
    expiresAt: answer.expires_at ?? Date.now() / 1000 + answer.expires_in,
    refreshToken: answer.refresh_token,
  };
}

/** @param {string} path @param {object} body @param {string} [token] @returns {Promise<any>} */
async function ask(path, body, token) {
  /** @type {Record<string, string>} */
  const headers = { "Content-Type": "application/json" };
  if (config.auth.key) headers.apikey = config.auth.key;
  if (token) headers.Authorization = `Bearer ${token}`;
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(`${config.auth.url}/${path}`, {
      method: "POST", headers, body: JSON.stringify(body), signal: signals.timeout(20_000),
    });
  } catch {
    throw new SignInError("network", "The server did not answer.");
  }
  const text = await answer.text();
  const said = parse(text);
  if (answer.ok) return said;
  throw new SignInError(
    said.error_code ?? "unexpected_failure", said.msg ?? "",
    Number(answer.headers.get("retry-after")) || undefined,
  );
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text || "{}");
  } catch {
    return {}; // A proxy's page: the status says enough.
  }
}
