import { packs } from "../elements/packs.js";
import {
	api, attempt, balance, button, date, each, effect, endless, explain, frozen, html, iconButton,
	known, labels, number, onCleanup, saveBlob, section, select, signal, skeleton, t, task, wallet,
	when,
} from "../elements/parts.js";

export const title = "credits.title";

/** The server hears of a payment a moment later, in milliseconds. */
const GRACE = 8_000;
const BACK = ["new", "videos"];

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
				<h1>${t("credits.title")}</h1>
				<p class="big big-balance">${() => number(balance())}
					<span class="muted">${t("credits.left")}</span></p>
				${when(frozen, ({ reason, message }) => html`<p class="notice error">${
					known(`credits.frozen.${reason}`, message)}</p>`)}
			</section>
			${section(t("credits.buy"), html`
				${packs(returnTo ?? "credits")}
				<p class="small muted">${t("credits.how")}</p>`)}
			${ledgerList()}
		</div>`;
}

/** @type {CheckoutState} */
const checkoutState = (id, returnTo, isCancelled) => {
	const checkout = signal(/** @type {any} */ ({}));
	const state = signal("checking");
	const problem = signal(null);
	const began = Date.now();
	const isEarly = () => Date.now() - began < GRACE;
	let timer = 0;

	async function look() {
		clearTimeout(timer);
		try {
			checkout.set(await api.get(`/checkouts/${id}`));
			problem.set(null);
			const { status } = checkout.peek();
			if (status === "paid" && state.peek() !== "paid") wallet.refresh().catch(() => {});
			state.set(status === "open" && !isCancelled && isEarly() ? "checking" : status);
		} catch (error) {
			problem.set(error);
		}
		clearTimeout(timer);
		const isOver = ["paid", "failed", "expired", "left"].includes(state.peek());
		const isUnknown = problem.peek()?.status === 404;
		if (!isOver && !isUnknown) timer = setTimeout(look, isEarly() ? 1_000 : 3_000);
	}

	effect(() => {
		balance(); // Its change may be news of this payment.
		if (state.peek() !== "paid") look();
	});
	onCleanup(() => {
		state.set("left");
		clearTimeout(timer);
	});
	const dismiss = () => {
		state.set("left");
		history.replaceState(null, "", "#/credits");
	};

	const text = () => problem() ? explain(problem())
		: t(`credits.checkout.${state.peek()}`, { count: checkout().credits ?? 0 });
	const isWaiting = () => !problem() && state.peek() === "checking";
	const back = () => returnTo && BACK.includes(returnTo) && html`
		<a class="${state.peek() === "paid" ? "primary" : "secondary"}" href="#/${returnTo}">${
			t(`credits.back.${returnTo}`)}</a>`;
	const pay = () => state.peek() === "open" && html`
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

	const saving = task(() => attempt(async () => {
		const table = await api.blob("GET", `/credits/ledger?format=csv&kind=${kind}`);
		saveBlob(table, "placemint-credits.csv");
	}));

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
					${button("secondary", t("ledger.csv"), saving.run, "download",
						saving.isBusy)}
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
				<span class="small muted">${about && `${about} · `}${date(at, "short")}</span></span>
			<span class="amount" data-gain="${amount > 0}">${number(amount, { signDisplay: "always" })}
				<span class="small muted">${t("ledger.balance", { balance: number(after) })}</span></span>
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
