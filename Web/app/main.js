import { loadConfig } from "./http.js";
import { computed, effect, find, loadText, scope, t, translate, untracked } from "./html.js";
import { replace, route } from "./router.js";
import { session } from "./session.js";

/** @type {Record<string, () => Promise<Page>>} */
const pages = {
	"sign-in": () => import("../pages/sign-in.js"),
	new: () => import("../pages/new.js"),
	videos: () => import("../pages/videos.js"),
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
/** @type {Promise<unknown> | undefined} */
let dressed;

/** @param {Route} to */
function nameOf({ page, id }) {
	if (page === "videos" && id) return "video";
	return page in pages && page !== "video" ? page : "missing";
}

/** @param {Route} to @param {boolean} isFirst */
async function show(to, isFirst) {
	const mine = ++turn;
	const name = nameOf(to);
	document.documentElement.dataset.session = session() ? "kept" : "none";
	if (name !== "sign-in" && !session()) {
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
	const title = t(`titles.${name}`);
	document.title = `${title} · Placemint`;
	if (isFirst) return;
	scrollTo({ top: 0 });
	place.focus({ preventScroll: true });
	find("#announcer").replaceChildren(title);
}

/** @param {string} name */
async function load(name) {
	const page = pages[name]();
	if (name === "sign-in") return page;
	const [{ startShell }] = await Promise.all([shell(), dress()]);
	startShell();
	return page;
}

/** The styles that signing in does without; without them, pages are plain and work. */
function dress() {
	return dressed ??= Promise.all(["desk", "lists"].map((name) => new Promise((resolve) => {
		const link = document.createElement("link");
		const [onload, onerror] = [resolve, resolve];
		Object.assign(link, { rel: "stylesheet", href: `../styles/${name}.css`, onload, onerror });
		document.head.append(link);
	})));
}

/** @returns {Promise<Page>} */
async function lost() {
	const { failure } = await import("../elements/parts.js");
	const retry = () => location.reload();
	return { default: () => failure(retry, { code: "network" }) };
}

async function start() {
	// Fetched beside the settings, not after them.
	if (session()) Promise.all([shell(), pages[nameOf(route())]()]).catch(() => {});
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

start().catch(async () => place.replaceChildren((await lost()).default(route(), welcome)));
