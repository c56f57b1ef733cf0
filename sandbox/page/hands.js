// Hands: uses the page as a person does. Finds what is on the screens by its words, points at it, taps it.

const PATIENCE_MS = 60_000; // of a machine that does other things too
const CLOCK_MS = 180_000; // weeks go by, each with its messages
const LOOK_MS = 30;
const LONGEST_TYPING_MS = 1_600;

/** Raised when something did not appear; the words are for the reader. */
/** A button is meant by its name, or by a piece of it with 「…」 behind: hours are other ones every day. */
const isNamed = (text, label) => (label.endsWith("…") ? text.includes(label.slice(0, -1)) : text === label);

export class Missing extends Error {}

export class Hands {
  /** ``pace`` gives {hold, key} in milliseconds; ``gate`` waits while the play is paused and throws when it ends. */
  constructor(pace, gate) {
    this.pace = pace;
    this.gate = gate;
    this.used = new Set(); // a button of a story is pressed once
    this.mark();
  }

  /** Remember what is on the phone: what is heard next must be new. */
  mark() {
    this.known = new Set(rows().map((row) => row.dataset.key));
  }

  async until(look, what, patience = PATIENCE_MS) {
    for (let waited = 0; ; waited += LOOK_MS) {
      await this.gate();
      const found = look();
      if (found) return found;
      if (waited > patience) throw new Missing(what);
      await sleep(LOOK_MS);
    }
  }

  /** Point at something, then tap it. It is looked for again: the screen may have been drawn anew meanwhile. */
  async tapOn(look, what, once) {
    const first = await this.until(look, what);
    first.scrollIntoView({ block: "nearest", inline: "center" });
    first.classList.add("pointed");
    await sleep(this.pace().hold);
    first.classList.remove("pointed");
    await this.gate();
    const target = look() ?? (await this.until(look, what));
    if (once) this.used.add(once(target));
    target.click();
  }

  async type(field, words) {
    field.classList.add("pointed");
    const { key } = this.pace();
    const letters = [...words];
    const stride = key ? Math.max(1, Math.ceil((letters.length * key) / LONGEST_TYPING_MS)) : letters.length;
    for (let end = stride; ; end += stride) {
      field.value = letters.slice(0, end).join("");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      if (end >= letters.length) break;
      await sleep(key);
      await this.gate();
    }
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.classList.remove("pointed");
  }

  /** On a narrow screen only one side is shown. */
  async show(side) {
    const tab = one(`tab-${side}`);
    if (isSeen(tab) && tab.getAttribute("aria-pressed") !== "true") await this.tapOn(() => tab, "画面の切りかえ");
  }

  // The phone

  async befriend() {
    await this.tapOn(() => seen("friend-add")[0], "「友だち追加」");
  }

  async say({ words }) {
    const field = await this.until(() => seen("line-input")[0], "スマホの入力欄");
    await this.type(field, words || field.value);
    await this.tapOn(() => seen("line-send")[0], "送信のボタン");
    await this.until(() => !field.value, "送った言葉");
  }

  async tap({ label, beside = "" }) {
    const key = (button) => `${button.closest("[data-key]")?.dataset.key} ${label} ${nameOf(button)}`;
    const look = () =>
      [...seen("flex-button"), ...seen("template-button"), ...seen("quick-reply")]
        .filter((button) => wordsOf(button) === label && nameOf(button).includes(beside))
        .filter((button) => !this.used.has(key(button)))
        .at(-1);
    await this.tapOn(look, `スマホの「${label}」`, key);
  }

  async hear({ words }) {
    const row = await this.until(() => this.newRow(words), `スマホの「${words}」`);
    if (row.matches(".row:last-of-type")) toEnd("talk");
    else row.scrollIntoView({ block: "end" });
  }

  newRow(words) {
    const fresh = rows().filter((row) => !this.known.has(row.dataset.key) && row.classList.contains("bot"));
    return fresh.filter((row) => wordsOf(row).includes(words)).at(-1);
  }

  // The workspace

  async sit({ who, place }) {
    const picker = await this.until(() => one("slack-person"), "ワークスペースの人");
    const option = await this.until(
      () => [...picker.options].find((each) => each.textContent.startsWith(who)),
      `ワークスペースの${who}さん`,
    );
    if (picker.value !== option.value) {
      picker.classList.add("pointed");
      await sleep(this.pace().hold);
      picker.value = option.value;
      picker.dispatchEvent(new Event("change", { bubbles: true }));
      picker.classList.remove("pointed");
    }
    const desk = one("workspace");
    await this.until(() => desk.dataset.user === picker.value, `${who}さんの画面`);
    const look = () => one("slack-places").querySelector(PLACES[place] ?? `[data-name="${place}"]`);
    if (!look()?.classList.contains("here")) await this.tapOn(look, `「${place}」`);
    await this.until(() => look()?.classList.contains("here"), `「${place}」の画面`);
    toEnd("slack-messages");
  }

