// Notice: one short line at the foot of the page when something did not work.

import { clear } from "./dom.js";

let timer = 0;

export function notice(text) {
  const place = document.getElementById("notice");
  clear(place, text);
  place.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    place.hidden = true;
  }, 6000);
}

/** Run something for the reader and say plainly when it fails. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    notice(error.message || "つながりませんでした。サーバーが動いているか見てください。");
    return undefined;
  }
}
