// Workspace: the side of staff and talents. Channels, the talk with the bot, the home tab and its modals.

import { get, oneAtATime, post } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { clear, h, icon, keepAtEnd, pickFile, sync } from "./dom.js";
import { drawMessages } from "./messages.js";
import { Modal } from "./modal.js";
import { attempt } from "./notice.js";
import { HOME, drawPlaces } from "./places.js";
import { openChoices, openForm } from "./sheet.js";
import { buildLine, buildThread } from "./thread.js";

export class Workspace {
  constructor(root, { people, team, bot }) {
    this.root = root;
    this.people = people;
    this.team = team;
    this.bot = bot;
    this.user = people[0]?.id ?? "";
    this.place = "";
    this.thread = "";
    this.refresh = oneAtATime(() => this.load());
    this.build();
  }

  build() {
    this.picker = h("select", {
      class: "picker",
      "aria-label": "ワークスペースを使う人",
      test: "slack-person",
    });
    this.picker.addEventListener("change", () => this.choose(this.picker.value));
    this.list = h("nav", { class: "places", "aria-label": "チャンネルとメッセージ", test: "slack-places" });
    this.head = h("header", { class: "desk-head" });
    this.lines = h("div", { class: "lines", role: "log", "aria-live": "polite" });
    this.scroll = h(
      "div",
      { class: "scroll", tabindex: "0", "aria-label": "メッセージ", test: "slack-messages" },
      this.lines,
    );
    this.toEnd = keepAtEnd(this.scroll, this.lines);
    this.home = h("div", { class: "scroll home", hidden: true, test: "slack-home" });
    this.composer = buildLine("slack-input", "slack-send", () => this.write(this.composer, ""), () =>
      this.share(this.composer, ""),
    );
    this.threadPane = buildThread({
      write: (composer) => this.write(composer, this.thread),
      share: (composer) => this.share(composer, this.thread),
      close: () => this.openThread(""),
    });
    this.desk = h(
      "div",
      { class: "desk", test: "workspace" },
      h("aside", { class: "side" }, h("div", { class: "team" }, this.team), this.list),
      h("section", { class: "main" }, this.head, this.scroll, this.home, this.composer),
      this.threadPane,
    );
    this.modal = new Modal(this.desk, this);
    clear(
      this.root,
      h(
        "div",
        { class: "pane-head" },
        h("label", { class: "picker-label" }, h("span", {}, "担当・お相手"), this.picker),
        h(
          "button",
          {
            class: "button small",
            type: "button",
            test: "slack-add-person",
            on: { click: () => this.addPerson() },
          },
          icon("plus", 16),
          "人を増やす",
        ),
      ),
      this.desk,
    );
    this.listPeople();
  }

  listPeople() {
    const named = ({ id, name, title, unread }) =>
      (title ? `${name}・${title}` : name) + (unread && id !== this.user ? `（新着${unread}）` : "");
    sync(
      this.picker,
      this.people.map((person) => ({ id: person.id, words: named(person) })),
      (one) => one.id,
      ({ id, words }) => h("option", { value: id }, words),
    );
    this.picker.value = this.user;
  }

  async choose(user) {
    this.user = user;
    this.picker.value = user;
    this.place = "";
    this.thread = "";
    await this.refresh();
  }

  async load() {
    const wanted = { user: this.user, place: this.place };
    const seen = await get("slack/desk", wanted);
    if (!seen.user || wanted.user !== this.user || wanted.place !== this.place) return;
    this.user = seen.user;
    this.place = seen.place;
    this.people = seen.people;
    this.listPeople();
    this.draw(seen);
  }

  draw(seen) {
    this.seen = seen;
    const names = Object.fromEntries(
      [...seen.people, ...seen.channels, this.bot].map((one) => [one.id, one.name]),
    );
    this.desk.dataset.user = this.user; // whose window this is, for whoever waits for it to change
    this.desk.dataset.place = this.place;
    this.view = {
      user: this.user,
      bot: this.bot,
      people: seen.people,
      channels: seen.channels.filter((channel) => channel.kind !== "im"),
      names,
      host: this.desk,
      press: (pressed) => this.press(pressed),
    };
    drawPlaces(this.list, {
      channels: seen.channels,
      place: this.place,
      bot: this.bot,
      go: (place) => this.go(place),
    });
    const isHome = this.place === HOME;
    this.home.hidden = !isHome;
    this.scroll.hidden = isHome;
    this.composer.hidden = isHome;
    this.drawHead(
      seen.channels.find((one) => one.id === this.place),
      isHome,
    );
    if (isHome) this.drawHome(seen.home);
    else this.drawLines(seen.messages);
    this.drawThread(seen.messages);
    this.modal.show(seen.modal, this.view);
    this.markSeen(seen);
  }

  /** Tell the sandbox that the open channel has been read, when somebody really looks at it. */
  markSeen(seen) {
    const here = seen.channels.find((channel) => channel.id === this.place);
    if (!here?.unread || document.visibilityState !== "visible" || this.desk.offsetParent === null) return;
    post("slack/seen", { user: this.user, channel: here.id }).catch(() => undefined);
  }

  drawHead(channel, isHome) {
    const title = isHome ? "ホーム" : channel?.kind === "im" ? this.bot.name : (channel?.name ?? "");
    const told = isHome
      ? "アプリのホーム"
      : channel?.kind === "im"
        ? "アプリとのメッセージ"
        : `${channel?.members ?? 0}人`;
    clear(this.head, h("h2", {}, title), h("span", { class: "quiet" }, told));
  }

