// Composer: what stands under the talk: the input with its buttons, stickers, and what stands there instead.

import { post } from "./api.js";
import { growing, h, icon, onEnter } from "./dom.js";
import { attempt } from "./notice.js";
import { openSheet } from "./sheet.js";
import { STICKERS, face } from "./stickers.js";
import { sendFile, sendPhoto } from "./taps.js";

const QR_WORDS = "紹介 りんご信用金庫";

/** Draw the account as somebody sees it who is not yet its friend. */
export function buildStranger(phone) {
  phone.qr = h("input", {
    class: "field",
    type: "text",
    value: QR_WORDS,
    maxlength: 100,
    "aria-label": "QRコードに入っている言葉",
    autocomplete: "off",
    test: "friend-prefill",
  });
  const add = h(
    "button",
    {
      class: "button primary wide",
      type: "button",
      test: "friend-add",
      on: { click: () => phone.addFriend() },
    },
    "友だち追加",
  );
  return h(
    "section",
    { class: "stranger", hidden: true, "aria-label": "まだ友だちではありません", test: "stranger" },
    h("div", { class: "avatar large", "aria-hidden": "true" }, phone.account.slice(0, 1)),
    h("h2", {}, phone.account),
    h("p", { class: "quiet" }, "カードのQRコードを読んだところから始まります。"),
    h(
      "label",
      { class: "labelled" },
      h("span", {}, "QRコードに入っている言葉（なくてもかまいません）"),
      phone.qr,
    ),
    add,
  );
}

/** Draw the input, and what can be sent beside words. */
export function buildComposer(phone) {
  phone.input = h("textarea", {
    class: "field",
    rows: 1,
    placeholder: "メッセージを入力",
    "aria-label": "メッセージ",
    maxlength: 5000,
    test: "line-input",
  });
  phone.fit = growing(phone.input);
  onEnter(phone.input, () => phone.say());
  phone.input.addEventListener("focus", () => phone.toggleRichMenu(false)); // the keyboard takes its place
  const tool = (name, label, test, click) =>
    h(
      "button",
      { class: "icon-button", type: "button", "aria-label": label, title: label, test, on: { click } },
      icon(name, 22),
    );
  return h(
    "form",
    {
      class: "composer",
      on: {
        submit: (event) => {
          event.preventDefault();
          phone.say();
        },
      },
    },
    tool("photo", "写真を送る", "line-photo", () => sendPhoto(phone)),
    tool("clip", "ファイルを送る", "line-file", () => sendFile(phone)),
    phone.input,
    tool("smile", "スタンプ", "line-sticker", () => openStickers(phone)),
    h(
      "button",
      { class: "icon-button send", type: "submit", "aria-label": "送信", test: "line-send" },
      icon("send", 22),
    ),
  );
}

/** Draw the chat bar: the words under the talk that open and close the rich menu. */
export function buildMenuBar(phone) {
  phone.menuWords = h("span", {});
  return h(
    "button",
    {
      class: "menu-bar",
      type: "button",
      hidden: true,
      "aria-expanded": "false",
      test: "rich-menu-toggle",
      on: { click: () => phone.toggleRichMenu() },
    },
    phone.menuWords,
    icon("up", 18),
  );
}

/** Draw the bar that stands in the place of the input while the account is blocked. */
export function buildBlocked(phone) {
  const button = h(
    "button",
    { class: "button", type: "button", test: "unblock-bar", on: { click: () => phone.tell("unblock") } },
    "解除する",
  );
  return h("div", { class: "blocked-bar", hidden: true }, h("span", {}, "ブロックしています"), button);
}

/** Offer the stickers. */
export function openStickers(phone) {
  const buttons = STICKERS.map((sticker) =>
    h(
      "button",
      {
        class: "sticker-choice",
        type: "button",
        test: "sticker",
        on: {
          click: async () => {
            close();
            const { packageId, stickerId, keywords } = sticker;
            await attempt(() =>
              post("line/sticker", {
                user: phone.user,
                package_id: packageId,
                sticker_id: stickerId,
                keywords,
              }),
            );
            await phone.refreshToEnd();
          },
        },
      },
      face(sticker, 56),
      sticker.label,
    ),
  );
  const close = openSheet(phone.host, {
    title: "スタンプ",
    test: "stickers",
    body: h("div", { class: "sticker-choices" }, buttons),
  });
}
