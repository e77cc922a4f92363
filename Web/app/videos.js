// The videos this client knows, each a signal that the event stream keeps true.

import { api } from "./api.js";
import { signal } from "./signal.js";

/**
 * @typedef {object} Video
 * @property {string} id
 * @property {string} title
 * @property {string} model
 * @property {"queued" | "in_progress" | "completed" | "failed"} status
 * @property {"queued" | "submitting" | "rendering" | "storing" | "done"} stage
 * @property {number} progress  percent
 * @property {string} prompt
 * @property {string} size  WIDTHxHEIGHT
 * @property {string} seconds
 * @property {number} credits
 * @property {string | null} format
 * @property {Record<string, string> | null} brief
 * @property {string} backdrop
 * @property {Crop | null} crop
 * @property {string | null} file_id  the photo
 * @property {number} created_at
 * @property {number | null} completed_at
 * @property {string | null} remixed_from_video_id
 * @property {"edit" | "regenerate"} [remix_method]
 * @property {boolean} [cancel_requested]
 * @property {string | null} clip_url  where the clip plays from, for an hour
 * @property {string | null} poster_url
 * @property {{code: string, message: string} | null} error
 */

/**
 * Shares of the photo's width and height, from its upper left corner.
 * @typedef {{x: number, y: number, width: number, height: number}} Crop
 */

/** @type {Map<string, import("./signal.js").Signal<Video | null>>} */
const known = new Map();

/**
 * A video, null while it is not known.
 * @param {string} id
 */
export function video(id) {
  let found = known.get(id);
  if (!found) known.set(id, (found = signal(/** @type {Video | null} */ (null))));
  return found;
}

/** A number that grows whenever a video appears, changes or goes. */
export const changes = signal(0);
/** The ids of videos that were deleted here. */
export const deleted = signal(/** @type {ReadonlySet<string>} */ (new Set()));

/**
 * Takes what the server says of a video. A finished one never goes back.
 * @param {Video} said
 */
export function hearVideo(said) {
  const place = video(said.id);
  const now = place.peek();
  if (now && isOver(now) && !isOver(said)) return;
  place.value = said;
  changes.value += 1;
}

/** @param {Video} one */
export function isOver(one) {
  return one.status === "completed" || one.status === "failed";
}

/** @param {string} id */
export async function loadVideo(id) {
  hearVideo(await api.get(`/videos/${id}`));
}

/**
 * The known ones, newest first: ids grow with time.
 * @returns {Video[]}
 */
export function knownVideos() {
  return [...known.values()].flatMap((one) => one.peek() ?? [])
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** The known ones that are under way, newest first. */
export function underWay() {
  return knownVideos().filter((one) => !isOver(one));
}

/** Asks about those under way: what to do when there is no event stream. */
export async function refreshUnderWay() {
  await Promise.all(underWay().map(({ id }) => loadVideo(id)));
}

/** @param {string} id @param {string | null} title */
export async function renameVideo(id, title) {
  hearVideo(await api.patch(`/videos/${id}`, { title }));
}

/** @param {string} id */
export async function deleteVideo(id) {
  await api.delete(`/videos/${id}`);
  deleted.value = new Set([...deleted.peek(), id]);
  changes.value += 1;
}

/**
 * Takes a deletion back, for the half minute in which that is possible.
 * @param {string} id
 */
export async function restoreVideo(id) {
  hearVideo(await api.post(`/videos/${id}/restore`));
  deleted.value = new Set([...deleted.peek()].filter((one) => one !== id));
  changes.value += 1;
}

/** @param {string} id */
export async function cancelVideo(id) {
  hearVideo(await api.post(`/videos/${id}/cancel`));
}

/** Nobody's any more. */
export function forgetVideos() {
  known.clear();
  deleted.value = new Set();
  changes.value += 1;
}
