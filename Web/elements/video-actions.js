import { html, t } from "../app/html.js";
import { deleteVideo, loadVideo, renameVideo, restoreVideo, video } from "../app/videos.js";
import { saveAddress } from "./save.js";
import { ask, attempt, toast } from "./say.js";

/**
 * Asks for another title; none goes back to the made-up one.
 * @param {Video} video
 */
export async function rename({ id, title }) {
  const body = html`<label class="field"><span>${t("library.name")}</span>
    <input maxlength="80" autofocus value="${title}"></label>`;
  const input = /** @type {HTMLInputElement} */ (body.querySelector("input"));
  if (!(await ask({ title: t("library.rename"), body, confirm: t("actions.save") }))) return;
  await attempt(() => renameVideo(id, input.value.trim() || null));
}

/**
 * Deletes at once, and offers to take it back.
 * @param {Video} video
 */
export async function remove({ id, title }) {
  if (!(await attempt(() => deleteVideo(id)))) return;
  toast(t("library.deleted", { title }), () => attempt(() => restoreVideo(id)), 30);
}

/**
 * Saves the clip or its poster. Their addresses expire, so they are asked for anew.
 * @param {Video} video @param {"mp4" | "webp"} type
 */
export async function download({ id, title }, type) {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "video";
  await attempt(async () => {
    await loadVideo(id);
    const address = video(id).peek()?.[type === "mp4" ? "clip_url" : "poster_url"];
    if (address) saveAddress(address, `${name}.${type}`);
  });
}
