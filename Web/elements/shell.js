import {
	balance, computed, connection, effect, find, followEvents, frozen, html, icon, number, route,
	session, t, videos, wallet,
} from "./parts.js";

let isStarted = false;

export function startShell() {
	if (isStarted) return;
	isStarted = true;
	const user = computed(() => session()?.user);
	find(".top").append(html`${() => user() && html`
		<nav class="tabs" aria-label="${t("nav.label")}">
			${tab("new", "plus")}${tab("videos", "film")}
			${tab("credits", "coin")}${tab("settings", "user")}
		</nav>
		${pill()}`}`);
	const isOffline = () => user() && connection() === "offline";
	find("#banner").append(html`${() =>
		isOffline() && html`<p class="banner">${t("connection.offline")}</p>`}`);
	followEvents();
	let last = user.peek();
	effect(() => {
		if (user() !== last) {
			wallet.forget();
			videos.forget();
		}
		last = user();
	});
}

function tab(page = "", picture = "") {
	return html`<a href="#/${page}" aria-current="${() => route().page === page && "page"}">
		${icon(picture)}<span>${t(`nav.${page}`)}</span></a>`;
}

function pill() {
	const credits = () => {
		const count = balance();
		return t(`credits.${count === null ? "unknown" : "amount"}`, { count: count ?? 0 });
	};
	return html`
		<a class="quiet balance" href="#/credits" data-frozen="${() => frozen() !== null}"
			aria-label="${() => t("credits.yours", { credits: credits() })}">
			${icon("coin")}<span>${() => number(balance())}</span>
		</a>`;
}
