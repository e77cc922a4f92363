// The front page beyond its HTML, which is whole by itself, in English.

import { find, html, known, loadText, money, number, t, translate } from "./html.js";
import { config, loadConfig } from "./http.js";
import { moveOnPointing } from "./moving.js";

/** The length that prices are shown for, in seconds. */
const USUAL = 8;

/** @type {Handler} a format of a server's own has no drawing */
const drop = ({ target }) => target.remove();

/** @param {Format[]} formats */
function showFormats(formats) {
	find(".formats").replaceChildren(...formats.map(({ id, title, summary }) => {
		const name = known(`formats.${id}.title`, title);
		for (const caption of document.querySelectorAll(`[data-format="${CSS.escape(id)}"]`)) {
			caption.textContent = name;
		}
		const item = html`<li>
			<img src="pictures/formats/${id}.svg" alt="" loading="lazy" @error=${drop}>
			<h3>${name}</h3><p>${known(`formats.${id}.summary`, summary)}</p></li>`;
		moveOnPointing(item.children[0]);
		return item;
	}));
}

/** @type {Table} */
const table = (place, heads, rows) => {
	if (rows.length > 0) find(place).replaceChildren(html`<table>
		<thead><tr>${heads.map((head) => html`<th scope="col">${t(head)}</th>`)}</tr></thead>
		<tbody>${rows}</tbody></table>`);
};

/** @param {Pack[]} packs */
function showPacks(packs) {
	table("#packs", ["front.pack", "front.credits", "front.price"], packs.map((pack) => html`
		<tr><th scope="row">${pack.name}</th><td>${number(pack.credits)}</td>
			<td>${money(pack.amount_cents, pack.currency)}</td></tr>`));
}

/** @param {Model[]} models */
function showModels(models) {
	const offers = models.filter(({ available }) => available).map((model) => ({
		...model, rate: model.credits_per_second[model.default_size],
		length: model.seconds.includes(USUAL) ? USUAL : Math.min(...model.seconds),
	})).sort((a, b) => a.rate - b.rate);
	table("#models", ["front.model", "front.perSecond", "front.clip"], offers.map((offer) => html`
		<tr><th scope="row">${offer.name}</th><td>${number(offer.rate)}</td>
			<td>${t("credits.amount", { count: offer.rate * offer.length })}
				<span class="muted">${t("front.for", { seconds: offer.length })}</span></td></tr>`));
}

function playClips() {
	const clips = document.querySelectorAll("video");
	const button = find("#motion");
	let isMoving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
	const update = () => {
		button.textContent = t(isMoving ? "front.pause" : "front.play");
		for (const clip of clips) {
			// A browser may forbid playing by itself: the poster stays.
			if (isMoving) clip.play().catch(() => {});
			else clip.pause();
		}
	};
	clips.forEach((clip, i) => Object.assign(clip, {
		// Out of step, or all would cut at the same moment.
		controls: false, muted: true, loop: true, playsInline: true, currentTime: i * 0.9,
	}));
	button.onclick = () => {
		isMoving = !isMoving;
		update();
	};
	button.hidden = false;
	update();
}

/** @param {string} path @param {(data: any[]) => void} show */
async function fill(path, show) {
	const answer = await fetch(config.api + path);
	if (answer.ok) show((await answer.json()).data);
}

await Promise.all([loadText(), loadConfig()]);
translate();
playClips();
find("#base").textContent = new URL(config.api, location.href).href;
await Promise.allSettled([
	fill("/formats", showFormats), fill("/models", showModels), fill("/credits/packs", showPacks),
]);
