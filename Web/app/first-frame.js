// The picture a clip starts from, as the server composes it.

import { api } from "./api.js";
import { whole } from "./crop.js";

/** The last one stays, for the page that comes next. */
let held = { order: "", url: "" };

/**
 * The body of /previews. The same shares give the same text, whoever wrote them down.
 * @param {Pick<Video, "file_id" | "model" | "size" | "backdrop" | "crop">} look
 */
export function frameOrder({ file_id, model, size, backdrop, crop }) {
  const { x, y, width, height } = crop ?? whole;
  return JSON.stringify({
    input_reference: { file_id }, model, size, backdrop,
    crop: crop ? { x, y, width, height } : undefined,
  });
}

/** @param {string} order  the body of /previews @param {AbortSignal} [signal] */
export async function firstFrame(order, signal) {
  if (order !== held.order) {
    const picture = await api.blob("POST", "/previews", JSON.parse(order), { signal });
    URL.revokeObjectURL(held.url);
    held = { order, url: URL.createObjectURL(picture) };
  }
  return held.url;
}
