import { packs } from "../elements/packs.js";
import {
	api, attempt, balance, button, date, each, effect, endless, explain, frozen, html, iconButton,
	known, number, onCleanup, refreshBalance, saveBlob, signal, skeleton, t, task,
} from "../elements/parts.js";

export const title = "credits.title";

/** The server hears of a payment a moment later, in milliseconds. */
const GRACE = 8_000;
const BACK = ["new", "videos"];

const KINDS = {
	all: "", videos: "generation", refunds: "refund", bought: "purchase",
	takenBack: "clawback,reinstatement", given: "grant,adjustment",
};

/** @type {Record<string, string>} as the server words them */
const REASONS = {
	"model declined": "content_rejected", "model unavailable": "model_unavailable",
	"model failed": "model_error", "connection broke": "submit_unknown",
	"took too long": "deadline_exceeded", "clip did not play": "clip_invalid",
	"could not be saved": "storage_failed", cancelled: "cancelled",
};

/** @param {Route} route */
export default function credits({ query }) {
	const checkout = query.get("checkout");
	const returnTo = checkout && sessionStorage.getItem("placemint.return");
	refreshBalance().catch(() => {});
	return html`
		<div class="stack credits">
			${checkout && checkoutState(checkout, returnTo, query.has("cancelled"))}
			<section>
				<h1>${t("credits.title")}</h1>
				<p class="big-balance">${() => balance.value === null ? "…" : number(balance.value)}
					<span class="muted">${t("credits.left")}</span></p>
				${() => frozen.value && html`<p class="notice error">${
					known(`credits.frozen.${frozen.value.reason}`, frozen.value.message)}</p>`}
			</section>
			<section class="stack">
				<h2>${t("credits.buy")}</h2>
				${packs(returnTo ?? "credits")}
				<p class="small muted">${t("credits.how")}</p>
			</section>
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
			checkout.value = await api.get(`/checkouts/${id}`);
			problem.value = null;
			const { status } = checkout.peek();
			if (status === "paid" && state.peek() !== "paid") refreshBalance().catch(() => {});
			state.value = status === "open" && !isCancelled && isEarly() ? "checking" : status;
		} catch (error) {
			problem.value = error;
		}
		clearTimeout(timer);
		const isOver = ["paid", "failed", "expired", "left"].includes(state.peek());
		const isUnknown = problem.peek()?.status === 404;
		if (!isOver && !isUnknown) timer = setTimeout(look, isEarly() ? 1_000 : 3_000);
	}

	effect(() => {
		balance.value; // Its change may be news of this payment.
		if (state.peek() !== "paid") look();
	});
	onCleanup(() => {
		state.value = "left";
		clearTimeout(timer);
	});
	const dismiss = () => {
		state.value = "left";
		history.replaceState(null, "", "#/credits");
	};

	const text = () => problem.value ? explain(problem.value)
		: t(`credits.checkout.${state.peek()}`, { count: checkout.value.credits ?? 0 });
	const isWaiting = () => !problem.value && state.peek() === "checking";
	const back = () => returnTo && BACK.includes(returnTo) && html`
		<a class="${state.peek() === "paid" ? "primary" : "secondary"}" href="#/${returnTo}">${
			t(`credits.back.${returnTo}`)}</a>`;
	const pay = () => state.peek() === "open" && html`
		<a class="secondary" href="${checkout.peek().url}">${t("credits.checkout.pay")}</a>`;
	return html`<div role="status">${() => state.value !== "left" && html`
		<div class="notice checkout" data-state="${state.value}">
			<p>${text}</p>
			${() => isWaiting() && html`<progress aria-label="${text}"></progress>`}
			<div class="row">${pay()}${back()}</div>
			${iconButton(t("actions.close"), dismiss, "close")}
		</div>`}</div>`;
};

function ledgerList() {
	/** @type {Signal<Entry[]>} */
	const entries = signal([]);
	let kind = "";

	/** @param {string | null} after */
	async function load(after) {
		const asked = kind;
		const from = after ? `&after=${after}` : "";
		const part = await api.get(`/credits/ledger?limit=30&kind=${kind}${from}`);
		if (asked === kind) add(part.data);
		return part;
	}

	/** @param {Entry[]} more */
	function add(more) {
		const known = new Set(entries.peek().map(({ seq }) => seq));
		entries.value = [...entries.peek(), ...more.filter(({ seq }) => !known.has(seq))]
			.sort((a, b) => b.seq - a.seq);
	}

	const list = endless(load);
	effect(() => {
		if (balance.value === null || list.state.peek().isBusy) return;
		load(null).catch(() => {}); // What is new is missing until the next time.
	});

	/** @type {Handler} */
	const choose = ({ target }) => {
		kind = target.value;
		entries.value = [];
		list.restart();
	};

	const saving = task(() => attempt(async () => {
		const table = await api.blob("GET", `/credits/ledger?format=csv&kind=${kind}`);
		saveBlob(table, "placemint-credits.csv");
	}));

	function nothing() {
		const { isBusy, error } = list.state.value;
		if (isBusy) return skeleton();
		return error ? null : html`<p class="muted none">${t("ledger.none")}</p>`;
	}

	return html`
		<section class="stack">
			<div class="row spread">
				<h2>${t("ledger.title")}</h2>
				<div class="row">
					<label class="field"><span class="unseen">${t("ledger.filter")}</span>
						<select @change=${choose}>${Object.entries(KINDS).map(([name, value]) => html`
							<option value="${value}">${t(`ledger.kinds.${name}`)}</option>`)}</select></label>
					${button("secondary", t("ledger.csv"), saving.run, "download",
						() => saving.isBusy.value)}
				</div>
			</div>
			<ul class="ledger">${each(() => entries.value, line)}</ul>
			${() => entries.value.length === 0 && nothing()}
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
const words = ({ kind, amount, note: said }) => {
	const note = said ?? "";
	const [, title, reason = ""] = /Video '(.*?)'(?:: ([^:]*))?$/s.exec(note) ?? [];
	switch (kind) {
		case "generation": return { text: title ? t("ledger.video", { title }) : note };
		case "refund": {
			const known = REASONS[reason] && t(`ledger.reasons.${REASONS[reason]}`);
			return { text: t("ledger.refund", { reason: known ?? reason }), about: title };
		}
		case "purchase": return { text: t("ledger.bought", { count: amount }) };
		case "clawback":
			return { text: t(note.endsWith("disputed") ? "ledger.disputed" : "ledger.refunded") };
		case "reinstatement": return { text: t("ledger.reinstated") };
		case "grant":
			return { text: note === "Welcome" ? t("ledger.welcome") : t("ledger.grant", { note }) };
		default: return { text: t("ledger.adjustment", { note }) };
	}
};
