import { packs } from "../elements/packs.js";
import {
	api, attempt, balance, button, computed, date, each, effect, endless, explain, frozen, html,
	iconButton, known, labels, number, onCleanup, saveBlob, section, select, signal, skeleton, t,
	wallet, when,
} from "../elements/parts.js";

/** The server hears of a payment a moment later, in milliseconds. */
const GRACE = 8_000;

const KINDS =
	["", "generation", "refund", "purchase", "clawback,reinstatement", "grant,adjustment"];

/** @param {Route} route */
export default function credits({ query }) {
	const checkout = query.get("checkout");
	const returnTo = checkout && sessionStorage.getItem("placemint.return");
	wallet.refresh().catch(() => {});
	return html`
		<div class="stack credits">
			${checkout && checkoutState(checkout, returnTo, query.has("cancelled"))}
			<section>
				<h1>${t("titles.credits")}</h1>
				<p class="big big-balance">${() => number(balance())}
					<span class="muted">${t("credits.left")}</span></p>
				${when(frozen, ({ reason, message }) => html`<p class="notice error">${
					known(`credits.frozen.${reason}`, message)}</p>`)}
			</section>
			${section(t("credits.buy"), html`
				${packs(returnTo ?? "credits")}
				<small>${t("credits.how")}</small>`)}
			${ledgerList()}
		</div>`;
}

/** @type {CheckoutState} */
const checkoutState = (id, returnTo, isCancelled) => {
	const checkout = signal(/** @type {any} */ ({ status: "checking" }));
	const state = computed(() => checkout().status);
	const began = Date.now();
	let timer = 0;

	async function look() {
		const now = await api.get(`/checkouts/${id}`).catch((error) => ({ ...checkout(), error }));
		clearTimeout(timer);
		if (state() === "left") return;
		if (now.status === "paid") wallet.refresh().catch(() => {});
		const isEarly = Date.now() - began < GRACE;
		const isExpected = now.status === "open" && !isCancelled && isEarly;
		checkout.set(isExpected ? { ...now, status: "checking" } : now);
		const isOver = ["paid", "failed", "expired"].includes(state()) || now.error?.status === 404;
		if (!isOver) timer = setTimeout(look, isEarly ? 1_000 : 3_000);
	}

	effect(() => {
		balance(); // Its change may be news of this payment.
		if (state.peek() !== "paid") look();
	});
	const leave = () => checkout.set({ status: "left" });
	onCleanup(leave);
	const dismiss = () => {
		leave();
		history.replaceState(null, "", "#/credits");
	};

	const text = () => {
		const { error, credits: count = 0 } = checkout();
		return error ? explain(error) : t(`credits.checkout.${state()}`, { count });
	};
	const isWaiting = () => !checkout().error && state() === "checking";
	const backText = known(`credits.back.${returnTo}`, "");
	const back = () => backText && html`
		<a class="${state() === "paid" ? "primary" : "secondary"}" href="#/${returnTo}">${backText}</a>`;
	const pay = () => state() === "open" && html`
		<a class="secondary" href="${checkout.peek().url}">${t("credits.checkout.pay")}</a>`;
	return html`<div role="status">${() => state() !== "left" && html`
		<div class="notice checkout" data-state="${state()}">
			<p>${text}</p>
			${() => isWaiting() && html`<progress aria-label="${text}"></progress>`}
			<div class="row">${pay()}${back()}</div>
			${iconButton(t("actions.close"), dismiss, "close")}
		</div>`}</div>`;
};

function ledgerList() {
	let kind = "";
	const list = endless((after) =>
		api.get(`/credits/ledger?limit=30&kind=${kind}${after}`), "seq");
	effect(() => {
		if (balance() !== null && !list.state.peek().isBusy) list.refresh();
	});

	const save = () => attempt(async () => saveBlob(
		await api.blob("GET", `/credits/ledger?format=csv&kind=${kind}`), "placemint-credits.csv"));

	function nothing() {
		const { isBusy, error } = list.state();
		if (isBusy) return skeleton();
		return error ? null : html`<p class="muted none">${t("ledger.none")}</p>`;
	}

	return html`
		<section class="stack">
			<div class="row spread">
				<h2>${t("ledger.title")}</h2>
				<div class="row">
					${select(t("ledger.filter"), labels("ledger.kinds", KINDS), () => kind, (value) => {
						kind = value;
						list.restart();
					}, "unseen")}
					${button("secondary", t("ledger.csv"), save, "download")}
				</div>
			</div>
			<ul class="ledger">${each(list.items, line)}</ul>
			${() => list.items().length === 0 && nothing()}
			${list.foot}
		</section>`;
}

/** @param {Entry} entry */
function line(entry) {
	const { text, about } = words(entry);
	const { subject, amount, created_at: at, balance_after: after } = entry;
	return html`
		<li>
			<span>${subject?.startsWith("video_")
				? html`<a href="#/videos/${subject}">${text}</a>` : text}
				<small>${about && `${about} · `}${date(at, "short")}</small></span>
			<span class="amount" data-gain="${amount > 0}">${number(amount, { signDisplay: "always" })}
				<small>${t("ledger.balance", { balance: number(after) })}</small></span>
		</li>`;
}

/** @type {EntryWords} */
const words = ({ kind, amount: count, note }) => {
	const said = note ?? "";
	const [, title = "", why = ""] = /Video '(.*?)'(?:: ([^:]*))?$/s.exec(said) ?? [];
	const reason = known(`ledger.words.${why}`, why);
	const name = kind === "grant" && said === "Welcome" ? "welcome"
		: kind === "clawback" && said.endsWith("disputed") ? "disputed" : kind;
	return {
		text: known(`ledger.entries.${name}`, said, { title, reason, note: said, count }),
		about: kind === "refund" ? title : "",
	};
};
