import { loadConfig } from "./http.js";
import { computed, effect, find, loadText, scope, t, translate, untracked } from "./html.js";
import { replace, route } from "./router.js";
import { session } from "./session.js";

/** @type {Record<string, () => Promise<Page>>} */
const pages = {
	"sign-in": () => import("../pages/sign-in.js"),
	new: () => import("../pages/new.js"),
	videos: () => import("../pages/library.js"),
	video: () => import("../pages/video.js"),
	credits: () => import("../pages/credits.js"),
	settings: () => import("../pages/settings.js"),
	programs: () => import("../pages/programs.js"),
	missing: () => import("../pages/missing.js"),
};
const shell = () => import("../elements/shell.js");
const place = find("#page");
/** Drawn before this runs, and used as it is. */
const welcome = find("#sign-in");
let leave = () => {};
let turn = 0;

/** @param {Route} to */
function nameOf({ page, id }) {
	if (page === "videos" && id) return "video";
	return page in pages && page !== "video" ? page : "missing";
}

/** @param {Route} to @param {boolean} isFirst */
async function show(to, isFirst) {
	const mine = ++turn;
	const name = nameOf(to);
	document.documentElement.dataset.session = session.peek() ? "kept" : "none";
	if (name !== "sign-in" && !session.peek()) {
		const next = location.hash.replace(/^#\/?/, "");
		return replace(next ? `sign-in?next=${encodeURIComponent(next)}` : "sign-in");
	}
	place.ariaBusy = "true";
	const page = await load(name).catch(lost);
	if (mine !== turn) return;
	leave();
	place.ariaBusy = null;
	const [content, end] = scope(() => page.default(to, welcome));
	leave = end;
	place.dataset.page = name;
	// Moved, the form would lose what is being typed.
	if (content.parentNode !== place) place.replaceChildren(content);
	document.title = `${t(page.title)} · Placemint`;
	if (isFirst) return;
	scrollTo({ top: 0 });
	place.focus({ preventScroll: true });
	find("#announcer").replaceChildren(t(page.title));
}

/** @param {string} name */
async function load(name) {
	const page = pages[name]();
	if (name === "sign-in") return page;
	const [{ startShell }] = await Promise.all([shell(), dress()]);
	startShell();
	return page;
}

/** The other styles wait in the HTML, as those of a printer. */
async function dress() {
	/** @type {NodeListOf<HTMLLinkElement>} */
	const links = document.querySelectorAll("link[media=print]");
	await Promise.all([...links].map((link) => link.sheet ?? new Promise((resolve) => {
		// Waited for as long as the browser tries: without them, pages are plain and work.
		if (document.readyState === "complete") resolve(null);
		for (const place of [link, window]) place.addEventListener("load", resolve);
		link.addEventListener("error", resolve);
	})));
	for (const link of links) link.media = "all";
}

/** @returns {Promise<Page>} */
async function lost() {
	const { failure } = await import("../elements/parts.js");
	const retry = () => location.reload();
	return { title: "errors.title", default: () => failure(retry, { code: "network" }) };
}

async function start() {
	// Fetched beside the settings, not after them.
	if (session.peek()) Promise.all([shell(), pages[nameOf(route.peek())]()]).catch(() => {});
	await Promise.all([loadConfig(), loadText()]);
	translate();
	let isFirst = true;
	// A refreshed session is another object of the same user: the page stays as it is.
	const user = computed(() => session()?.user);
	effect(() => {
		user();
		const to = route();
		untracked(() => show(to, isFirst));
		isFirst = false;
	});
}

start().catch(async () => place.replaceChildren((await lost()).default(route.peek(), welcome)));
