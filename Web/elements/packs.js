import {
	api, config, explain, html, loaded, money, number, onCleanup, signal, t,
} from "./parts.js";

/** @param {string} returnTo  the page to go on at */
export function packs(returnTo) {
	const opening = signal("");
	const problem = signal("");
	// "Back" from the checkout may show this very page again, as it was left.
	const wake = () => opening.set("");
	addEventListener("pageshow", wake);
	onCleanup(() => removeEventListener("pageshow", wake));

	/** @param {string} pack */
	async function open(pack) {
		if (opening()) return;
		opening.set(pack);
		problem.set("");
		try {
			const { url } = await api.post("/checkouts", { pack });
			// Read by the page that people come back to from the checkout.
			sessionStorage.setItem("placemint.return", returnTo);
			location.assign(url);
		} catch (error) {
			problem.set(explain(error));
			opening.set("");
		}
	}

	/** @param {Pack[]} all */
	const list = (all) => html`<ul class="packs">${all.map((pack) => html`
		<li><button class="pack" aria-disabled="${() => opening() !== ""}"
			@click=${() => open(pack.id)}>
			<span class="big pack-credits">${number(pack.credits)} <span>${t("packs.credits")}</span></span>
			<span class="muted small">${saving(pack, all)}</span>
			<span class="pack-price">${() => opening() === pack.id ? t("packs.opening")
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
