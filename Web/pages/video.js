import {
	announce, ask, attempt, button, cancelVideo, computed, date, deleted, effect, failure,
	firstFrame, formatText, frameOrder, html, icon, iconButton, isOver, known, loadCatalogue,
	loadVideo, modelOf, onCleanup, replace, signal, skeleton, t, toast, video,
} from "../elements/parts.js";
import { remixForm } from "../elements/remix-form.js";
import { download, remove, rename } from "../elements/video-actions.js";
import missing from "./missing.js";

export const title = "video.title";

/** @param {Route} route */
export default function videoPage({ id, query }) {
	const one = video(id);
	const problem = signal(null);
	const load = () => {
		problem.value = null;
		loadVideo(id).catch((error) => (problem.value = error));
	};
	load();
	// Names stand in for what could not be loaded.
	loadCatalogue().catch(() => {});
	const isKnown = computed(() => one.value !== null);
	const isGoing = computed(() => one.value !== null && !isOver(one.value));
	const hasClip = computed(() => Boolean(one.value?.clip_url));
	effect(() => {
		if (deleted.value.includes(id)) replace("videos");
	});
	tellTheEnd(one);

	return html`${() => {
		if (problem.value?.status === 404) return missing();
		if (!isKnown.value && problem.value) return failure(load, problem.value);
		return html`
			<div class="stack desk video">
				<aside class="center desk-side" aria-label="${t("video.stage")}">
					<figure class="stage tall" data-going="${() => isGoing.value}">
						${() => !isKnown.value ? skeleton() : hasClip.value ? player(one)
							: firstPicture(nowOf(one))}
						${() => isGoing.value && html`<progress max="100" aria-label="${t("video.progress")}"
							value="${() => one.value?.progress ?? 0}"></progress>`}
					</figure></aside>
				<div class="stack decide">${() => isKnown.value ? about()
					: ["line-tall", "line", "line"].map(skeleton)}</div>
			</div>`;
	}}`;

	function about() {
		const now = () => nowOf(one);
		const name = computed(() => one.value?.title);
		return html`
			<div class="row title-row">
				<h1>${() => name.value}</h1>
				${iconButton(t("library.rename"), () => rename(now()), "pencil")}
			</div>
			${() => isGoing.value ? progressCard(one)
				: html`${failed(now())}${actions(now, hasClip.value)}`}
			${facts(now(), () => one.value?.status === "failed")}
			${promptText(now().prompt)}
			${() => hasClip.value && remixForm(now(), query.has("remix"))}
			${() => !isGoing.value && html`<div>
				${button("plain delete", t("video.delete"), () => remove(now()), "trash")}</div>`}`;
	}
}

/** @param {MaybeVideo} one */
function tellTheEnd(one) {
	let before = one.peek()?.status;
	effect(() => {
		const now = one.value?.status;
		if (before && before !== now && now === "completed") announce(t("video.ready"));
		before = now;
	});
}

/** @param {MaybeVideo} one */
function nowOf(one) {
	return /** @type {Video} */ (one.peek());
}

/** @param {Video} video */
function firstPicture(video) {
	const picture = (/** @type {string} */ url) => html`
		<img src="${url}" alt="${t("new.stage.frame")}">`;
	const none = html`<div class="center stage-say">${icon("film")}</div>`;
	if (video.poster_url) return picture(video.poster_url);
	if (!video.file_id) return none;
	const content = signal(skeleton());
	// The photo may be gone by now: then the stage stays calm.
	firstFrame(frameOrder(video)).then(picture, () => none).then((made) => (content.value = made));
	return html`${() => content.value}`;
}

