import {
	balance, button, computed, drafts, explain, find, frozen, go, html, icon, onCleanup, skeleton, t,
	task, wallet,
} from "./parts.js";
import { packs } from "./packs.js";

/** @type {WizardPart} */
export const stage = ({ frame: { state, retry }, photo, model }) => {
	const url = computed(() => state().value);
	const error = computed(() => state().error);
	const isBusy = computed(() => state().isBusy);
	const picture = () => {
		if (url()) return html`<img src="${url()}" alt="${t("new.stage.frame")}"
			data-busy="${isBusy}">`;
		if (error()) return html`<div class="center stage-say"><p>${explain(error())}</p>
			${button("secondary", t("actions.retry"), retry)}</div>`;
		if (isBusy()) return skeleton();
		const say = model()?.reference === "none" && photo() ? "wordsOnly" : "empty";
		return html`<div class="center stage-say">
			${icon("frame")}<p><strong>${t(`new.stage.${say}`)}</strong></p>
			<small>${t(`new.stage.${say}Hint`)}</small></div>`;
	};
	return html`
		<figure class="stage tall" aria-busy="${() => String(isBusy())}">${picture}</figure>
		<small class="stage-note">${() =>
			url() && t(error() ? "new.stage.stale" : "new.stage.free")}</small>`;
};

/** @type {WizardPart} */
export const makeButton = ({ draft, choice, isTooMuch, quote: { state }, frame, edit }) => {
	let isHere = true;
	onCleanup(() => (isHere = false));
	const { isBusy: isSending, problem, run } = task(async (problem) => {
		const [asked, chosen] = [draft(), choice()];
		if (!chosen) return;
		const made = await wallet.order("/videos", drafts.order(asked, chosen), {
			key: asked.key, credits: credits(),
			onLost: () => problem.set(t("new.make.again")),
		}).catch((error) => {
			if (error.code === "idempotency_key_reused") edit((draft) => drafts.change(draft, {}));
			throw error;
		});
		// Another tab may have begun something else meanwhile.
		if (draft().key === asked.key) draft.set(drafts.empty());
		if (isHere) go(`videos/${made.id}`);
	});
	const isPriced = computed(() => state().isBusy || state().value !== null);
	const error = computed(() => state().error);
	// The catalogue's price at once, the server's when it comes.
	const credits = computed(() => {
		const { isBusy, value } = state();
		return (isBusy || error() ? null : value?.credits) ?? choice()?.credits ?? 0;
	});
	const isShort = computed(() => isPriced() && !isSending() && !error() && wallet.lacks(credits()));
	const obstacle = computed(() => {
		if (frozen() || error()) return frozen()?.message ?? explain(error());
		if (isTooMuch()) return t("new.make.over");
		if (!isPriced()) return t("new.make.first");
		return isShort() ? short(credits()) : "";
	});
	const label = () => isSending() ? t("new.make.sending")
		: isPriced() ? t("new.make.priced", { count: credits() }) : t("new.make.bare");
	const make = () => void (obstacle() || run());
	const picture = computed(() => frame.state().value);
	const show = (place = "") => find(place).scrollIntoView({ block: "center" });
	const getCredits = () => button("plain small", t("new.make.get"), () => show(".short-of"));
	return html`
		<div class="make">
			<p class="small make-say" id="make-say" role="status">${() =>
				problem() || obstacle()}${() => isShort() && getCredits()}</p>
			${() => picture() && html`<button class="peek"
				aria-label="${t("new.stage.frame")}" @click=${() => show(".stage")}>
				<img src="${picture()}" alt=""></button>`}
			<button class="primary wide" aria-describedby="make-say" @click=${make}
				disabled="${() => obstacle() !== "" || isSending()}">${label}</button>
		</div>
		${() => isShort() && html`<div class="stack tight short-of">
			<p class="small">${t("new.make.buy")}</p>${packs("new")}</div>`}`;
};

export function short(required = 0) {
	return t("errors.insufficient_credits", { required, balance: balance() ?? 0 });
}
