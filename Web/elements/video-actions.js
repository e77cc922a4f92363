import { html } from "../app/html.js";
import { explain, t } from "../app/text.js";
import { deleteVideo, loadVideo, renameVideo, restoreVideo, video } from "../app/videos.js";
import { ask } from "./dialog.js";
import { saveAddress } from "./save.js";
import { toast } from "./toast.js";

/** @typedef {import("../app/videos.js").Video} Video */

/**
 * Does something, and says so where it fails.
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>}
 */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    toast(explain(error));
    return false;
  }
}

/**
 * Asks for another title; none goes back to the made-up one.
 * @param {Video} one
 */
export async function rename(one) {
  /** @type {HTMLInputElement | undefined} */
  let input;
  const body = html`<label class="field"><span>${t("library.name")}</span>
    <input maxlength="80" autofocus value="${one.title}"
      ref=${(/** @type {HTMLInputElement} */ node) => (input = node)}></label>`;
  if (!(await ask({ title: t("library.rename"), body, confirm: t("actions.save") }))) return;
  await attempt(() => renameVideo(one.id, input?.value.trim() || null));
}

/**
 * Deletes at once, and offers to take it back.
 * @param {Video} one
 */
export async function remove(one) {
  const { id, title } = one;
  if (!(await attempt(() => deleteVideo(id)))) return;
  const run = () => attempt(() => restoreVideo(id));
  toast(t("library.deleted", { title }), { label: t("actions.undo"), run, seconds: 30 });
}

/**
 * Saves the clip or its poster. Their addresses expire, so they are asked for anew.
 * @param {Video} one
 * @param {"mp4" | "webp"} type
 */
export async function download(one, type) {
  const name = one.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "video";
  await attempt(async () => {
    await loadVideo(one.id);
    const now = video(one.id).peek();
    const address = type === "mp4" ? now?.clip_url : now?.poster_url;
    if (address) saveAddress(address, `${name}.${type}`);
  });
}