  drawHome(view) {
    const signature = view ? `${this.user} ${view.id} ${view.hash}` : `${this.user} none`;
    if (signature === this.home.signature) return;
    this.home.signature = signature;
    clear(
      this.home,
      view
        ? h("div", { class: "blocks" }, drawBlocks(view.blocks, { ...this.view, values: view.state?.values }))
        : h("p", { class: "quiet empty" }, "ホームはまだ空です。"),
    );
  }

  drawLines(messages) {
    const desk = {
      ...this.view,
      openThread: (ts) => this.openThread(ts),
      ...this.acts(),
    };
    const top = messages.filter(
      (message) =>
        !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast",
    );
    const place = `${this.user} ${this.place}`;
    const isNew = this.lines.place !== place;
    if (isNew) clear(this.lines);
    this.lines.place = place;
    if (top.length === 0)
      clear(
        this.lines,
        h("p", { class: "quiet empty", data: { key: "empty" } }, "まだメッセージはありません。"),
      );
    else drawMessages(this.lines, top, desk);
    if (isNew) this.toEnd();
  }

  drawThread(messages) {
    const inThread = messages.filter(
      (message) => message.ts === this.thread || message.thread_ts === this.thread,
    );
    this.threadPane.hidden = !this.thread || inThread.length === 0;
    this.threadPane.composer.hidden = this.threadPane.hidden;
    const desk = { ...this.view, ...this.acts() };
    drawMessages(this.threadPane.lines, this.threadPane.hidden ? [] : inThread, desk, { inThread: true });
  }

  acts() {
    return {
      hasShortcuts: this.seen.shortcuts.length > 0,
      openShortcuts: (message) => this.openShortcuts(message),
    };
  }

  async go(place) {
    this.place = place;
    this.thread = "";
    const kind = place === HOME ? HOME : this.seen.channels.find((channel) => channel.id === place)?.kind;
    const tab = kind === HOME ? HOME : kind === "im" ? "messages" : null;
    const opened = tab && attempt(() => post("slack/open", { user: this.user, tab }));
    await this.refresh();
    await opened;
  }

  openThread(ts) {
    this.thread = ts;
    this.drawThread(this.seen.messages);
    if (ts) this.threadPane.composer.input.focus();
  }

  async press({ block, element, value, message }) {
    const body = {
      user: this.user,
      place: this.place,
      action_id: element.action_id,
      block_id: block.block_id,
      value,
      ts: message?.ts,
    };
    await attempt(() => post("slack/press", body));
    await this.refresh();
  }

  async write(composer, thread) {
    const text = composer.input.value.trim();
    if (!text) return;
    composer.input.value = "";
    const sent = await attempt(() =>
      post("slack/say", { user: this.user, channel: this.place, text, thread_ts: thread || null }),
    );
    if (!sent) composer.input.value = text;
    composer.fit();
    await this.refresh();
    if (!thread) this.toEnd();
  }

  /** Share a file in the channel or the thread, with the words that stand in the line. */
  share(composer, thread) {
    pickFile(async (file) => {
      const text = composer.input.value.trim();
      const body = { user: this.user, channel: this.place, thread_ts: thread || null, text, ...file };
      if (await attempt(() => post("slack/share", body))) composer.input.value = "";
      composer.fit();
      await this.refresh();
    });
  }

  /** What a person may do to a message of his own. */
  own(message) {
    if (message.user !== this.user || message.is_ephemeral) return [];
    const where = { user: this.user, channel: this.place, ts: message.ts };
    return [
      { label: "編集する", test: "message-edit", run: () => this.editMessage(message, where) },
      {
        label: "削除する",
        test: "message-delete",
        run: async () => {
          await attempt(() => post("slack/delete", where));
          await this.refresh();
        },
      },
    ];
  }

  editMessage(message, where) {
    const before = message.text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    openForm(this.desk, {
      title: "メッセージを編集する",
      test: "edit-form",
      fields: [{ name: "text", label: "メッセージ", required: true, value: before }],
      submit: "保存する",
      run: async ({ text }) => {
        await post("slack/edit", { ...where, text });
        await this.refresh();
      },
    });
  }

  openShortcuts(message) {
    openChoices(this.desk, "このメッセージの操作", "message-menu", [
      ...this.own(message),
      ...this.seen.shortcuts.map(({ name, callback_id }) => ({
        label: name,
        test: "message-shortcut",
        run: async () => {
          await attempt(() =>
            post("slack/shortcut", { user: this.user, channel: this.place, ts: message.ts, callback_id }),
          );
          await this.refresh();
        },
      })),
    ]);
  }

  addPerson() {
    openForm(this.desk, {
      title: "人を増やす",
      test: "member-form",
      fields: [
        { name: "name", label: "名前", required: true, placeholder: "高橋" },
        {
          name: "email",
          label: "メールアドレス",
          type: "email",
          required: true,
          placeholder: "takahashi@example.com",
        },
      ],
      submit: "増やす",
      run: async ({ name, email }) => {
        const { id } = await post("slack/person", { name, email });
        this.people = [...this.people, { id, name }];
        this.listPeople();
        await this.choose(id);
      },
    });
  }
}
