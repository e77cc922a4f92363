// The way to a server: a request that ends in time, and one kind of failure for all that goes wrong.

/**
 * Where things are, as `config.json` beside the client tells, so that it works wherever it is.
 * @type {Config}
 */
export const config = { api: "/v1", auth: { kind: "embedded", url: "/auth/v1" }, sandbox: false };

/** Reads it. Throws when it is not there. */
export async function loadConfig() {
  const answer = await fetch(new URL("../config.json", import.meta.url), { cache: "no-cache" });
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  Object.assign(config, await answer.json());
}

/** What a server, or the way to it, refused. */
export class Failure extends Error {
  /**
   * @param {string} code  the server's, or "network", "timeout", "aborted"
   * @param {string} [message] @param {Facts} [facts]
   */
  constructor(code, message, facts = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
    this.status = facts.status ?? 0;
  }

  /** Whether the same request may well work later. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** @type {any} */
const signals = AbortSignal; // Debian's TypeScript does not know its `any` and `timeout`.

/** @param {string} method @param {string} url @param {unknown} body @param {Options} options */
export async function request(method, url, body, { headers, signal, timeout = 30_000 }) {
  const limits = [signal, timeout && signals.timeout(timeout)].filter(Boolean);
  const sent = new Headers(headers);
  if (body !== undefined) sent.set("Content-Type", "application/json");
  try {
    return await fetch(url, {
      method, headers: sent, signal: signals.any(limits),
      body: body === undefined ? body : JSON.stringify(body),
    });
  } catch (error) {
    throw lost(error);
  }
}

/** @param {unknown} error */
export function lost(error) {
  const name = error instanceof Error ? error.name : "";
  return new Failure({ AbortError: "aborted", TimeoutError: "timeout" }[name] ?? "network");
}
