// Phone: the owner's side. One talk with the account, drawn from what the LINE of the sandbox holds.

import { get, oneAtATime, post } from "./api.js";
import { drawMessage } from "./bubble.js";
import { buildBlocked, buildComposer, buildMenuBar, buildStranger } from "./composer.js";
import { clear, h, icon, keepAtEnd, sync } from "./dom.js";
import { attempt } from "./notice.js";
import { drawRichMenu } from "./richmenu.js";
import { openChoices, openForm } from "./sheet.js";
import { tapAction } from "./taps.js";
import { clock, withDays } from "./times.js";

const LONG_PRESS_MS = 500;

export class Phone {
  constructor(root, { account, people }) {
    this.root = root;
    this.account = account;
    this.people = people;
    this.user = people[0]?.id ?? "";
    this.refresh = oneAtATime(() => this.load());
    this.build();
  }

  build() {
    this.picker = h("select", { class: "picker", "aria-label": "スマホを使う人", test: "phone-person" });
    this.picker.addEventListener("change", () => this.choose(this.picker.value));
    this.title = h("div", { class: "phone-title" });
    this.talk = h("div", {
      class: "talk",
      role: "log",
      "aria-label": "トーク",
      "aria-live": "polite",
      tabindex: "0",
      test: "talk",
    });
    this.bubbles = h("div", { class: "bubbles" });
    this.dots = h(
      "div",
      { class: "row bot", hidden: true, test: "loading", role: "status", "aria-label": "返事を書いています" },
      h("div", { class: "avatar small", "aria-hidden": "true" }, this.account.slice(0, 1)),
      h("div", { class: "said dots" }, h("i"), h("i"), h("i")),
    );
    this.talk.append(this.bubbles, this.dots);
    this.toEnd = keepAtEnd(this.talk, this.bubbles, this.dots);
    this.replies = h("div", {
      class: "quick-replies",
      role: "group",
      "aria-label": "返事の候補",
      hidden: true,
      test: "quick-replies",
    });
    this.richMenu = h("div", { class: "rich-menu", hidden: true, test: "rich-menu" });
    this.menuButton = buildMenuBar(this);
    this.stranger = buildStranger(this);
    this.composer = buildComposer(this);
    this.blocked = buildBlocked(this);
    this.screen = h(
      "div",
      { class: "phone-screen", test: "phone" },
      h(
        "header",
        { class: "phone-head" },
        h("div", { class: "avatar", "aria-hidden": "true" }, this.account.slice(0, 1)),
        this.title,
        h(
          "button",
          {
            class: "icon-button",
            type: "button",
            "aria-label": "トークのメニュー",
            test: "phone-menu",
            on: { click: () => this.openMenu() },
          },
          icon("more"),
        ),
      ),
      this.talk,
      this.stranger,
      this.replies,
      this.composer,
      this.blocked,
      this.menuButton,
      this.richMenu,
    );
    clear(
      this.root,
      h(
        "div",
        { class: "pane-head" },
        h("label", { class: "picker-label" }, h("span", {}, "オーナー"), this.picker),
        h(
          "button",
          {
            class: "button small",
            type: "button",
            test: "phone-add-person",
            on: { click: () => this.addPerson() },
          },
          icon("plus", 16),
          "人を増やす",
        ),
      ),
      h("div", { class: "phone-frame" }, this.screen),
    );
    this.listPeople();
  }

  get host() {
    return this.screen;
  }

  listPeople() {
    sync(
      this.picker,
      this.people,
      (person) => person.id,
      (person) => h("option", { value: person.id }, person.name),
    );
    this.picker.value = this.user;
  }

  async choose(user) {
    this.user = user;
    this.picker.value = user;
    this.compose("");
    clear(this.bubbles);
    await this.refresh();
    this.toEnd();
  }

  async load() {
    const user = this.user;
    const seen = await get("line/chat", { user });
    if (!seen.person || user !== this.user) return;
    this.user = seen.person.id;
    this.people = seen.people;
    this.listPeople();
    this.draw(seen);
  }

  draw(seen) {
    this.seen = seen;
    const { person } = seen;
    clear(
      this.title,
      h("strong", {}, this.account),
      h("span", { class: "quiet" }, person.is_blocking ? "ブロックしています" : `${person.name}さんのスマホ`),
    );
    const isStranger = !person.is_friend && !person.is_blocking && seen.bubbles.length === 0;
    this.stranger.hidden = !isStranger;
    this.talk.hidden = isStranger;
    this.composer.hidden = isStranger || person.is_blocking;
    this.blocked.hidden = !person.is_blocking;
    sync(
      this.bubbles,
      withDays(seen.bubbles, (bubble) => bubble.at),
      (item) => item.day ?? item.id,
      (item) => (item.day ? drawDay(item.day) : this.drawRow(item)),
    );
    this.dots.hidden = !seen.loading;
    this.endLoading(seen);
    this.drawReplies(person.is_blocking ? [] : seen.quick_replies);
    this.drawMenu(person.is_friend && !person.is_blocking ? seen.rich_menu : null);
  }

