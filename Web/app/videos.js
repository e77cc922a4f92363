// The videos this client knows, kept true by the event stream.

import { api } from "./api.js";
import { signal } from "./signal.js";

const all = new Map();
/** Grows whenever a video appears, changes or goes. */
export const changes = signal(0);
/** @type {Signal<string[]>} */
export const deleted = signal([]);

/** @param {string} id @returns {MaybeVideo} */
export function video(id) {
	if (!all.has(id)) all.set(id, signal(null));
	return all.get(id);
}

/** @param {Video} said  a finished one never goes back */
export function hearVideo(said) {
	const place = video(said.id);
	const now = place.peek();
	if (now && isOver(now) && !isOver(said)) return;
	place.value = said;
	changes.value += 1;
}

/** @param {Video} video */
export function isOver({ status }) {
	return status === "completed" || status === "failed";
}

/** @param {string} id */
export async function loadVideo(id) {
	hearVideo(await api.get(`/videos/${id}`));
}

/** @returns {Video[]} newest first */
export function knownVideos() {
	return [...all.values()].flatMap((one) => one.peek() ?? [])
		.sort((a, b) => (a.id < b.id ? 1 : -1));
}

export async function refreshUnderWay() {
	const underWay = knownVideos().filter((one) => !isOver(one));
	await Promise.all(underWay.map(({ id }) => loadVideo(id)));
}

/** @param {string} id @param {string | null} title */
export async function renameVideo(id, title) {
	hearVideo(await api.patch(`/videos/${id}`, { title }));
}

/** @param {string} id */
export async function deleteVideo(id) {
	await api.delete(`/videos/${id}`);
	setDeleted([...deleted.peek(), id]);
}

/** @param {string[]} ids */
export function setDeleted(ids) {
	deleted.value = ids;
	changes.value += 1;
}

/** @param {string} id */
export async function restoreVideo(id) {
	hearVideo(await api.post(`/videos/${id}/restore`));
	setDeleted(deleted.peek().filter((one) => one !== id));
}

/** @param {string} id */
export async function cancelVideo(id) {
	hearVideo(await api.post(`/videos/${id}/cancel`));
}

export function forgetVideos() {
	all.clear();
	setDeleted([]);
}

/** @param {string} id @returns {Promise<string>} */
export async function photoAddress(id) {
	return (await api.get(`/files/${id}`)).url;
}

/** For the page that comes next. */
let held = { order: "", url: "" };

/** @param {Look} look */
export function frameOrder({ file_id, model, size, backdrop, crop }) {
	const { x, y, width, height } = crop ?? {};
	return JSON.stringify({
		input_reference: { file_id }, model, size, backdrop, crop: crop && { x, y, width, height },
	});
}

/** @param {string} order @param {AbortSignal} [signal] */
export async function firstFrame(order, signal) {
	if (order !== held.order) {
		const picture = await api.blob("POST", "/previews", JSON.parse(order), { signal });
		URL.revokeObjectURL(held.url);
		held = { order, url: URL.createObjectURL(picture) };
	}
	return held.url;
}
