import {
	api, computed, date, each, endless, go, html, icon, labels, menu, offer, onCleanup, radios, route,
	select, signal, signedImage, skeleton, t, videos,
} from "../elements/parts.js";
import { videoActions } from "../elements/video-actions.js";

/** No page is there yet: ids grow with time, and never reach it. */
const NOTHING = "~";

export default function library() {
	const asked = route().query;
	const status = signal(asked.get("status") ?? "");
	const format = signal(asked.get("format") ?? "");
	/** Of older videos only some are known, which are not shown. */
	const oldest = signal(NOTHING);
	const query = () => new URLSearchParams([["status", status()], ["format", format()]]
		.filter(([, value]) => value));
	const list = endless(async (after) => {
		const part = await api.get(`/videos?limit=24&${query()}${after}`);
		part.data.forEach(videos.hear);
		oldest.set(part.has_more ? part.last_id : "");
		return part;
	});

	const shown = computed(() => videos.changes() < 0 || oldest() === NOTHING ? null
		: videos.known().filter((one) => one.id >= oldest()
			&& !videos.deleted().includes(one.id) && one.format === (format() || one.format)
			&& (!status() || status() === (videos.isOver(one) ? one.status : "unfinished")))
			.map(({ id }) => id));
	const isFiltered = () => status() + format() !== "";
	const state = computed(() => shown()?.length ? "full" : shown() ? "empty" : "loading");
	const hasFilters = computed(() => state() !== "empty" || isFiltered());

	/** @type {(part: Signal<string>, value: string) => void} */
	const choose = (part, value) => {
		oldest.set(NOTHING);
		part.set(value);
		// Not a way to another page: the address alone changes, so that the focus stays.
		history.replaceState(null, "", `#/videos${query().toString() && `?${query()}`}`);
		list.restart();
	};

	function filters() {
		if (!offer.all.peek()) offer.load().catch(() => {}); // A filter less.
		const states = labels("library.states", ["", "completed", "unfinished", "failed"]);
		const formats = () => Object.fromEntries(
			offer.all()?.formats.map(({ id }) => [id, offer.formatText(id, "title")]) ?? []);
		return html`${make()}
			${radios(t("library.filter"), states, status, (value) => choose(status, value),
				"unseen")}
			${() => select(t("library.format"),
				{ "": t("library.anyFormat"), ...formats() }, format.peek,
				(value) => choose(format, value), "unseen")}`;
	}

	return html`
		<section class="stack library">
			<div class="library-head">
				<h1>${t("titles.videos")}</h1>
				${() => hasFilters() && filters()}
			</div>
			<ul class="tiles" hidden="${() => state() !== "full"}">${
				each(() => shown() ?? [], videoTile)}</ul>
			${() => state() === "empty" && (isFiltered()
				? html`<p class="muted none">${t("library.none")}</p>` : welcome())}
			${() => state() === "loading" && !list.state().error && html`
				<div class="tiles" aria-hidden="true">${Array(5).fill("tall").map(skeleton)}</div>`}
			${list.foot}
		</section>`;
}

const make = () => html`<a class="primary" href="#/new">${icon("plus")}${t("nav.new")}</a>`;

const welcome = () => html`
	<div class="center empty">
		${icon("film")}
		<h2>${t("library.empty")}</h2>
		<p class="muted">${t("library.emptyText")}</p>
		${make()}
	</div>`;

let stopPlaying = () => {};

function videoTile(id = "") {
	const one = videos.of(id);
	const isGoing = computed(() => !videos.isOver(one()));
	const poster = computed(() => one().poster_url);
	const { file_id: file } = one.peek();
	let isReloaded = false;
	let isPlaying = false;
	let wait = 0;

	/** Addresses expire, and somebody else may have deleted it. */
	function reload() {
		if (!isReloaded) videos.load(id).catch(({ code }) => {
			if (code === "not_found") videos.setDeleted([...videos.deleted(), id]);
		});
		isReloaded = true;
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
		await videoActions.remove(one());
		isPlaying = false;
		if (!tile.isConnected) next?.querySelector("a")?.focus();
	}

	const stage = () => t(`library.stages.${one().stage}`);
	const underWay = () => html`<span class="tile-state"><span>${stage}</span>
		<progress max="100" value="${() => one().progress}" aria-label="${stage}"></progress></span>`;
	// A finger's first tap plays, the second opens; when it is lifted, it leaves, too.
	/** @type {Handler} */
	const isMouse = ({ pointerType }) => pointerType === "mouse";
	const made = html`
		<li class="${() => `tile ${one().status}`}" data-video="${id}">
			<a href="#/videos/${id}"
				@pointerenter=${(event) => isMouse(event) && (wait = setTimeout(play, 150))}
				@pointerleave=${(event) => isMouse(event) && stop()} @blur=${stop}
				@focus=${({ target }) => target.matches(":focus-visible") && play()}
				@click=${(event) => event.pointerType === "touch" && play() && event.preventDefault()}>
				<span class="tall">
					${() => (poster() ? html`<img src="${poster()}" alt="" loading="lazy"
						@load=${() => (isReloaded = false)} @error=${reload}>` : file && signedImage("tile-photo", "", () => videos.photoAddress(file)))}
					${() => (isGoing() ? underWay() : ended(one()))}
				</span>
				<strong>${() => one().title}</strong>
				<small>${() =>
					`${date(one().created_at)} · ${one().seconds} s`}</small>
			</a>
			${menu(() => t("library.actions", { title: one().title }), () => actions(one(), discard))}
		</li>`;
	const [tile] = made.children;
	onCleanup(stop);
	return made;
}

/** @param {Video} video */
function ended({ error, clip_url: clip, credits: count }) {
	return error && html`<span class="tile-state">${icon(clip ? "check" : "warning")}
		<span>${t(clip ? "library.late" : `ledger.reasons.${error.code}`)}</span>
		${!clip && html`<span class="muted">${t("library.back", { count })}</span>`}</span>`;
}

/** @param {Video} one @param {() => void} discard @returns {MenuItem[]} */
function actions(one, discard) {
	const { id } = one;
	const { clip, poster } = videoActions.saves(one);
	return [
		{ label: t("library.open"), icon: "external", act: () => go(`videos/${id}`) },
		{ label: t("library.rename"), icon: "pencil", act: () => videoActions.rename(one) },
		{ label: t("library.again"), icon: "refresh", act: () => go(`new?again=${id}`) },
		...(one.clip_url ? [
			{ label: t("library.remix"), icon: "remix", act: () => go(`videos/${id}?remix=1`) },
			{ label: t("library.clip"), icon: "download", act: clip },
			{ label: t("library.poster"), icon: "image", act: poster },
		] : []),
		...(videos.isOver(one) ? [{ label: t("actions.delete"), icon: "trash", act: discard }] : []),
	];
}
