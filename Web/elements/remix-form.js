import {
	balance, computed, field, go, html, newKey, offer, signal, t, task, wallet,
} from "./parts.js";
import { short } from "./make.js";
import { packs } from "./packs.js";

/** @param {Video} video @param {boolean} isOpen */
export function remixForm({ id, model, size, seconds, credits, prompt: before }, isOpen) {
	const prompt = signal(before);
	let key = newKey();
	const maker = computed(() => offer.model(model));
	const count = computed(() => maker.value ? offer.price(maker.value, size, Number(seconds)) : credits);
	const sending = task(async (problem) => {
		const made = await wallet.order(`/videos/${id}/remix`, { prompt: prompt.peek() }, {
			key, credits: count.peek(), onLost: () => (problem.value = t("new.make.again")),
		});
		go(`videos/${made.id}`);
	});
	const isShort = computed(() =>
		!sending.isBusy.value && balance.value !== null && balance.value < count.value);
	const canSend = computed(() => prompt.value.trim() !== "" && prompt.value !== before
		&& !sending.isBusy.value && !isShort.value);

	/** @type {Handler} */
	const type = ({ target }) => {
		prompt.value = target.value;
		key = newKey();
	};

	/** @type {Handler} */
	const send = (event) => {
		event.preventDefault();
		if (canSend.peek()) sending.run();
	};

	return html`
		<details class="remix" open="${isOpen}">
			<summary>${t("video.remix.title")}</summary>
			<form class="stack" @submit=${send}>
				<p class="muted">${() => t(`video.remix.${maker.value?.remix ?? "unknown"}`)}</p>
				<label class="field"><span>${t("video.remix.prompt")}</span>
					<textarea rows="8" .value=${before} @input=${type}></textarea></label>
				<p class="problem" role="alert">${() => sending.problem.value}</p>
				<div><button class="secondary" disabled="${() => !canSend.value}">
					${() => t("video.remix.send", { count: count.value })}</button></div>
				${() => isShort.value && html`<p class="caution">${() => short(count.value)}</p>
					${packs(`videos/${id}`)}`}
			</form>
		</details>`;
}
