import { ask, attempt, field, html, saveAddress, t, toast, videos } from "./parts.js";

/** @type {VideoActions} */
export const videoActions = {
	async rename({ id, title }) {
		const body = field(t("library.name"), html`<input maxlength="80" autofocus value="${title}">`);
		const [input] = body.querySelectorAll("input");
		if (!(await ask({ title: t("library.rename"), body, confirm: t("actions.save") }))) return;
		await attempt(() => videos.rename(id, input.value.trim() || null));
	},

	async remove({ id, title }) {
		if (!(await attempt(() => videos.delete(id)))) return;
		toast(t("library.deleted", { title }), () => attempt(() => videos.restore(id)), 30);
	},

	saves({ id, title }) {
		const name = title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "video";
		const save = (part = "clip_url", type = "mp4") => () => attempt(async () => {
			await videos.load(id);
			const address = Reflect.get(videos.of(id)(), part);
			if (address) saveAddress(address, `${name}.${type}`);
		});
		return { clip: save(), poster: save("poster_url", "webp") };
	},
};