/** @param {MaybeVideo} one  whose address expires */
function player(one) {
	let isRenewing = false;
	const { id, clip_url: url, poster_url: poster } = nowOf(one);
	/** @type {Handler} */
	const renew = async ({ target: clip }) => {
		if (isRenewing) return;
		isRenewing = true;
		const at = clip.currentTime;
		// Without an answer the player shows that it cannot play; the next attempt asks again.
		await loadVideo(id).catch(() => {});
		const next = one.peek()?.clip_url;
		if (next && next !== clip.src) {
			clip.src = next;
			clip.currentTime = at;
		}
		isRenewing = false;
	};
	return html`<video controls playsinline preload="metadata" aria-label="${() => one.value?.title}"
		poster="${poster}" src="${url}" @error=${renew}></video>`;
}

/** @param {MaybeVideo} one */
function progressCard(one) {
	const now = signal(Date.now());
	const timer = setInterval(() => (now.value = Date.now()), 1000);
	onCleanup(() => clearInterval(timer));
	const stage = computed(() => one.value?.stage ?? "queued");
	const isStopping = computed(() => Boolean(one.value?.cancel_requested));
	const canStop = computed(() => !isStopping.value && stage.value !== "storing");
	const say = () => t(isStopping.value ? "video.stopping" : `video.stages.${stage.value}`);
	const elapsed = () => {
		const seconds = Math.max(0, Math.floor(now.value / 1000 - (one.value?.created_at ?? 0)));
		return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
	};

	async function cancel() {
		const { id, credits: count } = nowOf(one);
		const key = stage.peek() === "queued" ? "queued" : "running";
		const isSure = await ask({
			title: t("video.cancel.title"), body: html`<p>${t(`video.cancel.${key}`, { count })}</p>`,
			confirm: t("video.cancel.yes"), isDangerous: true,
		});
		if (isSure) await attempt(() => cancelVideo(id));
	}

	return html`
		<section class="progress-card stack" aria-labelledby="stage-text">
			<p class="lead" id="stage-text" role="status">${say}</p>
			<p class="muted">${t("video.leave")}</p>
			<div class="row">
				<span class="muted">
					<span class="unseen">${t("video.elapsed")}</span> ${elapsed}</span>
				${() => canStop.value && button("plain", t("video.cancel.ask"), cancel)}
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

/** @param {() => Video} now @param {boolean} hasClip */
function actions(now, hasClip) {
	const again = html`<a class="${hasClip ? "secondary" : "primary"}" href="#/new?again=${now().id}">
		${icon("refresh")}${t("library.again")}</a>`;
	return html`
		<div class="row">
			${hasClip && button("primary", t("video.download"), () => download(now(), "mp4"), "download")}
			${again}
			${hasClip && button("plain", t("library.poster"), () => download(now(), "webp"))}
		</div>`;
}

/** @param {Video} video @param {() => boolean} hasFailed */
function facts(video, hasFailed) {
	const { format, model, seconds, size, created_at: at, remixed_from_video_id: from } = video;
	const how = t(`video.from.${video.remix_method ?? "regenerate"}`);
	/** @type {Record<string, Value>} */
	const all = {
		format: () => format ? formatText(format, "title") : t("new.format.own"),
		model: () => modelOf(model)?.name ?? model,
		seconds: `${seconds} s`,
		size: size.replace("x", " × "),
		credits: () => t("credits.amount", { count: hasFailed() ? 0 : video.credits }),
		date: date(at, "short"),
		...(from && { origin: html`<a href="#/videos/${from}">${how}</a>` }),
	};
	return html`<dl class="facts">${Object.entries(all).map(([name, say]) => html`
		<div><dt class="small muted">${t(`video.facts.${name}`)}</dt>
			<dd>${say}</dd></div>`)}</dl>`;
}

/** @param {string} prompt */
function promptText(prompt) {
	const title = t("new.prompt.title");
	// Where the browser forbids it, the text can still be selected.
	const copy = () => navigator.clipboard.writeText(prompt)
		.then(() => toast(t("video.copied")), () => toast(t("video.notCopied")));
	return html`
		<section class="stack tight">
			<div class="row spread"><h2>${title}</h2>
				${button("plain", t("video.copy"), copy, "copy")}</div>
			<p class="surface prompt-text" tabindex="0" role="region" aria-label="${title}">${prompt}</p>
		</section>`;
}
