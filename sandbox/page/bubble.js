// Bubble: draw one message of the phone's talk, whatever its kind.

import { safeLink } from "./api.js";
import { h } from "./dom.js";
import { drawCarousel, drawFlex, picture } from "./flex.js";
import { drawSticker } from "./stickers.js";

const DRAW = {
  text: (message) => h("div", { class: "said" }, linked(message.text ?? "")),
  textV2: (message) => h("div", { class: "said" }, linked(filled(message))),
  sticker: drawSticker,
  image: (message) => h("div", { class: "photo" }, picture(message.previewImageUrl ?? sent(message), "写真")),
  flex: (message, tap) => drawFlex(message.contents, tap),
  template: (message, tap) => drawTemplate(message.template ?? {}, tap),
  video: (message) => h("div", { class: "photo" }, picture(message.previewImageUrl, "動画")),
  audio: (message) => h("div", { class: "said" }, `音声（${Math.round((message.duration ?? 0) / 1000)}秒）`),
  location: (message) =>
    h(
      "div",
      { class: "said" },
      h("strong", {}, message.title ?? "位置情報"),
      h("div", { class: "quiet" }, message.address),
    ),
  file: (message) => h("div", { class: "said" }, `ファイル：${message.fileName ?? ""}`),
  imagemap: (message) => h("div", { class: "said" }, message.altText ?? "画像"),
};

/** Give the address of a photo that a person sent. */
function sent(message) {
  return message.originalContentUrl ?? `ui/line/content/${message.id}`;
}

/** Draw the content of a message; ``tap`` is called with an action object. */
export function drawMessage(message, tap) {
  const draw = DRAW[message.type];
  return draw
    ? draw(message, tap)
    : h("div", { class: "said quiet" }, `（${message.type}）${message.altText ?? ""}`);
}

function filled(message) {
  return String(message.text ?? "")
    .replace(/\{([A-Za-z0-9_]{1,20})\}/g, (whole, key) =>
      message.substitution?.[key]?.mentionee ? `@${key}` : whole,
    )
    .replace(/\{\{/g, "{")
    .replace(/\}\}/g, "}");
}

/** Make web addresses in a text into links, as LINE does. */
export function linked(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[\w\-./?%&=~#:;,+@!$*()]+/g)) {
    const address = safeLink(match[0]);
    if (!address) continue;
    parts.push(
      text.slice(from, match.index),
      h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, match[0]),
    );
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function drawTemplate(template, tap) {
  const columns =
    template.type === "carousel" || template.type === "image_carousel"
      ? (template.columns ?? [])
      : [template];
  const cards = columns.map((column) =>
    template.type === "image_carousel" ? imageCard(column, tap) : card(column, template.type, tap),
  );
  return cards.length === 1
    ? cards[0]
    : drawCarousel(cards);
}

function card(column, type, tap) {
  const buttons = (column.actions ?? []).map((action) =>
    h(
      "button",
      { class: "template-button", type: "button", test: "template-button", on: { click: () => tap(action) } },
      action.label,
    ),
  );
  const head =
    column.thumbnailImageUrl &&
    h("div", { class: "template-picture" }, picture(column.thumbnailImageUrl, ""));
  return h(
    "div",
    { class: "template", role: "listitem" },
    head,
    h(
      "div",
      { class: "template-words" },
      column.title && h("strong", {}, column.title),
      h("p", {}, column.text ?? ""),
    ),
    h("div", { class: `template-buttons${type === "confirm" ? " side-by-side" : ""}` }, buttons),
  );
}

function imageCard(column, tap) {
  return h(
    "button",
    {
      class: "template image-card",
      type: "button",
      test: "template-button",
      on: { click: () => tap(column.action) },
    },
    picture(column.imageUrl, column.action?.label ?? ""),
    column.action?.label && h("span", { class: "image-card-label" }, column.action.label),
  );
}