  /** Take the dots away when their time is over: nothing else tells the page. */
  endLoading(seen) {
    clearTimeout(this.loadingTimer);
    if (!seen.loading) return;
    const left = Math.max(seen.loading_until * 1000 - Date.now(), 0);
    this.loadingTimer = setTimeout(() => this.refresh(), left + 100);
  }

  drawRow(bubble) {
    const mine = bubble.by === "person";
    if (bubble.unsent)
      return h("div", { class: "unsent", test: "unsent" }, "メッセージの送信を取り消しました");
    const time = h("time", { class: "at" }, clock(bubble.at));
    const content = h(
      "div",
      {
        class: `bubble kind-${bubble.message.type}`,
        test: mine ? "own-bubble" : "bot-bubble",
        data: { how: bubble.how },
      },
      drawMessage(bubble.message, (action) => this.tap(action)),
    );
    if (!mine) {
      return h(
        "div",
        { class: "row bot" },
        h("div", { class: "avatar small", "aria-hidden": "true" }, this.account.slice(0, 1)),
        content,
        time,
      );
    }
    const more = h(
      "button",
      {
        class: "bubble-more",
        type: "button",
        "aria-label": "このメッセージのメニュー",
        test: "own-bubble-menu",
        on: { click: () => this.openBubble(bubble) },
      },
      icon("more", 16),
    );
    this.onLongPress(content, () => this.openBubble(bubble));
    return h("div", { class: "row mine" }, h("div", { class: "beside" }, more, time), content);
  }

  onLongPress(element, run) {
    let timer = 0;
    const stop = () => clearTimeout(timer);
    element.addEventListener("pointerdown", () => (timer = setTimeout(run, LONG_PRESS_MS)));
    for (const event of ["pointerup", "pointerleave", "pointercancel"]) element.addEventListener(event, stop);
    element.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      stop();
      run();
    });
  }

  drawReplies(items) {
    this.replies.hidden = items.length === 0;
    sync(
      this.replies,
      items,
      (item) => JSON.stringify(item),
      (item) =>
        h(
          "button",
          {
            class: "quick-reply",
            type: "button",
            test: "quick-reply",
            on: { click: () => this.tap(item.action) },
          },
          item.action?.label ?? "",
        ),
    );
  }

  drawMenu(menu) {
    const isFirst = this.menuButton.hidden;
    this.menuButton.hidden = !menu;
    const signature = JSON.stringify(menu);
    if (signature === this.richMenu.signature) return;
    this.richMenu.signature = signature;
    this.menuWords.textContent = menu?.chatBarText ?? "";
    clear(this.richMenu, menu && drawRichMenu(menu, (action) => this.tap(action)));
    // Another menu comes as open or closed as the one before it.
    if (!menu || isFirst) this.toggleRichMenu(Boolean(menu?.selected));
  }

  toggleRichMenu(open = this.richMenu.hidden) {
    this.richMenu.hidden = !open;
    this.menuButton.setAttribute("aria-expanded", String(open));
  }

  tap(action) {
    return tapAction(action, this);
  }

  compose(text) {
    this.input.value = text;
    this.fit();
    if (text) this.input.focus();
  }

  async say() {
    const text = this.input.value.trim();
    if (!text) return;
    this.compose("");
    const sent = await attempt(() => post("line/say", { user: this.user, text }));
    if (!sent) this.compose(text);
    await this.refreshToEnd();
  }

  /** Show what was just sent, and let the answer scroll into view, from wherever a button was pressed. */
  async refreshToEnd() {
    await this.refresh();
    this.toEnd();
  }

  async addFriend() {
    await attempt(() => post("line/follow", { user: this.user }));
    await this.refresh();
    this.compose(this.qr.value.trim());
  }

  openBubble(bubble) {
    openChoices(this.host, "メッセージ", "bubble-menu", [
      {
        label: "送信を取り消す",
        test: "unsend",
        danger: true,
        run: async () => {
          await attempt(() => post("line/unsend", { user: this.user, message_id: bubble.id }));
          await this.refresh();
        },
      },
    ]);
  }

  openMenu() {
    const { person } = this.seen;
    const choices = [];
    if (!person.is_friend && !person.is_blocking)
      choices.push({ label: "友だち追加", test: "menu-follow", run: () => this.addFriend() });
    if (person.is_blocking)
      choices.push({ label: "ブロックを解除する", test: "unblock", run: () => this.tell("unblock") });
    else choices.push({ label: "ブロックする", test: "block", danger: true, run: () => this.tell("block") });
    openChoices(this.host, this.account, "phone-menu-sheet", choices);
  }

  async tell(path) {
    await attempt(() => post(`line/${path}`, { user: this.user }));
    await this.refresh();
  }

  addPerson() {
    openForm(this.host, {
      title: "オーナーを増やす",
      test: "person-form",
      fields: [{ name: "name", label: "LINEでの名前", required: true, placeholder: "山崎" }],
      submit: "増やす",
      run: async ({ name }) => {
        const { id } = await post("line/person", { name });
        this.people = [...this.people, { id, name }];
        this.listPeople();
        await this.choose(id);
      },
    });
  }
}

function drawDay(day) {
  return h("div", { class: "day" }, h("span", {}, day));
}
