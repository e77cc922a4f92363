// The API as this client uses it. Every failure is an ApiError with a code.

import { config } from "./config.js";
import { accessToken } from "./session.js";

/** What the server, or the way to it, refused. */
export class ApiError extends Error {
  /**
   * @param {string} code  the API's error code, or "network", "timeout", "aborted"
   * @param {string} message  for users, in English
   * @param {{status?: number, param?: string | null, requestId?: string | null,
   *   retryAfter?: number, required?: number, balance?: number}} [facts]
   */
  constructor(code, message, facts = {}) {
    super(message);
    this.code = code;
    this.status = facts.status ?? 0;
    this.param = facts.param ?? null;
    this.requestId = facts.requestId ?? null;
    this.retryAfter = facts.retryAfter;
    this.required = facts.required;
    this.balance = facts.balance;
  }

  /** Whether the same request may well work later. */
  get isTransient() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @typedef {object} Options
 * @property {AbortSignal} [signal]
 * @property {Record<string, string>} [headers]
 * @property {number} [timeout]  milliseconds
 */

const TIMEOUT = 30_000;
/** @type {any} */
const signals = AbortSignal; // Debian's TypeScript does not know its `any` and `timeout`.

export const api = {
  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  get: (path, options) => json("GET", path, undefined, options),
  /** @param {string} path @param {unknown} [body] @param {Options} [options] @returns {Promise<any>} */
  post: (path, body, options) => json("POST", path, body ?? {}, options),
  /** @param {string} path @param {unknown} body @param {Options} [options] @returns {Promise<any>} */
  patch: (path, body, options) => json("PATCH", path, body, options),
  /** @param {string} path @param {Options} [options] @returns {Promise<any>} */
  delete: (path, options) => json("DELETE", path, undefined, options),

  /**
   * The bytes of an answer, such as a preview or an export.
   * @param {string} method @param {string} path @param {unknown} [body] @param {Options} [options]
   * @returns {Promise<Blob>}
   */
  async blob(method, path, body, options) {
    const answer = await send(method, path, body, options);
    return answer.blob().catch((error) => {
      throw lost(error);
    });
  },

  /**
   * An answer that goes on, such as the event stream.
   * @param {string} path @param {Options} options
   */
  stream: (path, options) => send("GET", path, undefined, { ...options, timeout: 0 }),

  upload,
};

/** @param {string} method @param {string} path @param {unknown} body @param {Options} [options] */
async function json(method, path, body, options) {
  const answer = await send(method, path, body, options);
  return answer.status === 204 ? null : answer.json();
}

/** @param {string} method @param {string} path @param {unknown} body @param {Options} [options] @param {string} [refused] @returns {Promise<Response>} */
async function send(method, path, body, options = {}, refused) {
  const token = await tokenOr(refused);
  const headers = new Headers(options.headers);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const timeout = options.timeout ?? TIMEOUT;
  const limit = timeout ? signals.timeout(timeout) : null;
  const limits = [options.signal, limit].filter((one) => one !== undefined && one !== null);
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(config.api + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      signal: limits.length > 0 ? signals.any(limits) : undefined,
    });
  } catch (error) {
    throw lost(error);
  }
  if (answer.ok) return answer;
  if (answer.status === 401 && token && !refused) return send(method, path, body, options, token);
  throw refusal(answer.status, await answer.text(), (name) => answer.headers.get(name));
}

/** @param {string} [refused] */
async function tokenOr(refused) {
  try {
    return await accessToken(refused);
  } catch (error) {
    throw lost(error);
  }
}

/** @param {unknown} error */
function lost(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "AbortError") return new ApiError("aborted", "Stopped.");
  if (name === "TimeoutError") return new ApiError("timeout", "The server took too long to answer.");
  return new ApiError("network", "The server cannot be reached. Check your connection.");
}

/** @param {number} status @param {string} text @param {(name: string) => string | null} header */
function refusal(status, text, header) {
  /** @type {any} */
  let error = {};
  try {
    error = JSON.parse(text).error ?? {};
  } catch {
    // A proxy's page: the status has to do.
  }
  return new ApiError(error.code ?? `http_${status}`, error.message ?? "", {
    status, param: error.param, requestId: header("x-request-id"),
    retryAfter: Number(header("retry-after")) || undefined,
    required: error.required, balance: error.balance,
  });
}

/**
 * Sends a product photo.
 * @param {Blob} file
 * @param {{name: string, signal?: AbortSignal, onProgress?: (share: number) => void}} options
 *   onProgress hears what share of the bytes is on its way, from 0 to 1
 * @returns {Promise<any>} the API's File
 */
async function upload(file, options) {
  const token = await tokenOr();
  const form = new FormData();
  form.append("file", file, options.name);
  const request = new XMLHttpRequest();
  request.open("POST", `${config.api}/files`);
  if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
  request.upload.onprogress = ({ loaded, total }) => options.onProgress?.(total ? loaded / total : 0);
  const stop = () => request.abort();
  options.signal?.addEventListener("abort", stop);
  try {
    return await new Promise((resolve, reject) => {
      request.onload = () => {
        if (request.status === 200) return resolve(JSON.parse(request.responseText));
        reject(refusal(request.status, request.responseText, (name) => request.getResponseHeader(name)));
      };
      request.onerror = () => reject(lost(null));
      request.onabort = () => reject(new ApiError("aborted", "Stopped."));
      request.send(form);
      if (options.signal?.aborted) request.abort();
    });
  } finally {
    options.signal?.removeEventListener("abort", stop);
  }
}
