import {
	api, catalogue, changes, computed, date, deleted, each, endless, formatText, hearVideo, html,
	icon, isOver, knownVideos, loadCatalogue, loadVideo, menu, onCleanup, photoAddress, radios,
	setDeleted, signal, signedImage, skeleton, t, untracked, video,
} from "../elements/parts.js";
import { download, remove, rename } from "../elements/video-actions.js";

export const title = "library.title";

/** No page is there yet: ids grow with time, and never reach it. */
const NOTHING = "~";

/** @param {Route} route */
export default function library(route) {
	const status = signal(route.query.get("status") ?? "");
	const format = signal(route.query.get("format") ?? "");
	/** Of older videos only some are known, which are not shown. */
	const oldest = signal(NOTHING);
	const query = () => new URLSearchParams([["status", status.peek()], ["format", format.peek()]]
		.filter(([, value]) => value));
	const list = endless(async (after) => {
		const wanted = query();
		wanted.set("limit", "24");
		if (after) wanted.set("after", after);
		const part = await api.get(`/videos?${wanted}`);
		part.data.forEach(hearVideo);
		oldest.value = part.has_more ? part.last_id : "";
		return part;
	});

	const shown = computed(() => changes.value < 0 || oldest.value === NOTHING ? null
		: knownVideos().filter((one) => one.id >= oldest.value && !deleted.value.includes(one.id)
			&& (!format.value || one.format === format.value)
			&& (!status.value || status.value === (isOver(one) ? one.status : "unfinished")))
			.map(({ id }) => id));
	const isFiltered = () => status.value + format.value !== "";
	const state = computed(() => shown.value?.length ? "full" : shown.value ? "empty" : "loading");
	const hasFilters = computed(() => state.value !== "empty" || isFiltered());

	/** @type {(part: Signal<string>, value: string) => void} */
	const choose = (part, value) => {
		oldest.value = NOTHING;
		part.value = value;
		// Not a way to another page: the address alone changes, so that the focus stays.
		history.replaceState(null, "", `#/videos${query().toString() && `?${query()}`}`);
		list.restart();
	};

	function filters() {
		if (!catalogue.peek()) loadCatalogue().catch(() => {}); // A filter less.
		const states = {
			"": t("library.states.all"), completed: t("library.states.completed"),
			unfinished: t("library.states.unfinished"), failed: t("library.states.failed"),
		};
		return html`${make()}
			<fieldset><legend class="unseen">${t("library.filter")}</legend>
				${radios("status", states, () => status.value, (value) => choose(status, value))}</fieldset>
			<label class="field"><span class="unseen">${t("library.format")}</span>
				<select @change=${({ target }) => choose(format, target.value)}>
					<option value="">${t("library.anyFormat")}</option>
					${() => catalogue.value?.formats.map(({ id }) => html`
						<option value="${id}" selected="${id === format.peek()}">${
							formatText(id, "title")}</option>`)}
				</select></label>`;
	}

	const none = () => html`<p class="muted none">${t("library.none")}</p>`;
	const skeletons = () => html`<div class="tiles" aria-hidden="true">${
		Array.from({ length: 5 }, () => skeleton("tall"))}</div>`;
	return html`
		<section class="stack library">
			<div class="library-head">
				<h1>${t("library.title")}</h1>
				${() => hasFilters.value && filters()}
			</div>
			<ul class="tiles" hidden="${() => state.value !== "full"}">${
				each(() => shown.value ?? [], videoTile)}</ul>
			${() => state.value === "empty" && (isFiltered() ? none() : sample())}
			${() => state.value === "loading" && !list.state.value.error && skeletons()}
			${list.foot}
		</section>`;
}

function make() {
	return html`<a class="primary" href="#/new">${icon("plus")}${t("nav.new")}</a>`;
}

function sample() {
	const address = "../pictures/samples/unboxing";
	return html`
		<div class="center empty">
			<figure class="sample">
				<div class="tall"><video src="${address}.mp4" poster="${address}.jpg" controls muted loop
					playsinline preload="none" aria-label="${t("library.sample")}"></video></div>
				<figcaption class="small muted">${t("library.sample")}</figcaption>
			</figure>
			<h2>${t("library.empty")}</h2>
			<p class="muted">${t("library.emptyText")}</p>
			${make()}
		</div>`;
}

let stopPlaying = () => {};

