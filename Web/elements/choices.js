import {
	computed, drafts, html, icon, moveOnPointing, number, offer, radio, section, t, when,
} from "./parts.js";
import { notes } from "./brief.js";

/** @type {ChoicesOf<Format>} */
export const formatGallery = (wizard, formats) => {
	const { draft, format, edit } = wizard;
	const isOwn = computed(() => draft().format === null && draft().prompt !== null);
	const tiles = formats.map(({ id }) => {
		const isChosen = () => draft().format === id;
		const tile = radio({
			name: "format", look: "format", isChosen,
			content: html`<img src="../pictures/formats/${id}.svg" alt="" width="90" height="160">
				<span>${offer.formatText(id, "title")}</span>`,
			choose: () => edit((draft) =>
				drafts.change(draft, { format: id, prompt: draft.prompt?.trim() ? draft.prompt : null })),
		});
		moveOnPointing(tile.children[0], isChosen);
		return tile;
	});
	const own = radio({
		name: "format", look: "format", isChosen: isOwn,
		content: html`<span class="own">${icon("pencil")}</span><span>${t("new.format.own")}</span>`,
		choose: () => edit((draft) => drafts.change(draft, { format: null, prompt: draft.prompt ?? "" })),
	});
	const say = () => {
		const { id, seconds, has_speech: hasSpeech } = format() ?? {};
		if (!id) return t(isOwn() ? "new.format.ownHint" : "new.format.hint");
		const speech = t(hasSpeech ? "new.format.speech" : "new.format.silent");
		return `${offer.formatText(id, "summary")} ${t("new.format.seconds", seconds)}, ${speech}.`;
	};
	const title = t("new.format.title");
	return section(title, html`
		<div class="formats strip" role="radiogroup" aria-label="${title}"
			aria-describedby="format-summary">${tiles}${own}</div>
		<p class="muted" id="format-summary" role="status">${say}</p>
		${notes(wizard, "format")}`);
};

// What the chosen model does not make, and another does, is there to be seen.
/** @type {ChoicesOf<Model>} */
export const options = (wizard, models) => {
	const { model, choice, edit, set } = wizard;

	const makers = models.map((one) => {
		const rates = Object.values(one.credits_per_second);
		const [count, most] = [Math.min(...rates), Math.max(...rates)];
		const facts = one.available ? [
			t(count < most ? "new.options.rateFrom" : "new.options.rate", { count }),
			one.reference !== "optional" && t(`new.options.${one.reference}`),
			!one.audio && t("new.options.mute"),
		] : [t("new.options.away")];
		return radio({
			name: "model", look: "model", isDisabled: !one.available,
			content: html`<span><strong>${one.name}</strong>
				<small>${facts.filter(Boolean).join(" · ")}</small></span>`,
			isChosen: () => model()?.id === one.id,
			choose: () => edit((draft) => drafts.withModel(draft, one)),
		});
	});

	/** @param {Model} model */
	const lengths = (model) => {
		const all = [...new Set(models.flatMap(({ seconds }) => seconds))].sort((a, b) => a - b);
		const missing = all.filter((seconds) => !model.seconds.includes(seconds));
		const entries = all.map((seconds) => entry("seconds", seconds, missing.includes(seconds),
			html`${number(seconds)} s <small>${when(choice, ({ size }) =>
				!missing.includes(seconds) && number(offer.price(model, size, seconds)))}</small>`));
		return group("seconds", entries, missing.length > 0 && model.name);
	};

	/** @param {Model} model */
	const shapes = (model) => {
		const made = model.sizes.map(way);
		const all = models.flatMap(({ sizes }) => sizes.map(way));
		const missing = [...new Set(all)].filter((shape) => !made.includes(shape));
		const shown = (shape = "", size = "") => entry("size", size, !size,
			html`<i class="shape ${shape}"></i>${t(`new.options.${shape}`)}
				<small>${size.replace("x", " × ")}</small>`);
		const entries = model.sizes.map((size) => shown(way(size), size));
		return group("size", [...entries, ...missing.map((shape) => shown(shape))],
			missing.length > 0 && model.name);
	};

	/** @type {ChoiceEntry} */
	const entry = (name, value, isDisabled, label) => radio({
		name, isDisabled, content: html`<span>${label}</span>`,
		isChosen: () => choice()?.[name] === value, choose: () => set(name, value),
	});

	/** @type {ChoiceGroup} */
	const group = (name, entries, without, look = "choices") => html`
		<fieldset>
			<legend>${t(`new.options.${name}`)}</legend>
			<div class="${look}">${entries}</div>
			${without && html`<small>${
				t(`new.options.not_${name}`, { model: without })}</small>`}
			${notes(wizard, name)}
		</fieldset>`;

	return section(t("new.options.title"), html`
		${group("model", makers, false, "models")}
		${when(model, (model) => [lengths(model), shapes(model)])}`);
};

function way(size = "") {
	const [width, height] = size.split("x").map(Number);
	return width > height ? "landscape" : width < height ? "portrait" : "square";
}
