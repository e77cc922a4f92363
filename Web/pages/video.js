import {
	announce, ask, attempt, button, computed, copyButton, date, effect, failure, html, icon, iconButton,
	known, offer, onCleanup, replace, route, signal, skeleton, t, videos,
} from "../elements/parts.js";
import { remixForm } from "../elements/remix-form.js";
import { videoActions } from "../elements/video-actions.js";
import missing from "./missing.js";

export default function videoPage() {
	const { id, query } = route();
	const one = videos.of(id);
	const problem = signal(null);
	const load = () => {
		problem.set(null);
		videos.load(id).catch((error) => problem.set(error));
	};
	load();
	// Names stand in for what could not be loaded.
	offer.load().catch(() => {});
	const isKnown = computed(() => one() !== null);
	const isGoing = computed(() => isKnown() && !videos.isOver(one()));
	const hasClip = computed(() => Boolean(one()?.clip_url));
	let before = one()?.status;
	effect(() => {
		const now = one()?.status;
		if (before && before !== now && now === "completed") announce(t("video.ready"));
		before = now;
		if (videos.deleted().includes(id)) replace("videos");
	});

	return html`${() => {
		if (problem()?.status === 404) return missing();
		if (!isKnown() && problem()) return failure(load, problem());
		return html`
			<div class="stack desk video">
				<aside class="center desk-side" aria-label="${t("video.stage")}">
					<figure class="stage tall" data-going="${isGoing}">
						${() => !isKnown() ? skeleton() : hasClip() ? player(one)
							: firstPicture(one.peek())}
						${() => isGoing() && html`<progress max="100" aria-label="${t("video.progress")}"
							value="${() => one().progress}"></progress>`}
					</figure></aside>
				<div class="stack decide">${() => isKnown() ? about()
					: ["line-tall", "line", "line"].map(skeleton)}</div>
			</div>`;
	}}`;

	function about() {
		const name = computed(() => one().title);
		const { prompt } = one.peek();
		const promptTitle = t("new.prompt.title");
		return html`
			<div class="row title-row">
				<h1>${name}</h1>
				${iconButton(t("library.rename"), () => videoActions.rename(one()), "pencil")}
			</div>
			${() => isGoing() ? progressCard(one)
				: html`${failed(one.peek())}${actions(one.peek(), hasClip())}`}
			${facts(one)}
			<section class="stack tight">
				<div class="row spread"><h2>${promptTitle}</h2>${copyButton(prompt)}</div>
				<p class="surface prompt-text" tabindex="0" role="region" aria-label="${promptTitle}">${
					prompt}</p>
			</section>
			${() => hasClip() && remixForm(one.peek(), query.has("remix"))}
			${() => !isGoing() && button("plain problem", t("video.delete"),
				() => videoActions.remove(one()), "trash")}`;
	}
}

/** @param {Video} video */
function firstPicture(video) {
	const picture = (url = "") => html`
		<img src="${url}" alt="${t("new.stage.frame")}">`;
	const none = html`<div class="center stage-say">${icon("film")}</div>`;
	if (video.poster_url) return picture(video.poster_url);
	if (!video.file_id) return none;
	const content = signal(skeleton());
	// The photo may be gone by now: then the stage stays calm.
	videos.firstFrame(videos.frameOrder(video)).then(picture, () => none)
		.then((made) => content.set(made));
	return html`${content}`;
}

/** @param {LiveVideo} one  whose address expires */
function player(one) {
	let isRenewing = false;
	const { id, clip_url: url, poster_url: poster } = one.peek();
	/** @type {Handler} */
	const renew = async ({ target: clip }) => {
		if (isRenewing) return;
		isRenewing = true;
		const at = clip.currentTime;
		// Without an answer the player shows that it cannot play; the next attempt asks again.
		await videos.load(id).catch(() => {});
		const next = one().clip_url;
		if (next && next !== clip.src) {
			clip.src = next;
			clip.currentTime = at;
		}
		isRenewing = false;
	};
	return html`<video controls playsinline preload="metadata" aria-label="${() => one().title}"
		poster="${poster}" src="${url}" @error=${renew}></video>`;
}

/** @param {LiveVideo} one */
function progressCard(one) {
	const now = signal(Date.now());
	const timer = setInterval(() => now.set(Date.now()), 1000);
	onCleanup(() => clearInterval(timer));
	const stage = computed(() => one().stage);
	const isStopping = computed(() => Boolean(one().cancel_requested));
	const canStop = computed(() => !isStopping() && stage() !== "storing");
	const say = () => t(isStopping() ? "video.stopping" : `video.stages.${stage()}`);
	const elapsed = () => {
		const seconds = Math.max(0, Math.floor(now() / 1000 - one().created_at));
		return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
	};

	async function cancel() {
		const { id, credits: count } = one();
		const key = stage() === "queued" ? "queued" : "running";
		const isSure = await ask({
			title: t("video.cancel.title"), body: t(`video.cancel.${key}`, { count }),
			confirm: t("video.cancel.yes"), isDangerous: true,
		});
		if (isSure) await attempt(() => videos.cancel(id));
	}

	return html`
		<section class="stack" aria-labelledby="stage-text">
			<p class="big lead" id="stage-text" role="status">${say}</p>
			<p class="muted">${t("video.leave")}</p>
			<div class="row">
				<span class="muted">
					<span class="unseen">${t("video.elapsed")}</span> ${elapsed}</span>
				${() => canStop() && button("plain", t("video.cancel.ask"), cancel)}
			</div>
		</section>`;
}

/** @param {Video} video */
function failed({ error, credits, clip_url: late }) {
	if (!error) return null;
	if (late) return html`<div class="notice good"><p>${t("video.late")}</p></div>`;
	return html`
		<div class="notice ${error.code === "cancelled" ? "" : "error"}" role="status">
			<p>${known(`failures.${error.code}`, error.message)}</p>
			<p>${t("video.refunded", { count: credits })}</p>
		</div>`;
}

/** @param {Video} video @param {boolean} hasClip */
function actions(video, hasClip) {
	const { clip, poster } = videoActions.saves(video);
	return html`
		<div class="row">
			${hasClip && button("primary", t("library.clip"), clip, "download")}
			<a class="${hasClip ? "secondary" : "primary"}" href="#/new?again=${video.id}">
				${icon("refresh")}${t("library.again")}</a>
			${hasClip && button("plain", t("library.poster"), poster)}
		</div>`;
}

/** @param {LiveVideo} one */
function facts(one) {
	const {
		format, model, seconds, size, credits, created_at: at, remixed_from_video_id: from,
		remix_method: how = "regenerate",
	} = one.peek();
	/** @type {Record<string, Value>} */
	const all = {
		format: () => format ? offer.formatText(format, "title") : t("new.format.own"),
		model: () => offer.model(model)?.name ?? model,
		seconds: `${seconds} s`,
		size: size.replace("x", " × "),
		credits: () => t("credits.amount", { count: one().status === "failed" ? 0 : credits }),
		date: date(at, "short"),
		...(from && { origin: html`<a href="#/videos/${from}">${t(`video.from.${how}`)}</a>` }),
	};
	return html`<dl class="facts">${Object.entries(all).map(([name, say]) => html`
		<div><dt class="small muted">${t(`video.facts.${name}`)}</dt><dd>${say}</dd></div>`)}</dl>`;
}
