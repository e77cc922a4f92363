// What can be ordered: formats and models, as the server offers them.

import { api } from "./api.js";
import { signal } from "./signal.js";
import { hasText, t } from "./text.js";

/**
 * @typedef {object} Format
 * @property {string} id
 * @property {string} title
 * @property {string} summary
 * @property {{min: number, max: number}} seconds
 * @property {boolean} needs_person
 * @property {boolean} has_speech
 * @property {string[]} settings  suggestions for the brief's setting
 * @property {{field: string, hint: string, placeholder: string}[]} brief_fields
 *
 * @typedef {object} Model
 * @property {string} id
 * @property {string} name
 * @property {string[]} sizes
 * @property {string} default_size
 * @property {number[]} seconds
 * @property {number} default_seconds
 * @property {Record<string, number>} credits_per_second  by size
 * @property {number} prompt_limit
 * @property {"required" | "optional" | "none"} reference
 * @property {boolean} audio
 * @property {boolean} available
 * @property {number} [unavailable_until]  unix seconds
 * @property {"edit" | "regenerate"} [remix]
 *
 * @typedef {{formats: Format[], models: Model[], defaultModel: string}} Catalogue
 */

/** Null until it is loaded. */
export const catalogue = signal(/** @type {Catalogue | null} */ (null));

/** Asks anew: which models answer changes. */
export async function loadCatalogue() {
  const [formats, models] = await Promise.all([api.get("/formats"), api.get("/models")]);
  catalogue.value = {
    formats: formats.data, models: models.data, defaultModel: models.default_model,
  };
}

/** @param {string} id @param {"title" | "summary"} part */
export function formatText(id, part) {
  const key = `formats.${id}.${part}`;
  if (hasText(key)) return t(key);
  return catalogue.value?.formats.find((one) => one.id === id)?.[part] ?? id;
}

/** @param {string} id */
export function modelName(id) {
  return catalogue.value?.models.find((one) => one.id === id)?.name ?? id;
}

/**
 * Whole credits, as the server rounds.
 * @param {Model} model @param {string} size @param {number} seconds
 */
export function price(model, size, seconds) {
  return Math.ceil((model.credits_per_second[size] ?? 0) * seconds);
}
