import {
	ask, attempt, deleteVideo, html, loadVideo, renameVideo, restoreVideo, saveAddress, t, toast,
	video,
} from "./parts.js";

/** @param {Video} video */
export async function rename({ id, title }) {
	const body = html`<label class="field"><span>${t("library.name")}</span>
		<input maxlength="80" autofocus value="${title}"></label>`;
	const [input] = body.querySelectorAll("input");
	if (!(await ask({ title: t("library.rename"), body, confirm: t("actions.save") }))) return;
	await attempt(() => renameVideo(id, input.value.trim() || null));
}

/** @param {Video} video */
export async function remove({ id, title }) {
	if (!(await attempt(() => deleteVideo(id)))) return;
	toast(t("library.deleted", { title }), () => attempt(() => restoreVideo(id)), 30);
}

/** @type {Download} */
export const download = ({ id, title }, type) => attempt(async () => {
	const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "video";
	await loadVideo(id);
	const address = video(id).peek()?.[type === "mp4" ? "clip_url" : "poster_url"];
	if (address) saveAddress(address, `${name}.${type}`);
});
