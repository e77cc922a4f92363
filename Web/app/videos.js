// The videos this client knows, each a signal that the event stream keeps true.

import { api } from "./api.js";
import { signal } from "./signal.js";

/** @type {Map<string, MaybeVideo>} */
const all = new Map();
/** A number that grows whenever a video appears, changes or goes. */
export const changes = signal(0);
/** The ids of videos that were deleted here. */
export const deleted = signal(/** @type {string[]} */ ([]));

/** @param {string} id */
export function video(id) {
  let found = all.get(id);
  if (!found) all.set(id, (found = signal(/** @type {Video | null} */ (null))));
  return found;
}

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

/** @param {Video} video */
export function isOver({ status }) {
  return status === "completed" || status === "failed";
}

/** @param {string} id */
export async function loadVideo(id) {
  hearVideo(await api.get(`/videos/${id}`));
}

/** The known ones, newest first: ids grow with time. */
export function knownVideos() {
  return [...all.values()].flatMap((one) => one.peek() ?? [])
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** What to do when there is no event stream. */
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

/**
 * Takes a deletion back, for the half minute in which that is possible.
 * @param {string} id
 */
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
