import {
	balance, button, computed, drafts, explain, find, frozen, go, html, icon, onCleanup, skeleton, t,
	task, wallet,
} from "./parts.js";
import { packs } from "./packs.js";

/** @type {WizardPart} */
export const stage = ({ frame: { state, retry }, photo, model }) => {
	const url = computed(() => state.value.value);
	const error = computed(() => state.value.error);
	const isBusy = computed(() => state.value.isBusy);
	const picture = () => {
		if (url.value) return html`<img src="${url.value}" alt="${t("new.stage.frame")}"
			data-busy="${() => isBusy.value}">`;
		if (error.value) return html`<div class="center stage-say"><p>${explain(error.value)}</p>
			${button("secondary", t("actions.retry"), retry)}</div>`;
		if (isBusy.value) return skeleton();
		const say = model.value?.reference === "none" && photo.value ? "wordsOnly" : "empty";
		return html`<div class="center stage-say">
			${icon("frame")}<p><strong>${t(`new.stage.${say}`)}</strong></p>
			<p class="small muted">${t(`new.stage.${say}Hint`)}</p></div>`;
	};
	return html`
		<figure class="stage tall" aria-busy="${() => String(isBusy.value)}">${picture}</figure>
		<p class="small muted stage-note">${() =>
			url.value && t(error.value ? "new.stage.stale" : "new.stage.free")}</p>`;
};

/** @type {WizardPart} */
export const makeButton = ({ draft, choice, isTooMuch, quote: { state }, frame, edit }) => {
	let isHere = true;
	onCleanup(() => (isHere = false));
	const { isBusy: isSending, problem, run } = task(async (problem) => {
		const [asked, chosen] = [draft.peek(), choice.peek()];
		if (!chosen) return;
		const made = await wallet.order("/videos", drafts.orderFor(asked, chosen), {
			key: asked.key, credits: credits.peek(),
			onLost: () => (problem.value = t("new.make.again")),
		}).catch((error) => {
			if (error.code === "idempotency_key_reused") edit((draft) => drafts.change(draft, {}));
			throw error;
		});
		// Another tab may have begun something else meanwhile.
		if (draft.peek().key === asked.key) draft.value = drafts.empty();
		if (isHere) go(`videos/${made.id}`);
	});
	const isPriced = computed(() => state.value.isBusy || state.value.value !== null);
	const error = computed(() => state.value.error);
	// The catalogue's price at once, the server's when it comes.
	const credits = computed(() => {
		const { isBusy, value } = state.value;
		return (isBusy || error.value ? null : value?.credits) ?? choice.value?.credits ?? 0;
	});
	const isShort = computed(() => isPriced.value && !isSending.value && !error.value
		&& balance.value !== null && credits.value > balance.value);
	const obstacle = computed(() => {
		if (frozen.value) return frozen.value.message;
		if (error.value) return explain(error.value);
		if (isTooMuch.value) return t("new.make.over");
		if (!isPriced.value) return t("new.make.first");
		return isShort.value ? short(credits.value) : "";
	});
	const label = () => isSending.value ? t("new.make.sending")
		: isPriced.value ? t("new.make.priced", { count: credits.value }) : t("new.make.bare");
	const make = () => void (obstacle.peek() || run());
	const picture = computed(() => frame.state.value.value);
	const show = (place = "") => find(place).scrollIntoView({ block: "center" });
	const getCredits = () => button("plain small", t("new.make.get"), () => show(".short-of"));
	return html`
		<div class="make">
			<p class="small make-say" id="make-say" role="status">${() =>
				problem.value || obstacle.value}${() => isShort.value && getCredits()}</p>
			${() => picture.value && html`<button class="peek"
				aria-label="${t("new.stage.frame")}" @click=${() => show(".stage")}>
				<img src="${picture.value}" alt=""></button>`}
			<button class="primary wide" aria-describedby="make-say" @click=${make}
				disabled="${() => obstacle.value !== "" || isSending.value}">${label}</button>
		</div>
		${() => isShort.value && html`<div class="stack tight short-of">
			<p class="small">${t("new.make.buy")}</p>${packs("new")}</div>`}`;
};

export function short(required = 0) {
	return t("errors.insufficient_credits", { required, balance: balance.value ?? 0 });
}
