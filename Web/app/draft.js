// The video that is being prepared: kept in this browser, so that nothing is lost on reload, on
// signing in again, or in another tab.

import { kept } from "./signal.js";

/** The most characters that the server takes of each of the brief's fields. */
export const limits = /** @type {Record<string, number>} */ ({
  product: 80, description: 400, holder: 160, setting: 160, line: 300, call_to_action: 80,
});

/** @param {string} text */
export function characters(text) {
  return [...text].length;
}

/** @param {Draft} draft */
export function isTooLong({ brief }) {
  return Object.keys(brief).some((field) => characters(brief[field]) > (limits[field] ?? Infinity));
}

/** Nobody else's, and not to be guessed. crypto.randomUUID is not there on plain HTTP. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Draft} */
export function emptyDraft() {
  return {
    key: newKey(), photo: null, crop: null, backdrop: "soft", format: null, brief: {},
    prompt: null, model: null, seconds: null, size: null,
  };
}

/** @type {Map<string, Signal<Draft>>} */
const drafts = new Map();

/** @param {string} user */
export function draftOf(user) {
  let draft = drafts.get(user);
  if (!draft) {
    drafts.set(user, (draft = kept(`draft.${user}`, emptyDraft())));
    // One kept by an older version may lack a field.
    draft.value = { ...emptyDraft(), ...draft.peek() };
  }
  return draft;
}

/**
 * Another order needs another key.
 * @param {Draft} draft @param {Partial<Draft>} changes
 */
export function change(draft, changes) {
  return { ...draft, ...changes, key: newKey() };
}

/** @param {Draft} draft @param {Photo | null} photo */
export function withPhoto(draft, photo) {
  return change(draft, { photo, crop: null });
}

/** @param {Draft} draft @param {string} field @param {string} text */
export function withField(draft, field, text) {
  const { [field]: _, ...brief } = draft.brief;
  return change(draft, { brief: text ? { ...brief, [field]: text } : brief });
}

/**
 * Another model may not make this length or shape.
 * @param {Draft} draft @param {Pick<Model, "id" | "sizes" | "seconds">} model
 */
export function withModel(draft, { id, sizes, seconds }) {
  return change(draft, {
    model: id,
    size: sizes.find((one) => one === draft.size) ?? null,
    seconds: seconds.find((one) => one === draft.seconds) ?? null,
  });
}

/** @param {Draft} draft */
export function orderOf({ photo, crop, backdrop, format, brief, prompt, model, seconds, size }) {
  return {
    backdrop,
    ...(photo && { input_reference: { file_id: photo.id } }),
    ...(photo && crop && { crop }),
    ...(format && { format }),
    ...(Object.keys(brief).length > 0 && { brief }),
    ...(prompt !== null && { prompt }),
    ...(model && { model }),
    ...(seconds && { seconds: String(seconds) }),
    ...(size && { size }),
  };
}

/** @param {Draft} draft */
export function canBeQuoted({ format, prompt }) {
  return format !== null || Boolean(prompt?.trim());
}

/** @param {Video} video @param {Photo | null} photo @returns {Draft} */
export function draftFrom({ crop, backdrop, format, brief, prompt, model, seconds, size }, photo) {
  return {
    key: newKey(), photo, crop: photo && crop, backdrop, format, brief: brief ?? {},
    prompt: format ? null : prompt, model, seconds: Number(seconds), size,
  };
}

/** @param {Draft} draft */
export function isBlank({ photo, format, brief, prompt }) {
  return !photo && !format && Object.keys(brief).length === 0 && !prompt;
}
