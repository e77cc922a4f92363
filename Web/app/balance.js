// The balance of the one signed in, everywhere the same.

import { api } from "./api.js";
import { emptyPurse, available, hold, reconcile, release, settle } from "./money.js";
import { computed, signal } from "./signal.js";

const purse = signal(emptyPurse);

/** Credits that can be spent, or null when not known yet. */
export const balance = computed(() => available(purse.value));
/** Why nothing can be spent, or null. */
export const frozen = signal(/** @type {Frozen | null} */ (null));

/** @param {{balance: number, seq: number, frozen?: Frozen}} said */
export function hearBalance(said) {
  purse.value = reconcile(purse.peek(), said);
  frozen.value = said.frozen ?? null;
}

export async function refreshBalance() {
  hearBalance(await api.get("/credits"));
}

export function forgetBalance() {
  purse.value = emptyPurse;
  frozen.value = null;
}

/**
 * Lowers the balance while an order is on its way, and puts it right by how that ends.
 * @template T @param {string} order @param {number} credits @param {() => Promise<T>} send
 */
export async function spend(order, credits, send) {
  purse.value = hold(purse.peek(), order, credits);
  try {
    const answer = await send();
    purse.value = settle(purse.peek(), order);
    return answer;
  } catch (error) {
    purse.value = release(purse.peek(), order);
    throw error;
  } finally {
    // Whatever was believed meanwhile, the server's word is the last.
    refreshBalance().catch(() => {}); // The event stream will tell.
  }
}
