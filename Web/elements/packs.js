import {
	api, config, html, loaded, money, number, t, task,
} from "./parts.js";

/** @param {string} returnTo  the page to go on at */
export function packs(returnTo) {
	let chosen = "";
	const { isBusy, problem, run } = task(async () => {
		const { url } = await api.post("/checkouts", { pack: chosen });
		// Read by the page that people come back to from the checkout.
		sessionStorage.setItem("placemint.return", returnTo);
		location.assign(url);
	});
	const open = (pack = "") => {
		if (!isBusy()) chosen = pack;
		run();
	};

	/** @param {Pack[]} all */
	const list = (all) => html`<ul class="packs">${all.map((pack) => html`
		<li><button class="pack" aria-disabled="${() => String(isBusy())}"
			@click=${() => open(pack.id)}>
			<span class="big pack-credits">${number(pack.credits)} <span>${t("packs.credits")}</span></span>
			<span class="muted small">${saving(pack, all)}</span>
			<span class="pack-price">${() => isBusy() && chosen === pack.id ? t("packs.opening")
				: money(pack.amount_cents, pack.currency)}</span>
		</button></li>`)}</ul>`;

	return html`
		<div class="stack packs-place">
			${config.sandbox && html`<p class="small caution">${t("credits.sandbox")}</p>`}
			${loaded(async () => (await api.get("/credits/packs")).data, list)}
			<p class="problem" role="alert">${problem}</p>
		</div>`;
}

/** @param {Pack} pack @param {Pack[]} all */
function saving({ name, amount_cents: cents, credits }, all) {
	const dearest = Math.max(...all.map((one) => one.amount_cents / one.credits));
	const percent = Math.round(100 - (100 * cents) / credits / dearest);
	return percent > 0 ? t("packs.saving", { percent }) : name;
}
