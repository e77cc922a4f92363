// Brings a product photo to the server, and back.

import { api, ApiError } from "./api.js";
import { withPhoto } from "./draft.js";
import { signal } from "./signal.js";

/** The server's limits (docs/errors.md), known here so that nobody waits for a refusal. */
const MOST_BYTES = 20_000_000;

/**
 * @typedef {object} Upload
 * @property {string} name
 * @property {number} share  sent so far, from 0 to 1
 * @property {ApiError | null} error
 * @property {() => void} stop
 * @property {() => void} retry
 */

/** The photo on its way; it goes on while other pages are shown. */
export const upload = signal(/** @type {Upload | null} */ (null));

/** @param {import("./draft-store.js").DraftSignal} draft @param {File} file */
export async function takePhoto(draft, file) {
  upload.peek()?.stop();
  const abort = new AbortController();
  const name = file.name || "photo";
  const state = {
    name, share: 0, error: /** @type {ApiError | null} */ (null),
    stop() {
      abort.abort();
      upload.value = null;
    },
    retry: () => takePhoto(draft, file),
  };
  const tell = (/** @type {Partial<Upload>} */ news) => {
    if (!abort.signal.aborted) upload.value = { ...state, ...news };
  };
  tell({});
  try {
    check(file);
    const made = await api.upload(file, {
      name, signal: abort.signal, onProgress: (share) => tell({ share }),
    });
    if (abort.signal.aborted) return;
    if (made.url) remember(made.id, made.url);
    const { id, width, height } = made;
    draft.value = withPhoto(draft.peek(), { id, name, width, height });
    upload.value = null;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    tell({ error });
  }
}

/** @param {File} file  throws ApiError */
function check(file) {
  if (file.size > MOST_BYTES) throw new ApiError("payload_too_large", "", { status: 413 });
  if (file.type && !file.type.startsWith("image/")) {
    throw new ApiError("unsupported_media_type", "", { status: 415 });
  }
  if (file.size === 0) throw new ApiError("image_unreadable", "", { status: 400 });
}

/** Signed addresses work for an hour; a new one is asked for well before. */
const FRESH = 30 * 60_000;
/** @type {Map<string, {url: string, until: number}>} */
const addresses = new Map();

/** @param {string} id @param {string} url */
function remember(id, url) {
  addresses.set(id, { url, until: Date.now() + FRESH });
}

/**
 * Where a photo can be shown from.
 * @param {string} id @returns {Promise<string>}
 */
export async function photoAddress(id) {
  const known = addresses.get(id);
  if (known && known.until > Date.now()) return known.url;
  const { url } = await api.get(`/files/${id}`);
  remember(id, url);
  return url;
}
