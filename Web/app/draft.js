// The video that is being prepared: kept in this browser, so that nothing is lost on reload, on
// signing in again, or in another tab.

/** @typedef {import("./videos.js").Crop} Crop */
/** @typedef {import("./videos.js").Video} Video */

/**
 * @typedef {object} Photo
 * @property {string} id  the API's file id
 * @property {string} name
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Draft
 * @property {string} key  the order's Idempotency-Key: sent twice, it makes one video
 * @property {Photo | null} photo
 * @property {Crop | null} crop
 * @property {string} backdrop
 * @property {string | null} format
 * @property {Record<string, string>} brief
 * @property {string | null} prompt  as edited by hand; null follows the brief
 * @property {string | null} model  null takes the server's default
 * @property {number | null} seconds
 * @property {string | null} size
 */

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

/**
 * A change; another order needs another key.
 * @param {Draft} draft @param {Partial<Draft>} changes @returns {Draft}
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
 * @param {Draft} draft @param {{id: string, sizes: string[], seconds: number[]}} model
 */
export function withModel(draft, model) {
  return change(draft, {
    model: model.id,
    size: draft.size && model.sizes.includes(draft.size) ? draft.size : null,
    seconds: draft.seconds && model.seconds.includes(draft.seconds) ? draft.seconds : null,
  });
}

/**
 * The request's body for /videos, /quotes and /previews.
 * @param {Draft} draft
 */
export function orderOf(draft) {
  /** @type {Record<string, unknown>} */
  const order = { backdrop: draft.backdrop };
  if (draft.photo) order.input_reference = { file_id: draft.photo.id };
  if (draft.photo && draft.crop) order.crop = draft.crop;
  if (draft.format) order.format = draft.format;
  if (Object.keys(draft.brief).length > 0) order.brief = draft.brief;
  if (draft.prompt !== null) order.prompt = draft.prompt;
  if (draft.model) order.model = draft.model;
  if (draft.seconds) order.seconds = String(draft.seconds);
  if (draft.size) order.size = draft.size;
  return order;
}

/**
 * Whether there is enough to ask for a price.
 * @param {Draft} draft
 */
export function canBeQuoted(draft) {
  return draft.format !== null || (draft.prompt ?? "").trim() !== "";
}

/**
 * A draft to make a video again with changes.
 * @param {Video} video @param {Photo | null} photo @returns {Draft}
 */
export function draftFrom(video, photo) {
  return {
    ...emptyDraft(), photo, crop: photo ? video.crop : null, backdrop: video.backdrop,
    format: video.format, brief: video.brief ?? {}, prompt: video.format ? null : video.prompt,
    model: video.model, seconds: Number(video.seconds), size: video.size,
  };
}

/**
 * Whether anything was entered.
 * @param {Draft} draft
 */
export function isBlank(draft) {
  return !draft.photo && !draft.format && Object.keys(draft.brief).length === 0 && !draft.prompt;
}
