// Messages: the lines of a channel, a talk with the bot, or one thread.

import { drawBlocks } from "./blocks.js";
import { h, icon, sync } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { clock, withDays } from "./times.js";

/** Draw messages into a list, keeping what did not change. ``desk`` as in blocks.js, with {openThread, shortcuts}. */
export function drawMessages(list, messages, desk, { inThread = false } = {}) {
  sync(
    list,
    withDays(messages, (message) => message.at),
    (item) => item.day ?? item.ts,
    (item) =>
      item.day ? h("div", { class: "day" }, h("span", {}, item.day)) : drawMessage(item, desk, inThread),
  );
}

/** Draw a file that a person shared: a photo is seen, of another one its name stands there. */
function drawFile(file) {
  if (file.mode === "tombstone") return h("p", { class: "thing quiet" }, "このファイルは削除されました");
  const isPhoto = /^image\/(jpeg|png)$/.test(file.mimetype);
  return isPhoto
    ? h("img", { class: "thing-photo", src: `ui/slack/file/${file.id}`, alt: file.name })
    : h("p", { class: "thing" }, icon("clip", 16), `${file.name}（${Math.max(1, Math.round(file.size / 1024))}KB）`);
}

function drawMessage(message, desk, inThread) {
  const isBot = Boolean(message.bot_id);
  const name = isBot ? desk.bot.name : (desk.names[message.user] ?? message.user);
  const body = message.blocks?.length
    ? h(
        "div",
        { class: "blocks" },
        drawBlocks(message.blocks, { ...desk, press: (pressed) => desk.press({ ...pressed, message }) }),
      )
    : h("div", { class: "words" }, mrkdwn(message.text, desk.names));
  const things = (message.files ?? []).map(drawFile);
  const replies = !inThread && message.reply_count > 0;
  const thread =
    !inThread &&
    desk.openThread &&
    h(
      "button",
      {
        class: `text-link thread-link${replies ? "" : " faint"}`,
        type: "button",
        test: "thread-link",
        on: { click: () => desk.openThread(message.ts) },
      },
      icon("thread", 14),
      replies ? `${message.reply_count}件の返信` : "スレッドで返信",
    );
  const isOwn = message.user === desk.user && !message.is_ephemeral && message.subtype !== "tombstone";
  const shortcut =
    desk.openShortcuts &&
    (isOwn || desk.hasShortcuts) &&
    h(
      "button",
      {
        class: "icon-button message-more",
        type: "button",
        "aria-label": "このメッセージの操作",
        test: "message-more",
        on: { click: () => desk.openShortcuts(message) },
      },
      icon("more", 16),
    );
  return h(
    "article",
    {
      class: `message${message.is_ephemeral ? " ephemeral" : ""}`,
      test: "message",
      data: { ts: message.ts },
    },
    h("div", { class: `face ${isBot ? "bot" : ""}`, "aria-hidden": "true" }, name.slice(0, 1)),
    h(
      "div",
      { class: "message-main" },
      h(
        "div",
        { class: "message-head" },
        h("strong", {}, name),
        isBot && h("span", { class: "tag" }, "アプリ"),
        h("time", { class: "quiet" }, clock(message.at)),
        message.edited && h("span", { class: "quiet" }, "（編集済み）"),
      ),
      message.is_ephemeral && h("p", { class: "quiet only-you" }, "あなただけに見えています"),
      (message.text || message.blocks?.length) && body,
      things.length > 0 && h("div", { class: "things" }, things),
      thread,
    ),
    shortcut,
  );
}
