import {
	balance, computed, connection, effect, find, followEvents, frozen, html, icon, number, route,
	session, t, videos, wallet,
} from "./parts.js";

let isStarted = false;

export function startShell() {
	if (isStarted) return;
	isStarted = true;
	const user = computed(() => session.value?.user);
	find(".top").append(html`${() => user.value && html`
		<nav class="tabs" aria-label="${t("nav.label")}">
			${tab("new", "plus")}${tab("videos", "film")}
			${tab("credits", "coin")}${tab("settings", "user")}
		</nav>
		${pill()}`}`);
	const isOffline = () => user.value && connection.value === "offline";
	find("#banner").append(html`${() =>
		isOffline() && html`<p class="banner">${t("connection.offline")}</p>`}`);
	followEvents();
	let last = user.peek();
	effect(() => {
		if (user.value !== last) {
			wallet.forget();
			videos.forget();
		}
		last = user.value;
	});
}

function tab(page = "", picture = "") {
	return html`<a href="#/${page}" aria-current="${() => route.value.page === page && "page"}">
		${icon(picture)}<span>${t(`nav.${page}`)}</span></a>`;
}

function pill() {
	const credits = () => balance.value === null ? t("credits.unknown")
		: t("credits.amount", { count: balance.value });
	return html`
		<a class="quiet balance" href="#/credits" data-frozen="${() => frozen.value !== null}"
			aria-label="${() => t("credits.yours", { credits: credits() })}">
			${icon("coin")}<span>${() => (balance.value === null ? "…" : number(balance.value))}</span>
		</a>`;
}
