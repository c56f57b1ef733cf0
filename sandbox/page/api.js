// API: how the page talks to the sandbox. Every path is relative to the page, wherever it is mounted.

const HEADERS = { "Content-Type": "application/json", "X-Sandbox": "page" };

let publicUrl = "";

/** Remember the https name under which the bot believes it is served. */
export function setPublicUrl(url) {
  publicUrl = url ?? "";
}

/** Map the bot's public address to this server, so that its pictures and pages open here. */
export function local(url) {
  const text = String(url ?? "");
  return publicUrl && (text === publicUrl || text.startsWith(`${publicUrl}/`))
    ? text.slice(publicUrl.length) || "/"
    : text;
}

/** Tell whether a picture can be shown: the page loads nothing from outside. */
export function isShowable(url) {
  const text = local(url);
  return text.startsWith("/") || text.startsWith("data:image/") || text.startsWith("ui/") || sameOrigin(text);
}

/** Give a link's address if it is one a reader may safely follow, else nothing. */
export function safeLink(url) {
  const text = local(url);
  return /^(https?:|tel:|mailto:|line:)/i.test(text) || text.startsWith("/") ? text : null;
}

function sameOrigin(text) {
  try {
    return new URL(text).origin === location.origin;
  } catch {
    return false;
  }
}

export function get(path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return fetchJson(`ui/${path}${query ? `?${query}` : ""}`);
}

export function post(path, body = {}) {
  return sendJson(`ui/${path}`, body);
}

/** Read from any path of this server; the demo's clock lives beside the sandbox. */
export async function fetchJson(address) {
  return read(await fetch(address, { cache: "no-store" }));
}

export async function sendJson(address, body) {
  return read(await fetch(address, { method: "POST", headers: HEADERS, body: JSON.stringify(body) }));
}

async function read(response) {
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(told.error ?? `うまくいきませんでした（${response.status}）`);
  return told;
}

/** Listen to what changes in the sandbox; the browser reconnects by itself. */
export function listen({ changed, connected, lost }) {
  const source = new EventSource("ui/changes");
  source.addEventListener("open", connected);
  source.addEventListener("error", lost);
  source.addEventListener("message", (event) => changed(event.data));
}

/** Run the latest wanted refresh once, never two at a time. */
export function oneAtATime(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = false;
    }
  };
}
