// Rich text: Slack's formatted blocks, where nothing needs parsing.

import { safeLink } from "./api.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";

export function drawRichText(block, names = {}) {
  return (block.elements ?? []).map((part) => drawPart(part, names));
}

function drawPart(part, names) {
  const inside = () => (part.elements ?? []).map((piece) => drawPiece(piece, names));
  switch (part.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, inside());
    case "rich_text_quote":
      return h("blockquote", {}, inside());
    case "rich_text_preformatted":
      return h("pre", {}, inside());
    case "rich_text_list":
      return h(
        part.style === "ordered" ? "ol" : "ul",
        { style: { marginLeft: `${(part.indent ?? 0) * 20}px` } },
        (part.elements ?? []).map((section) =>
          h(
            "li",
            {},
            (section.elements ?? []).map((piece) => drawPiece(piece, names)),
          ),
        ),
      );
    default:
      return null;
  }
}

function drawPiece(piece, names) {
  const drawn = content(piece, names);
  const style = piece.style ?? {};
  const wraps = [
    [style.code, "code"],
    [style.bold, "strong"],
    [style.italic, "em"],
    [style.strike, "s"],
  ];
  return wraps.filter(([wanted]) => wanted).reduce((inner, [, tag]) => h(tag, {}, inner), drawn);
}

function content(piece, names) {
  switch (piece.type) {
    case "text":
      return h("span", { class: "rich-words" }, emoji(piece.text));
    case "link": {
      const address = safeLink(piece.url);
      const label = piece.text || piece.url;
      return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label) : label;
    }
    case "user":
      return h("span", { class: "mention" }, `@${names[piece.user_id] ?? piece.user_id}`);
    case "channel":
      return h("span", { class: "mention" }, `#${names[piece.channel_id] ?? piece.channel_id}`);
    case "broadcast":
      return h("span", { class: "mention loud" }, `@${piece.range}`);
    case "emoji":
      return emoji(`:${piece.name}:`);
    case "date":
      return new Date(piece.timestamp * 1000).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" });
    default:
      return piece.text ?? "";
  }
}
