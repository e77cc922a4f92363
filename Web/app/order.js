// Orders videos. An order is sent until the server has answered; its key keeps it one.

import { api } from "./api.js";
import { spend } from "./balance.js";
import { hearVideo } from "./videos.js";

/** Waits before it is sent again, in milliseconds. */
const PAUSES = [1000, 2000, 4000, 8000];

/** @type {Order} */
export async function order(path, body, { key, credits, onLost }) {
  const send = () => api.post(path, body, { headers: { "Idempotency-Key": key } });
  const made = await spend(key, credits, () => insist(send, onLost));
  hearVideo(made);
  return made;
}

/** @template T @param {() => Promise<T>} send @param {() => void} onLost */
async function insist(send, onLost) {
  for (const pause of PAUSES) {
    try {
      return await send();
    } catch (error) {
      const { status, code } = /** @type {any} */ (error);
      const isLost = status === 0 || code === "overloaded" || code?.startsWith("http_5");
      if (!isLost) throw error;
      onLost();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return send();
}
