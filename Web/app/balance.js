// The balance of the one signed in, everywhere the same.

import { api } from "./api.js";
import * as money from "./money.js";
import { computed, signal } from "./signal.js";

/** @typedef {{reason: string, message: string}} Frozen */

const purse = signal(money.emptyPurse);

/** Credits that can be spent, or null when not known yet. */
export const balance = computed(() => money.available(purse.value));
/** Why nothing can be spent, or null. */
export const frozen = signal(/** @type {Frozen | null} */ (null));

/** @param {{balance: number, seq: number, frozen?: Frozen}} said */
export function hearBalance(said) {
  purse.value = money.reconcile(purse.peek(), said);
  frozen.value = said.frozen ?? null;
}

/** Asks the server. */
export async function refreshBalance() {
  hearBalance(await api.get("/credits"));
}

/** Nobody's any more. */
export function forgetBalance() {
  purse.value = money.emptyPurse;
  frozen.value = null;
}

/**
 * Lowers the balance while an order is on its way, and puts it right by how that ends.
 * @template T
 * @param {string} order  a name for it
 * @param {number} credits
 * @param {() => Promise<T>} send
 * @returns {Promise<T>}
 */
export async function spend(order, credits, send) {
  purse.value = money.hold(purse.peek(), order, credits);
  try {
    const answer = await send();
    purse.value = money.settle(purse.peek(), order);
    return answer;
  } catch (error) {
    purse.value = money.release(purse.peek(), order);
    throw error;
  } finally {
    // Whatever was believed meanwhile, the server's word is the last.
    refreshBalance().catch(() => {}); // The event stream will tell.
  }
}