  async press({ label, beside = "" }) {
    const user = one("workspace").dataset.user;
    const key = (button) => `${user} ${button.closest("[data-ts]")?.dataset.ts} ${label}`;
    const look = () =>
      seen("block-button")
        .filter((button) => isNamed(wordsOf(button), label) && cardOf(button).includes(beside))
        .filter((button) => !this.used.has(key(button)))
        .at(-1);
    await this.tapOn(look, `「${label}」のボタン`, key);
    toEnd("slack-messages");
  }

  async read({ words }) {
    const look = () =>
      [...seen("message"), ...seen("slack-home"), ...seen("modal")].findLast((each) => wordsOf(each).includes(words));
    (await this.until(look, `ワークスペースの「${words}」`)).scrollIntoView({ block: "end" });
  }

  /** Fill the open form by the names of its fields, and send it. */
  async fill({ values }) {
    const panel = await this.until(() => seen("modal")[0], "フォーム");
    for (const [name, words] of Object.entries(values)) {
      const look = () => [...panel.querySelectorAll(".block-input")].find((each) => wordsOf(each).includes(name));
      const place = await this.until(look, `「${name}」の欄`);
      place.scrollIntoView({ block: "nearest" });
      const field = place.querySelector("input, textarea, select");
      if (field.tagName !== "SELECT") await this.type(field, words);
      else await this.choose(field, words);
    }
    await this.tapOn(() => panel.querySelector('[data-test="modal-submit"]'), "フォームの送信");
    const problem = () => [...panel.querySelectorAll('[data-test="field-error"], [data-test="modal-error"]')].find(isSeen);
    await this.until(() => !panel.isConnected || problem(), "フォームの受けつけ");
    if (panel.isConnected) throw new Missing(`フォーム（${wordsOf(problem())}）`);
  }

  async choose(select, words) {
    select.classList.add("pointed");
    await sleep(this.pace().hold / 2);
    const option = [...select.options].find((each) => each.textContent.includes(words));
    if (!option) throw new Missing(`選択肢「${words}」`);
    select.value = option.value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.classList.remove("pointed");
  }

  // The clock

  /** Go on by hours until it is day for the people on this page. */
  async daytime({ from, to }) {
    const hour = () => Number(one("clock-now").dateTime.slice(11, 13));
    await this.until(() => one("clock-now").dateTime, "時計");
    while (hour() < from || hour() >= to) await this.wait({ label: "1時間進める" });
  }

  /** Move the clock; with ``until``, again and again, until the phone has said so. */
  async wait({ label, until, most = 1 }) {
    for (let times = 0; times < most && !(until && this.newRow(until)); times += 1) {
      const still = () => one("clock").dataset.state === "still";
      await this.until(still, "時計", CLOCK_MS);
      const jump = () => JUMPS.flatMap(seen).find((button) => wordsOf(button) === label);
      if (isSeen(one("clock-toggle")) && one("clock-toggle").getAttribute("aria-expanded") === "false")
        await this.tapOn(() => one("clock-toggle"), "「時計を進める」");
      await this.tapOn(jump, `「${label}」`);
      await this.until(still, "時計", CLOCK_MS);
    }
    if (isSeen(one("clock-toggle")) && one("clock-toggle").getAttribute("aria-expanded") === "true")
      one("clock-toggle").click();
    if (until) await this.until(() => this.newRow(until), `スマホの「${until}」`);
  }
}

const JUMPS = ["clock-hour", "clock-day", "clock-week", "clock-meeting"];
const PLACES = { ホーム: '[data-test="slack-home-tab"]', アプリ: '[data-test="slack-dm"]' };

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const all = (test) => [...document.querySelectorAll(`[data-test="${test}"]`)];
const one = (test) => all(test)[0];
/** Go to the newest, where the page then keeps the reader by itself. */
function toEnd(test) {
  const scroller = one(test);
  scroller.scrollTop = scroller.scrollHeight;
}

const isSeen = (element) => Boolean(element?.getClientRects().length);
const seen = (test) => all(test).filter((element) => isSeen(element) && !element.disabled);
const wordsOf = (element) => element.textContent.replace(/\s+/g, " ").trim();
const rows = () => [...document.querySelectorAll('[data-test="talk"] .row[data-key]')];
const cardOf = (button) => wordsOf(button.closest("[data-ts], .blocks") ?? button);
const nameOf = (button) => wordsOf(button.closest(".flex-bubble, .template") ?? button);
