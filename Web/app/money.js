// The balance that is shown: what the server said, less what is being spent this moment.

/** @type {Purse} */
export const emptyPurse = { balance: null, seq: -1, holds: {}, heard: null };

/** @param {Purse} purse */
export function available({ balance, holds }) {
  const held = Object.values(holds).reduce((sum, credits) => sum + credits, 0);
  return balance === null ? null : balance - held;
}

/** @type {Money["hold"]} */
export const hold = (purse, order, credits) =>
  ({ ...purse, holds: { ...purse.holds, [order]: credits } });

// An older word changes nothing; one that comes while an order is on its way waits, as nobody can
// tell whether it counts that order.
/** @type {Money["reconcile"]} */
export const reconcile = (purse, { balance, seq }) => {
  const known = Math.max(purse.seq, purse.heard?.seq ?? -1);
  if (seq < known) return purse;
  const isWaiting = Object.keys(purse.holds).length > 0 && purse.balance !== null;
  if (!isWaiting) return { ...purse, balance, seq, heard: null };
  return seq === known ? purse : { ...purse, heard: { balance, seq } };
};

/** @type {Money["settle"]} */
export const settle = (purse, order) => {
  const balance = purse.balance === null ? null : purse.balance - (purse.holds[order] ?? 0);
  return release({ ...purse, balance }, order);
};

/** @type {Money["release"]} */
export const release = (purse, order) => {
  const { [order]: _, ...holds } = purse.holds;
  const isLast = Object.keys(holds).length === 0;
  return purse.heard && isLast ? { ...purse.heard, holds, heard: null } : { ...purse, holds };
};
