// The videos this client knows, kept true by the event stream.

import { api } from "./api.js";
import { signal } from "./signal.js";

const all = new Map();
/** The last first frame, for the page that comes next. */
let held = { order: "", url: "" };

/** @type {Videos} */
export const videos = {
	changes: signal(0),
	deleted: signal([]),

	of(id) {
		if (!all.has(id)) all.set(id, signal(null));
		return all.get(id);
	},

	hear(said) {
		const place = videos.of(said.id);
		const now = place();
		if (now && videos.isOver(now) && !videos.isOver(said)) return;
		place.set(said);
		videos.changes.set(videos.changes() + 1);
	},

	isOver: ({ status }) => status === "completed" || status === "failed",

	known: () => [...all.values()].flatMap((one) => one.peek() ?? [])
		.sort((a, b) => (a.id < b.id ? 1 : -1)),

	load: async (id) => videos.hear(await api.get(`/videos/${id}`)),
	rename: async (id, title) => videos.hear(await api.patch(`/videos/${id}`, { title })),
	cancel: async (id) => videos.hear(await api.post(`/videos/${id}/cancel`)),

	async refresh() {
		const underWay = videos.known().filter((one) => !videos.isOver(one));
		await Promise.all(underWay.map(({ id }) => videos.load(id)));
	},

	async delete(id) {
		await api.delete(`/videos/${id}`);
		videos.setDeleted([...videos.deleted(), id]);
	},

	async restore(id) {
		videos.hear(await api.post(`/videos/${id}/restore`));
		videos.setDeleted(videos.deleted().filter((one) => one !== id));
	},

	setDeleted(ids) {
		videos.deleted.set(ids);
		videos.changes.set(videos.changes.peek() + 1);
	},

	forget() {
		all.clear();
		videos.setDeleted([]);
	},

	photoAddress: async (id) => (await api.get(`/files/${id}`)).url,

	frameOrder({ file_id, model, size, backdrop, crop }) {
		const { x, y, width, height } = crop ?? {};
		return JSON.stringify({
			input_reference: { file_id }, model, size, backdrop, crop: crop && { x, y, width, height },
		});
	},

	async firstFrame(order, signal) {
		if (order !== held.order) {
			const picture = await api.blob("POST", "/previews", JSON.parse(order), { signal });
			URL.revokeObjectURL(held.url);
			held = { order, url: URL.createObjectURL(picture) };
		}
		return held.url;
	},
};
