// The balance: what the server said, less what is being spent this moment.

import { api } from "./api.js";
import { computed, signal } from "./signal.js";
import { videos } from "./videos.js";

/** In milliseconds. */
const PAUSES = [1000, 2000, 4000, 8000];

/** @type {Purses} */
export const purses = {
	empty: { balance: null, seq: -1, holds: {}, heard: null },

	available({ balance, holds }) {
		const held = Object.values(holds).reduce((sum, credits) => sum + credits, 0);
		return balance === null ? null : balance - held;
	},

	hold: (purse, order, credits) => ({ ...purse, holds: { ...purse.holds, [order]: credits } }),

	// One that comes while an order is on its way waits: nobody can tell whether it counts that.
	reconcile(purse, { balance, seq }) {
		const known = Math.max(purse.seq, purse.heard?.seq ?? -1);
		if (seq < known) return purse;
		const isWaiting = Object.keys(purse.holds).length > 0 && purse.balance !== null;
		if (!isWaiting) return { ...purse, balance, seq, heard: null };
		return seq === known ? purse : { ...purse, heard: { balance, seq } };
	},

	settle(purse, order) {
		const balance = purse.balance === null ? null : purse.balance - (purse.holds[order] ?? 0);
		return purses.release({ ...purse, balance }, order);
	},

	release(purse, order) {
		const { [order]: _, ...holds } = purse.holds;
		const isLast = Object.keys(holds).length === 0;
		return purse.heard && isLast ? { ...purse.heard, holds, heard: null } : { ...purse, holds };
	},
};

const purse = signal(purses.empty);
/** Credits that can be spent, or null when not known yet. */
export const balance = computed(() => purses.available(purse()));
/** @type {Signal<Frozen | null>} why nothing can be spent */
export const frozen = signal(null);

/** @type {Wallet} */
export const wallet = {
	hear(said) {
		purse.set(purses.reconcile(purse(), said));
		frozen.set(said.frozen ?? null);
	},

	lacks(credits) {
		const count = balance();
		return count !== null && count < credits;
	},

	refresh: () => api.get("/credits").then(wallet.hear),

	forget() {
		purse.set(purses.empty);
		frozen.set(null);
	},

	async order(path, body, { key, credits, onLost }) {
		purse.set(purses.hold(purse(), key, credits));
		try {
			const headers = { "Idempotency-Key": key };
			const made = await insist(() => api.post(path, body, { headers }), onLost);
			purse.set(purses.settle(purse(), key));
			videos.hear(made);
			return made;
		} catch (error) {
			purse.set(purses.release(purse(), key));
			throw error;
		} finally {
			// Whatever was believed meanwhile, the server's word is the last.
			wallet.refresh().catch(() => {});
		}
	},
};

/** @type {Insist} */
const insist = async (send, onLost) => {
	for (const pause of PAUSES) {
		try {
			return await send();
		} catch (/** @type {any} */ error) {
			const { status, code } = error;
			if (status !== 0 && code !== "overloaded" && !code?.startsWith("http_5")) throw error;
			onLost();
			await new Promise((resolve) => setTimeout(resolve, pause));
		}
	}
	return send();
};
