// Brings a product photo to the server, and back.

import { api } from "./api.js";
import { withPhoto } from "./draft.js";
import { Failure } from "./http.js";
import { signal } from "./signal.js";

/** The server's limits (docs/errors.md), known here so that nobody waits for a refusal. */
const MOST_BYTES = 20_000_000;

/** The photo on its way; it goes on while other pages are shown. */
export const upload = signal(/** @type {Upload | null} */ (null));

/** @param {Signal<Draft>} draft @param {File} file */
export async function takePhoto(draft, file) {
  upload.peek()?.stop();
  const controller = new AbortController();
  const { signal } = controller;
  const name = file.name || "photo";
  const stop = () => {
    controller.abort();
    upload.value = null;
  };
  const retry = () => void takePhoto(draft, file);
  const tell = (/** @type {number} */ share, /** @type {any} */ error = null) => {
    if (!signal.aborted) upload.value = { name, share, error, stop, retry };
  };
  tell(0);
  try {
    check(file);
    const { id, width, height } = await api.upload(file, { name, signal, onProgress: tell });
    if (signal.aborted) return;
    draft.value = withPhoto(draft.peek(), { id, name, width, height });
    upload.value = null;
  } catch (error) {
    tell(0, error);
  }
}

/** @param {File} file */
function check({ size, type }) {
  if (size > MOST_BYTES) throw new Failure("payload_too_large", "", { status: 413 });
  if (type && !type.startsWith("image/")) {
    throw new Failure("unsupported_media_type", "", { status: 415 });
  }
  if (size === 0) throw new Failure("image_unreadable", "", { status: 400 });
}

/** @param {string} id @returns {Promise<string>} */
export async function photoAddress(id) {
  return (await api.get(`/files/${id}`)).url;
}
