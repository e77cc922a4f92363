// Which page is shown. The address's fragment tells, so that any static host will do.

import { signal } from "./signal.js";

/**
 * @typedef {object} Route
 * @property {string} page  the first word: "new", "videos", "credits" …
 * @property {string | null} id  the second
 * @property {URLSearchParams} query
 */

/** @param {string} fragment @returns {Route} */
export function parseRoute(fragment) {
  const [path, query] = fragment.replace(/^#\/?/, "").split("?");
  const [page, id] = path.split("/");
  return { page: page || "new", id: id ? decode(id) : null, query: new URLSearchParams(query ?? "") };
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = signal(parseRoute(location.hash));

addEventListener("hashchange", () => {
  route.value = parseRoute(location.hash);
});

/**
 * Goes to a page.
 * @param {string} path  such as "videos/video_1"
 * @param {{replace?: boolean}} [options]  replace: "back" does not lead here again
 */
export function go(path, options) {
  if (!options?.replace) return void (location.hash = `#/${path}`);
  history.replaceState(null, "", `#/${path}`);
  route.value = parseRoute(location.hash);
}
