// Markdown: the common part of it, for Slack's markdown blocks.

import { safeLink } from "./api.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";

export function markdown(text) {
  const parts = [];
  let list = null;
  let words = [];
  const endWords = () => {
    if (words.length > 0)
      parts.push(
        h(
          "p",
          {},
          words.flatMap((line, n) => (n > 0 ? [h("br"), inline(line)] : [inline(line)])),
        ),
      );
    words = [];
  };
  const endAll = () => {
    endWords();
    list = null;
  };
  for (const line of String(text ?? "").split("\n")) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (heading) {
      endAll();
      parts.push(h(heading[1].length > 2 ? "h5" : "h4", {}, inline(heading[2])));
    } else if (item) {
      endWords();
      const tag = item[1] ? "OL" : "UL";
      if (list?.tagName !== tag) parts.push((list = h(tag)));
      list.append(h("li", {}, inline(item[2])));
    } else if (quote) {
      endAll();
      parts.push(h("blockquote", {}, inline(quote[1])));
    } else if (/^(-{3,}|\*{3,})$/.test(line.trim())) {
      endAll();
      parts.push(h("hr"));
    } else if (line.trim() === "") {
      endAll();
    } else {
      list = null;
      words.push(line);
    }
  }
  endAll();
  return parts;
}

const MARKS = [
  { form: /`([^`]+)`/, draw: (match) => h("code", {}, match[1]) },
  { form: /\[([^\]]+)\]\(([^)\s]+)\)/, draw: (match) => link(match[1], match[2]) },
  { form: /\*\*(\S(?:.*?\S)?)\*\*/, draw: (match) => h("strong", {}, inline(match[1])) },
  { form: /~~(\S(?:.*?\S)?)~~/, draw: (match) => h("s", {}, inline(match[1])) },
  { form: /(?<![\w*])[*_](\S(?:[^*_]*\S)?)[*_](?![\w*])/, draw: (match) => h("em", {}, inline(match[1])) },
];

function inline(text) {
  for (const { form, draw } of MARKS) {
    const match = form.exec(text);
    if (match)
      return [
        inline(text.slice(0, match.index)),
        draw(match),
        inline(text.slice(match.index + match[0].length)),
      ];
  }
  return [emoji(text)];
}

function link(label, url) {
  const address = safeLink(url);
  return address ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label) : label;
}
