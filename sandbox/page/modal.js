// Modal: a Slack view with its fields, drawn over the workspace; errors stand under their field.

import { post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { clear, h, icon } from "./dom.js";
import { attempt, notice } from "./notice.js";
import { giveBack, keepInside } from "./sheet.js";

// What Slack's own client says, in the page's language.
const COMPLAINTS = [
  [/^Please complete this required field\.$/, (_, isPicked) => (isPicked ? "選んでください。" : "入力してください。")],
  [/^Enter a valid email address\.$/, () => "メールアドレスの形で入力してください。"],
  [/^Enter a valid URL\.$/, () => "https:// で始まるアドレスを入力してください。"],
  [/^Enter a valid date\.$/, () => "日にちを選んでください。"],
  [/^Enter a valid time\.$/, () => "時間を選んでください。"],
  [/^Enter a valid number\.$/, () => "数字で入力してください。"],
  [/^Enter a number not below (.+)\.$/, ([, least]) => `${least} 以上の数字を入力してください。`],
  [/^Enter a number not above (.+)\.$/, ([, most]) => `${most} 以下の数字を入力してください。`],
  [/^Enter at most (\d+) characters\.$/, ([, most]) => `${most} 文字までで入力してください。`],
  [/^Enter at least (\d+) characters\.$/, ([, least]) => `${least} 文字以上入力してください。`],
  [/^Choose at most (\d+)\.$/, ([, most]) => `${most} つまで選べます。`],
];

export class Modal {
  constructor(host, workspace) {
    this.host = host;
    this.workspace = workspace;
    this.signature = "";
  }

  /** Show the top view of the person's stack, or nothing. */
  show(view, desk) {
    const signature = view ? `${desk.user} ${view.id} ${view.hash}` : "";
    if (signature === this.signature) return;
    const kept = view && this.view?.id === view.id ? this.read() : {};
    this.signature = signature;
    const before = this.scrim ? this.before : document.activeElement;
    const held = Boolean(this.scrim?.contains(document.activeElement));
    this.scrim?.remove();
    this.scrim = undefined;
    this.view = view;
    this.before = view ? before : undefined;
    if (!view) return giveBack(before, held);
    this.draw(view, { ...desk, values: merged(view, kept) });
  }

  draw(view, desk) {
    this.body = h(
      "div",
      { class: "modal-body" },
      drawBlocks(view.blocks, {
        ...desk,
        press: ({ block, element, value }) => this.press(desk.user, block, element, value),
        typed: () => this.remember(desk.user),
      }),
    );
    this.problem = h("p", { class: "problem", role: "alert", hidden: true, test: "modal-error" });
    this.submitButton =
      view.submit &&
      h("button", { class: "button primary", type: "submit", test: "modal-submit" }, view.submit.text);
    const close = () => this.close(desk.user, true);
    this.panel = h(
      "form",
      {
        class: "modal",
        role: "dialog",
        "aria-modal": "true",
        "aria-label": view.title?.text ?? "",
        test: "modal",
        novalidate: true,
      },
      h(
        "header",
        { class: "modal-head" },
        h("h2", {}, view.title?.text ?? ""),
        h(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": "閉じる",
            test: "modal-close",
            on: { click: close },
          },
          icon("close"),
        ),
      ),
      this.body,
      this.problem,
      h(
        "footer",
        { class: "modal-foot" },
        h(
          "button",
          {
            class: "button",
            type: "button",
            test: "modal-cancel",
            on: { click: () => this.close(desk.user, false) },
          },
          view.close?.text ?? "閉じる",
        ),
        this.submitButton,
      ),
    );
    this.panel.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit(desk.user);
    });
    this.panel.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.remember(desk.user), 400);
    });
    this.scrim = h("div", { class: "scrim modal-scrim" }, this.panel);
    this.scrim.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      if (event.key === "Tab") keepInside(this.panel, event);
    });
    this.host.append(this.scrim);
    this.complain(view.errors ?? {});
    (
      this.panel.querySelector("[data-focus]") ??
      this.body.querySelector("input, textarea, select, button") ??
      this.panel.querySelector("button")
    ).focus();
  }

  /** Read the fields of the form: block_id → value. A field that acts at once has told its value itself. */
  read() {
    const values = {};
    for (const block of this.view?.blocks ?? []) {
      if (block.type !== "input" || block.dispatch_action) continue;
      const place = [...this.body.children].find((child) => child.dataset.block === block.block_id);
      const field = [...(place?.querySelectorAll("[data-action]") ?? [])].find((one) => one.read);
      if (field) values[block.block_id] = field.read();
    }
    return values;
  }

  async remember(user) {
    if (this.view) await post("slack/fill", { user, values: this.read() }).catch(() => undefined);
  }

  async press(user, block, element, value) {
    await this.remember(user);
    const body = { user, place: "modal", action_id: element.action_id, block_id: block.block_id, value };
    await attempt(() => post("slack/press", body));
    await this.workspace.refresh();
  }

  async submit(user) {
    clearTimeout(this.timer);
    this.submitButton.disabled = true;
    this.problem.hidden = true;
    const told = await attempt(() => post("slack/submit", { user, values: this.read() }));
    if (this.submitButton) this.submitButton.disabled = false;
    await this.workspace.refresh();
    if (told) this.complain(told.errors ?? {}, told.trouble);
  }

  /** Close the top view, or with × all that lie under it too. */
  async close(user, clear) {
    clearTimeout(this.timer);
    await attempt(() => post("slack/close", { user, clear }));
    await this.workspace.refresh();
  }

  complain(errors, trouble) {
    if (!this.view) {
      if (trouble) notice(trouble);
      return;
    }
    let first = null;
    for (const place of this.body.querySelectorAll("[data-problem]")) {
      const words = errors[place.dataset.problem];
      place.hidden = !words;
      clear(place, words && translated(words, isPicked(place)));
      if (words) first ??= place;
      place.parentElement.classList.toggle("wrong", Boolean(words));
    }
    first?.parentElement.querySelector("input, textarea, select")?.focus();
    this.problem.hidden = !trouble;
    clear(this.problem, trouble);
  }
}

/** Tell whether a field is chosen from rather than typed into. */
function isPicked(place) {
  const field = place.parentElement.querySelector("input, textarea, select");
  return Boolean(field?.matches("select, [type=radio], [type=checkbox], [type=date], [type=time]"));
}

function translated(words, isPicked) {
  for (const [form, say] of COMPLAINTS) {
    const match = form.exec(words);
    if (match) return say(match, isPicked);
  }
  return words;
}

/** Lay what is being typed over what the server remembers. */
function merged(view, kept) {
  const values = structuredClone(view.state?.values ?? {});
  for (const block of view.blocks ?? []) {
    const value = kept[block.block_id];
    if (block.type !== "input" || typeof value !== "string") continue;
    const name = block.element.type.endsWith("_input") ? "value" : null;
    if (name) values[block.block_id] = { [block.element.action_id]: { value } };
  }
  return values;
}
