// Drawer: what happened behind the screens. The last event's path through the bot, and every call on the wire.

import { get, oneAtATime } from "./api.js";
import { clear, h, icon, sync } from "./dom.js";

const STEPS = [
  ["event", "できごと", "画面でしたこと"],
  ["turn", "ターン", "ボットの一回の処理"],
  ["journal", "記録", "お答えの控え"],
  ["outbox", "送信箱", "送ると決めたもの"],
  ["delivery", "配達", "実際に届いたか"],
];
const PLATFORMS = { line: "LINE", slack: "Slack", model: "AI" };
const KEPT = 300;

export class Drawer {
  constructor(root) {
    this.root = root;
    this.calls = [];
    this.isOpen = false;
    this.refresh = oneAtATime(() => this.load());
    this.build();
  }

  build() {
    this.count = h("span", { class: "count", test: "wire-count" }, "0");
    this.bad = h("span", { class: "violations", hidden: true, test: "violation-count" });
    this.toggle = h(
      "button",
      {
        class: "drawer-handle",
        type: "button",
        "aria-expanded": "false",
        "aria-controls": "drawer-body",
        test: "drawer-toggle",
        on: { click: () => this.open(!this.isOpen) },
      },
      h("span", { class: "drawer-arrow", "aria-hidden": "true" }, icon("up", 16)),
      "しくみを見る",
      h("span", { class: "quiet" }, "通信 ", this.count, " 件"),
      this.bad,
    );
    this.path = h("ol", { class: "path", test: "trace" });
    this.log = h("div", { class: "wire", test: "wire-log" });
    this.onlyBad = h("input", {
      type: "checkbox",
      test: "wire-only-bad",
      on: { change: () => this.drawCalls() },
    });
    this.body = h(
      "div",
      { class: "drawer-body", id: "drawer-body", hidden: true },
      h(
        "section",
        { class: "drawer-part", "aria-label": "直前のできごとの道すじ" },
        h("h2", {}, "直前のできごとの道すじ"),
        this.path,
      ),
      h(
        "section",
        { class: "drawer-part", "aria-label": "通信の記録" },
        h(
          "div",
          { class: "drawer-title" },
          h("h2", {}, "通信の記録"),
          h("label", { class: "check small" }, this.onlyBad, h("span", {}, "違反だけ")),
        ),
        this.log,
      ),
    );
    clear(this.root, this.toggle, this.body);
  }

  open(wanted) {
    this.isOpen = wanted;
    this.body.hidden = !wanted;
    this.root.classList.toggle("open", wanted);
    this.toggle.setAttribute("aria-expanded", String(wanted));
    this.refresh();
  }

  /** Begin anew: the sandbox may have been started again, and its numbers with it. */
  reset() {
    this.calls = [];
    return this.refresh();
  }

  async load() {
    const { calls, violations } = await get("wire", { after: this.calls.at(-1)?.number ?? 0 });
    this.calls = [...this.calls, ...calls].slice(-KEPT);
    clear(this.count, this.calls.at(-1)?.number ?? 0);
    this.bad.hidden = violations === 0;
    clear(this.bad, `違反 ${violations} 件`);
    if (!this.isOpen) return;
    this.drawCalls();
    this.drawPath(await get("trace"));
  }

  drawCalls() {
    const shown = this.onlyBad.checked ? this.calls.filter((call) => call.violations.length > 0) : this.calls;
    if (shown.length === 0) return clear(this.log, h("p", { class: "quiet empty" }, "まだありません。"));
    if (this.log.firstElementChild?.tagName === "P") clear(this.log);
    sync(
      this.log,
      shown.toReversed(),
      (call) => call.number,
      (call) => this.drawCall(call),
    );
  }

  drawCall(call) {
    const isToBot = call.direction === "to_bot";
    const isBad = call.violations.length > 0;
    const failed = call.status === 0 || call.status >= 400;
    const inside = h("div", { class: "call-inside" });
    const details = h(
      "details",
      {
        class: `call${isBad ? " bad" : ""}`,
        test: "wire-call",
        data: { what: call.what, platform: call.platform },
      },
      h(
        "summary",
        {},
        h(
          "span",
          { class: "call-arrow", "aria-label": isToBot ? "ボットへ" : "ボットから" },
          isToBot ? "→" : "←",
        ),
        h("span", { class: `tag ${call.platform}` }, PLATFORMS[call.platform]),
        h("span", { class: "call-what" }, call.what),
        call.injected && h("span", { class: "tag injected" }, `わざと：${call.injected}`),
        h("span", { class: `call-status${failed ? " failed" : ""}` }, call.status || "―"),
        h(
          "time",
          { class: "quiet" },
          new Date(call.at * 1000).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo" }),
        ),
      ),
      call.violations.map((broken) => h("p", { class: "violation", test: "violation" }, broken)),
      inside,
    );
    details.addEventListener("toggle", async () => {
      if (!details.open || inside.childElementCount > 0) return;
      const { request, response } = await get(`wire/${call.number}`);
      clear(inside, json("送ったもの", request), json("返ってきたもの", response));
    });
    return details;
  }

  drawPath({ available, trace }) {
    const signature = JSON.stringify(trace ?? null);
    if (signature === this.path.signature) return;
    this.path.signature = signature;
    if (!available || !trace) {
      return clear(
        this.path,
        h(
          "li",
          { class: "quiet empty" },
          "まだできごとがありません。スマホかワークスペースで、何かしてみてください。",
        ),
      );
    }
    clear(
      this.path,
      STEPS.map(([name, title, told]) => {
        const value = trace[name];
        const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
        return h(
          "li",
          { class: `step${isEmpty ? " none" : ""}`, test: `trace-${name}` },
          h("div", { class: "step-head" }, h("strong", {}, title), h("span", { class: "quiet" }, told)),
          isEmpty
            ? h("p", { class: "quiet" }, "なし")
            : [h("p", { class: "step-words" }, summary(value)), json("くわしく", value)],
        );
      }),
    );
  }
}

function summary(value) {
  if (Array.isArray(value)) return `${value.length}件　${value.map((one) => summary(one)).join("、")}`;
  if (typeof value !== "object") return String(value);
  return Object.values(value)
    .filter((part) => ["string", "number"].includes(typeof part) && String(part).length <= 40)
    .slice(0, 3)
    .join("・");
}

function json(title, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return h(
    "details",
    { class: "json", open: title !== "くわしく" },
    h("summary", {}, title),
    h("pre", { tabindex: "0" }, text ?? "（なし）"),
  );
}
