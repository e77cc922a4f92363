// Which page is shown. The address's fragment tells, so that any static host will do.

import { signal } from "./signal.js";

export const route = signal(parseRoute(location.hash));

addEventListener("hashchange", () => {
	route.set(parseRoute(location.hash));
});

/** @param {string} fragment @returns {Route} */
export function parseRoute(fragment) {
	const [path, query] = fragment.replace(/^#\/?/, "").split("?");
	const [page, id = ""] = path.split("/");
	return { page: page || "new", id: decode(id), query: new URLSearchParams(query) };
}

/** @param {string} text */
function decode(text) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** @param {string} path  such as "videos/video_1" */
export function go(path) {
	location.hash = `#/${path}`;
}

/** @param {string} path  from which "back" does not lead here */
export function replace(path) {
	history.replaceState(null, "", `#/${path}`);
	route.set(parseRoute(location.hash));
}
