/**
 * A drawing from `icons/`, in the colour of the text around it.
 * @param {string} name
 */
export function icon(name) {
  const made = document.createElement("span");
  made.className = "icon";
  made.ariaHidden = "true";
  made.style.setProperty("--icon", `url("${new URL(`../icons/${name}.svg`, import.meta.url)}")`);
  return made;
}
