// What a draft comes to: whatever it leaves open is decided here, so that what is shown is what is
// ordered.

import { price } from "./catalogue.js";
import { orderOf } from "./draft.js";

/** @typedef {import("./catalogue.js").Catalogue} Catalogue */
/** @typedef {import("./catalogue.js").Model} Model */
/** @typedef {import("./catalogue.js").Format} Format */
/** @typedef {import("./draft.js").Draft} Draft */

/**
 * @typedef {{model: Model, format: Format | null, seconds: number, size: string,
 *   credits: number}} Choice
 */

/**
 * @param {Draft} draft @param {Catalogue} offer
 * @returns {Choice | null} null when nothing is offered
 */
export function choose(draft, { models, formats, defaultModel }) {
  const model = models.find(({ id }) => id === draft.model)
    ?? models.find(({ id }) => id === defaultModel) ?? models[0];
  if (!model) return null;
  const format = formats.find(({ id }) => id === draft.format) ?? null;
  const seconds = draft.seconds && model.seconds.includes(draft.seconds)
    ? draft.seconds : lengthFor(model, format);
  const size = draft.size && model.sizes.includes(draft.size) ? draft.size : model.default_size;
  return { model, format, seconds, size, credits: price(model, size, seconds) };
}

/**
 * The model's usual length, or the shortest that the format is made for.
 * @param {Model} model @param {Format | null} format
 */
function lengthFor(model, format) {
  const fits = (/** @type {number} */ seconds) =>
    !format || (seconds >= format.seconds.min && seconds <= format.seconds.max);
  if (fits(model.default_seconds)) return model.default_seconds;
  return model.seconds.find(fits) ?? model.default_seconds;
}

/**
 * The order's body, with nothing left open.
 * @param {Draft} draft @param {Choice} choice
 */
export function orderFor(draft, { model, seconds, size }) {
  return orderOf({ ...draft, model: model.id, seconds, size });
}

/**
 * The body of /previews.
 * @param {{file: string, model: string, size: string, backdrop: string,
 *   crop: import("./videos.js").Crop | null}} look
 */
export function frameOrder({ file, model, size, backdrop, crop }) {
  const order = { input_reference: { file_id: file }, model, size, backdrop };
  return crop ? { ...order, crop: exact(crop) } : order;
}

/**
 * The same shares give the same text, whoever wrote them down.
 * @param {import("./videos.js").Crop} crop
 */
function exact({ x, y, width, height }) {
  return { x, y, width, height };
}
