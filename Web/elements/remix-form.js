import {
	computed, field, go, html, newKey, offer, signal, t, task, wallet,
} from "./parts.js";
import { short } from "./make.js";
import { packs } from "./packs.js";

/** @param {Video} video @param {boolean} isOpen */
export function remixForm({ id, model, size, seconds, credits, prompt: before }, isOpen) {
	const prompt = signal(before);
	let key = newKey();
	const maker = computed(() => offer.model(model));
	const count = computed(() => {
		const known = maker();
		return known ? offer.price(known, size, Number(seconds)) : credits;
	});
	const sending = task(async (problem) => {
		const made = await wallet.order(`/videos/${id}/remix`, { prompt: prompt() }, {
			key, credits: count(), onLost: () => problem.set(t("new.make.again")),
		});
		go(`videos/${made.id}`);
	});
	const isShort = computed(() => !sending.isBusy() && wallet.lacks(count()));
	const canSend = computed(() => prompt().trim() !== "" && prompt() !== before
		&& !sending.isBusy() && !isShort());

	/** @type {Handler} */
	const type = ({ target }) => {
		prompt.set(target.value);
		key = newKey();
	};

	return html`
		<details open="${isOpen}">
			<summary>${t("video.remix.title")}</summary>
			<form class="stack" method="dialog" @submit=${() => canSend() && sending.run()}>
				<p class="muted">${() => t(`video.remix.${maker()?.remix ?? "unknown"}`)}</p>
				${field(t("video.remix.prompt"), html`
					<textarea rows="8" .value=${before} @input=${type}></textarea>`)}
				<p class="problem" role="alert">${sending.problem}</p>
				<div><button class="secondary" disabled="${() => !canSend()}">
					${() => t("video.remix.send", { count: count() })}</button></div>
				${() => isShort() && html`<p class="caution">${() => short(count())}</p>
					${packs(`videos/${id}`)}`}
			</form>
		</details>`;
}
