/**
 * Saves what an address holds under a name. Another origin is asked for the name, as it alone
 * can give it there.
 * @param {string} address  @param {string} name
 */
export function saveAddress(address, name) {
  const url = new URL(address, location.href);
  const isElsewhere = url.origin !== location.origin && url.protocol !== "blob:";
  const link = document.createElement("a");
  link.href = isElsewhere ? `${url}&filename=${encodeURIComponent(name)}` : url.href;
  link.download = name;
  link.click();
}

/** @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const url = URL.createObjectURL(blob);
  saveAddress(url, name);
  // The browser reads on after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
