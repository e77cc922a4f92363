// Light or dark: the system's choice, or the user's.

import { effect } from "./signal.js";
import { kept } from "./storage.js";

/** @type {import("./signal.js").Signal<"" | "light" | "dark">} */
export const theme = kept("theme", /** @type {"" | "light" | "dark"} */ (""));

/** Keeps the page in the chosen look. */
export function followTheme() {
  effect(() => {
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
  });
}
