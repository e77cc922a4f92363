// The balance that is shown: what the server said, less what is being spent this moment.

/**
 * @typedef {object} Purse
 * @property {number | null} balance  the server's last word, null before the first
 * @property {number} seq  which ledger entry that was after
 * @property {Record<string, number>} holds  credits of orders on their way, by order
 * @property {{balance: number, seq: number} | null} heard  said while an order was on its way
 */

/** @type {Purse} */
export const emptyPurse = { balance: null, seq: -1, holds: {}, heard: null };

/**
 * What to show, or null when nothing is known.
 * @param {Purse} purse
 */
export function available(purse) {
  if (purse.balance === null) return null;
  return purse.balance - Object.values(purse.holds).reduce((sum, credits) => sum + credits, 0);
}

/**
 * An order leaves.
 * @param {Purse} purse @param {string} order @param {number} credits @returns {Purse}
 */
export function hold(purse, order, credits) {
  return { ...purse, holds: { ...purse.holds, [order]: credits } };
}

/**
 * The server's word on the balance. An older word changes nothing; one that comes while an order
 * is on its way waits, as nobody can tell whether it counts that order.
 * @param {Purse} purse @param {{balance: number, seq: number}} said @returns {Purse}
 */
export function reconcile(purse, said) {
  const known = Math.max(purse.seq, purse.heard?.seq ?? -1);
  if (said.seq < known) return purse;
  if (Object.keys(purse.holds).length > 0 && purse.balance !== null) {
    if (said.seq === known) return purse;
    return { ...purse, heard: { balance: said.balance, seq: said.seq } };
  }
  return { ...purse, balance: said.balance, seq: said.seq, heard: null };
}

/**
 * An order was taken: its credits are gone for good.
 * @param {Purse} purse @param {string} order @returns {Purse}
 */
export function settle(purse, order) {
  const credits = purse.holds[order];
  if (credits === undefined) return purse;
  const balance = purse.balance === null ? null : purse.balance - credits;
  return release({ ...purse, balance }, order);
}

/**
 * An order was refused: its credits are back.
 * @param {Purse} purse @param {string} order @returns {Purse}
 */
export function release(purse, order) {
  const { [order]: _, ...holds } = purse.holds;
  if (purse.heard && Object.keys(holds).length === 0) {
    return { balance: purse.heard.balance, seq: purse.heard.seq, holds, heard: null };
  }
  return { ...purse, holds };
}
