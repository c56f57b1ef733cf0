// Player: plays a story on this very page, step by step, with a caption. It knows no id and writes no row.

import { clear, h, icon } from "./dom.js";
import { Hands, Missing, sleep } from "./hands.js";
import { notice } from "./notice.js";

// Milliseconds: how long it points before a tap, between letters, and how long a step may be read.
const PACES = {
  ふつう: { hold: 650, key: 26, rest: 900, letter: 22, longest: 3_600 },
  はやい: { hold: 12, key: 0, rest: 15, letter: 0, longest: 15 },
};
const USED = "見本は、まっさらな練習場で始めます。いまのお話を終えるには、`make demo` をやり直してください。";
const DONE = "見本はここまでです。このまま続きを、ご自分で試せます。";

const HOLD = { playing: ["pause", "止める"], paused: ["play", "つづける"], failed: ["again", "もう一度"] };
const WATCHING = new Set(["hear", "read", "sit"]); // what is awaited came after the last deed

class Ended extends Error {}

export class Player {
  constructor(root, controls, story) {
    this.root = root;
    this.story = story;
    this.speed = "ふつう";
    this.start = h(
      "button",
      { class: "button primary story-start", type: "button", test: "story-start", on: { click: () => this.begin() } },
      "見本を自動で進める",
    );
    controls.append(this.start);
    this.build();
  }

  build() {
    const button = (test, click, ...inside) =>
      h("button", { class: "button", type: "button", test, on: { click } }, inside);
    this.count = h("span", { class: "story-count", test: "story-count" });
    this.words = h("p", { class: "story-words", role: "status", test: "story-caption" });
    this.hold = button("story-pause", () => this.pause(this.root.dataset.state === "playing"));
    this.pacer = button("story-speed", () => this.quicken());
    this.end = button("story-end", () => this.close(), icon("close", 16), labelled("おわる"));
    this.line = h("progress", {
      class: "story-line",
      max: this.story.length,
      value: 0,
      "aria-label": "見本の進み",
    });
    const tools = h("div", { class: "story-tools" }, this.hold, this.pacer, this.end);
    clear(this.root, this.line, this.count, this.words, tools);
    this.showSpeed();
  }

  showSpeed() {
    clear(this.pacer, labelled("速さ："), this.speed);
  }

  state(name) {
    this.root.dataset.state = name;
    this.hold.hidden = name === "done";
    this.pacer.hidden = name === "done";
    const [picture, words] = HOLD[name] ?? HOLD.paused;
    clear(this.hold, icon(picture, 16), labelled(words));
  }

  begin() {
    if (hasBegun()) return notice(USED);
    this.start.disabled = true;
    this.root.hidden = false;
    this.at = 0;
    this.hands = new Hands(
      () => PACES[this.speed],
      () => this.gate(),
    );
    this.state("playing");
    return this.run();
  }

  quicken() {
    this.speed = this.speed === "ふつう" ? "はやい" : "ふつう";
    this.showSpeed();
  }

  pause(wanted) {
    const wasFailed = this.root.dataset.state === "failed";
    this.state(wanted ? "paused" : "playing");
    if (wasFailed) this.run();
  }

  close() {
    this.state("ended");
    this.root.hidden = true;
    this.start.disabled = false;
  }

  async gate() {
    while (this.root.dataset.state === "paused") await sleep(60);
    if (this.root.dataset.state === "ended") throw new Ended();
  }

  async run() {
    try {
      for (; this.at < this.story.length; this.at += 1) await this.play(this.story[this.at]);
      this.say(DONE);
      this.state("done");
    } catch (error) {
      if (error instanceof Ended) return;
      this.say(error instanceof Missing ? `${error.message}が見つかりませんでした。` : error.message);
      this.state("failed");
    }
  }

  async play({ caption, side, acts }) {
    this.say(caption);
    if (side) await this.hands.show(side);
    for (const { act, ...what } of acts) {
      if (!WATCHING.has(act)) this.hands.mark();
      await this.hands[act](what);
    }
    const { rest, letter, longest } = PACES[this.speed];
    await sleep(Math.min(rest + letter * caption.length, longest));
    await this.gate();
  }

  say(words) {
    clear(this.words, words);
    clear(this.count, `${Math.min(this.at + 1, this.story.length)} / ${this.story.length}`);
    this.line.value = Math.min(this.at + 1, this.story.length);
  }
}

/** A talk that has begun cannot be begun again. */
function hasBegun() {
  return document.querySelector('[data-test="stranger"]').hidden;
}

/** Name a button; a narrow screen shows its picture only, a reader hears the name. */
function labelled(words) {
  return h("span", { class: "tool-name" }, words);
}
