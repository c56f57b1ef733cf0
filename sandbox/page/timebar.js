// Timebar: the day and hour on which everybody on this page lives, and the buttons that move it forward.

import { fetchJson, oneAtATime, sendJson } from "./api.js";
import { clear, h } from "./dom.js";
import { notice } from "./notice.js";

const DAY = { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" };
const HOUR = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" };
const JUMPS = [
  { label: "1時間進める", test: "clock-hour", asked: { hours: 1 } },
  { label: "1日進める", test: "clock-day", asked: { days: 1 } },
  { label: "1週間進める", test: "clock-week", asked: { days: 7 } },
];
const LOOK_MS = 10_000; // between looks while nothing happens
const PEEK_MS = 400; // and while the hands turn

export class Timebar {
  constructor(root, path) {
    this.root = root;
    this.path = path;
    this.isBusy = false;
    this.refresh = oneAtATime(() => this.load());
    this.build();
    const look = () => this.refresh().catch(() => undefined); // the page says itself when the line is down
    look();
    setInterval(() => document.visibilityState === "visible" && look(), LOOK_MS);
  }

  build() {
    this.face = h("time", { class: "clock-face", test: "clock-now" });
    this.note = h("span", { class: "clock-note", role: "status", test: "clock-note", hidden: true });
    this.toggle = h(
      "button",
      {
        class: "button clock-toggle",
        type: "button",
        "aria-expanded": "false",
        "aria-controls": "clock-jumps",
        test: "clock-toggle",
        on: { click: () => this.unfold(!this.root.classList.contains("unfolded")) },
      },
      "時計を進める",
    );
    const button = ({ label, test, asked }) =>
      h("button", { class: "button jump", type: "button", test, on: { click: () => this.move(asked) } }, label);
    this.meeting = button({ label: "次の打ち合わせへ", test: "clock-meeting", asked: { to: "meeting" } });
    this.buttons = [...JUMPS.map(button), this.meeting];
    this.jumps = h(
      "div",
      { class: "jumps", id: "clock-jumps", role: "group", "aria-label": "時計を進める" },
      this.buttons,
    );
    clear(this.root, this.face, this.note, this.toggle, this.jumps);
  }

  /** On a narrow screen the buttons wait behind one. */
  unfold(wanted) {
    this.root.classList.toggle("unfolded", wanted);
    this.toggle.setAttribute("aria-expanded", String(wanted));
  }

  async load() {
    this.draw(await fetchJson(this.path));
  }

  draw({ now, next, until }) {
    const at = new Date(now);
    this.face.dateTime = now;
    clear(this.face, `${at.toLocaleDateString("ja-JP", DAY)} ${at.toLocaleTimeString("ja-JP", HOUR)}`);
    const isMoving = this.isBusy || Boolean(until);
    this.root.dataset.state = isMoving ? "moving" : "still";
    for (const button of this.buttons) button.disabled = isMoving;
    this.meeting.disabled = isMoving || !next;
    clear(this.meeting, next ? `${next.what}へ` : "次の打ち合わせへ");
    this.meeting.title = next ? said(next.at) : "打ち合わせの日が決まると使えます";
    this.note.hidden = !isMoving;
    clear(this.note, until ? `${said(until)}まで進めています` : "進めています");
  }

  async move(asked) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.root.dataset.state = "moving";
    for (const button of this.buttons) button.disabled = true;
    const peek = setInterval(() => this.refresh().catch(() => undefined), PEEK_MS);
    try {
      await sendJson(this.path, asked);
    } catch (error) {
      notice(error.message);
    } finally {
      clearInterval(peek);
      this.isBusy = false;
      await this.refresh().catch(() => undefined);
    }
  }
}

function said(moment) {
  const at = new Date(moment);
  return `${at.toLocaleDateString("ja-JP", DAY)} ${at.toLocaleTimeString("ja-JP", HOUR)}`;
}
