// The balance that is shown: what the server said, less what is being spent this moment.

/** @type {Purse} */
export const emptyPurse = { balance: null, seq: -1, holds: {}, heard: null };

/** @param {Purse} purse */
export function available({ balance, holds }) {
  const held = Object.values(holds).reduce((sum, credits) => sum + credits, 0);
  return balance === null ? null : balance - held;
}

/** @param {Purse} purse @param {string} order @param {number} credits */
export function hold(purse, order, credits) {
  return { ...purse, holds: { ...purse.holds, [order]: credits } };
}

/**
 * The server's word on the balance. An older word changes nothing; one that comes while an order
 * is on its way waits, as nobody can tell whether it counts that order.
 * @param {Purse} purse @param {{balance: number, seq: number}} said @returns {Purse}
 */
export function reconcile(purse, { balance, seq }) {
  const known = Math.max(purse.seq, purse.heard?.seq ?? -1);
  if (seq < known) return purse;
  const isWaiting = Object.keys(purse.holds).length > 0 && purse.balance !== null;
  if (!isWaiting) return { ...purse, balance, seq, heard: null };
  return seq === known ? purse : { ...purse, heard: { balance, seq } };
}

/**
 * An order was taken: its credits are gone for good.
 * @param {Purse} purse @param {string} order
 */
export function settle(purse, order) {
  const balance = purse.balance === null ? null : purse.balance - (purse.holds[order] ?? 0);
  return release({ ...purse, balance }, order);
}

/**
 * An order was refused: its credits are back.
 * @param {Purse} purse @param {string} order @returns {Purse}
 */
export function release(purse, order) {
  const { [order]: _, ...holds } = purse.holds;
  const isLast = Object.keys(holds).length === 0;
  return purse.heard && isLast ? { ...purse.heard, holds, heard: null } : { ...purse, holds };
}