/** @param {string} id */
function videoTile(id) {
	const one = () => /** @type {Video} */ (video(id).value);
	const isGoing = computed(() => !isOver(one()));
	const poster = computed(() => one().poster_url);
	let isReloaded = false;
	let isPlaying = false;
	let wait = 0;

	/** Addresses expire, and somebody else may have deleted it. */
	async function reload() {
		if (isReloaded) return;
		isReloaded = true;
		await loadVideo(id).catch(({ code }) => {
			if (code === "not_found") setDeleted([...deleted.peek(), id]);
		});
	}

	function play() {
		const src = one().clip_url;
		if (isPlaying || !src || matchMedia("(prefers-reduced-motion: reduce)").matches) return false;
		stopPlaying();
		isPlaying = true;
		stopPlaying = stop;
		const clip = document.createElement("video");
		Object.assign(clip, { src, muted: true, loop: true, playsInline: true, ariaHidden: "true" });
		clip.onerror = () => {
			stop();
			reload();
		};
		tile.querySelector(".tall")?.append(clip);
		clip.play().catch(() => {}); // Stopped before it began, or not allowed: the poster stays.
		return true;
	}

	function stop() {
		clearTimeout(wait);
		isPlaying = false;
		const clip = tile.querySelector("video");
		clip?.removeAttribute("src");
		clip?.remove();
	}

	/** The focus goes on to the next tile. */
	async function discard() {
		const next = tile.nextElementSibling ?? tile.previousElementSibling;
		stop();
		isPlaying = true; // What is about to go must not begin to.
		await remove(one());
		isPlaying = false;
		if (!tile.isConnected) next?.querySelector("a")?.focus();
	}

	// A finger's first tap plays, the second opens; when it is lifted, it leaves, too.
	const isMouse = (/** @type {PointerEvent} */ { pointerType }) => pointerType === "mouse";
	const made = html`
		<li class="${() => `tile ${one().status}`}" data-video="${id}">
			<a href="#/videos/${id}"
				@pointerenter=${(event) => isMouse(event) && (wait = setTimeout(play, 150))}
				@pointerleave=${(event) => isMouse(event) && stop()} @blur=${stop}
				@focus=${({ target }) => target.matches(":focus-visible") && play()}
				@click=${(event) => event.pointerType === "touch" && play() && event.preventDefault()}>
				<span class="tall">
					${() => (poster.value ? html`<img src="${poster.value}" alt="" loading="lazy"
						@load=${() => (isReloaded = false)} @error=${reload}>` : photo(untracked(one)))}
					${() => (isGoing.value ? underWay(one) : ended(one()))}
				</span>
				<strong>${() => one().title}</strong>
				<span class="small muted">${() =>
					`${date(one().created_at)} · ${one().seconds} s`}</span>
			</a>
			${menu(() => t("library.actions", { title: one().title }), () => actions(one(), discard))}
		</li>`;
	const [tile] = made.children;
	onCleanup(stop);
	return made;
}

/** @param {Video} video */
function photo({ file_id: id }) {
	return id && signedImage("tile-photo", "", () => photoAddress(id));
}

/** @param {() => Video} one */
function underWay(one) {
	const stage = () => t(`library.stages.${one().stage}`);
	return html`<span class="tile-state"><span>${stage}</span>
		<progress max="100" value="${() => one().progress}" aria-label="${stage}"></progress></span>`;
}

/** @param {Video} video */
function ended({ error, clip_url: clip, credits: count }) {
	if (!error) return null;
	const text = clip ? t("library.late") : t(`ledger.reasons.${error.code}`);
	return html`<span class="tile-state">${icon(clip ? "check" : "warning")}
		<span>${text}</span>
		${!clip && html`<span class="muted">${t("library.back", { count })}</span>`}</span>`;
}

/** @param {Video} one @param {() => void} discard @returns {MenuItem[]} */
function actions(one, discard) {
	const { id, clip_url: clip } = one;
	const withClip = [
		{ label: t("library.remix"), icon: "remix", act: `#/videos/${id}?remix=1` },
		{ label: t("library.clip"), icon: "download", act: () => download(one, "mp4") },
		{ label: t("library.poster"), icon: "image", act: () => download(one, "webp") },
	];
	return [
		{ label: t("library.open"), icon: "external", act: `#/videos/${id}` },
		{ label: t("library.rename"), icon: "pencil", act: () => rename(one) },
		{ label: t("library.again"), icon: "refresh", act: `#/new?again=${id}` },
		...(clip ? withClip : []),
		...(isOver(one) ? [{ label: t("actions.delete"), icon: "trash", act: discard }] : []),
	];
}
