// What a browser calls itself, in words.

import { t } from "./text.js";

/**
 * The first that fits; browsers name those that they descend from, too.
 * @type {[RegExp, string][]}
 */
const BROWSERS = [
  [/Edg/, "Edge"], [/OPR/, "Opera"], [/SamsungBrowser/, "Samsung Internet"],
  [/Firefox|FxiOS/, "Firefox"], [/Chrome|CriOS/, "Chrome"], [/Safari/, "Safari"],
];
/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone/, "iPhone"], [/iPad/, "iPad"], [/Android/, "Android"], [/Windows/, "Windows"],
  [/CrOS/, "ChromeOS"], [/Mac OS/, "macOS"], [/Linux/, "Linux"],
];

/** @param {string} [userAgent] */
export function deviceName(userAgent) {
  const find = (/** @type {[RegExp, string][]} */ names) =>
    names.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser && system) return t("settings.device", { browser, system });
  return browser ?? system ?? t("settings.otherDevice");
}
