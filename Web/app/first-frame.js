// The picture a clip starts from, as the server composes it.

import { api } from "./api.js";

/** The last one stays, for the page that comes next. */
let held = { order: "", url: "" };

/**
 * @param {string} order  the body of /previews
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>} its address
 */
export async function firstFrame(order, signal) {
  if (order !== held.order) {
    const picture = await api.blob("POST", "/previews", JSON.parse(order), { signal });
    URL.revokeObjectURL(held.url);
    held = { order, url: URL.createObjectURL(picture) };
  }
  return held.url;
}
