// Sends an order until the server has answered. Its Idempotency-Key keeps it one.

import { ApiError } from "./api.js";

/** Waits before it is sent again, in milliseconds. */
const PAUSES = [1000, 2000, 4000, 8000];

/**
 * @template T
 * @param {() => Promise<T>} send
 * @param {() => void} onLost  called when nobody knows whether it arrived
 * @returns {Promise<T>} throws what the server refused, or the last loss
 */
export async function insist(send, onLost) {
  for (const pause of PAUSES) {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || !isLost(error)) throw error;
      onLost();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return send();
}

/** @param {ApiError} error */
function isLost({ status, code }) {
  return status === 0 || code === "overloaded" || code.startsWith("http_5");
}
