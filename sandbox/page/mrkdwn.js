// Mrkdwn: Slack's own little markup, parsed into elements with the boundaries Slack demands.

import { safeLink } from "./api.js";
import { h } from "./dom.js";
import { emoji } from "./emoji.js";

// A marker counts only beside a space, punctuation or U+200B: between Japanese letters Slack shows it raw.
const EDGE = "[\\s\\p{P}\\p{S}\\u200b]";
function runOf(mark) {
  return new RegExp(`(^|${EDGE})${mark}(?=\\S)([^${mark}]*?\\S)${mark}(?=$|${EDGE})`, "u");
}
const STYLES = [
  { mark: "*", tag: "strong", run: runOf("\\*") },
  { mark: "_", tag: "em", run: runOf("_") },
  { mark: "~", tag: "s", run: runOf("~") },
];

/** Parse mrkdwn text. ``names`` maps user and channel ids to names. */
export function mrkdwn(text, names = {}) {
  const parts = [];
  let from = 0;
  for (const match of String(text ?? "").matchAll(/```([\s\S]+?)```/g)) {
    parts.push(
      lines(text.slice(from, match.index), names),
      h("pre", {}, plain(match[1].replace(/^\n|\n$/g, ""))),
    );
    from = match.index + match[0].length;
  }
  parts.push(lines(String(text ?? "").slice(from), names));
  return parts;
}

/** Draw a text object, mrkdwn or plain. */
export function drawText(object, names) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : emoji(object.text ?? "");
}

function lines(text, names) {
  const parts = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) parts.push(h("blockquote", {}, quote));
    quote = [];
  };
  const all = text.split("\n");
  all.forEach((line, n) => {
    const quoted = /^(&gt;|>)\s?/.exec(line);
    if (quoted) {
      if (quote.length > 0) quote.push(h("br"));
      quote.push(inline(line.slice(quoted[0].length), names));
      return;
    }
    const wasQuote = quote.length > 0;
    endQuote();
    if (n > 0 && !wasQuote) parts.push(h("br"));
    parts.push(inline(line, names));
  });
  endQuote();
  return parts;
}

function inline(text, names) {
  const match = /`([^`]+)`|<([^<>]+)>/.exec(text);
  if (!match) return styled(text, names, STYLES);
  const drawn = match[1] !== undefined ? h("code", {}, plain(match[1])) : reference(match[2], names);
  // A link inside bold text is rare; the text around a reference is styled on either side of it.
  const around = surrounding(text, match, names, drawn);
  return (
    around ?? [
      styled(text.slice(0, match.index), names, STYLES),
      drawn,
      inline(text.slice(match.index + match[0].length), names),
    ]
  );
}

/** Style a run that holds a reference within its marks, such as *<@U1> さん*. */
function surrounding(text, match, names, drawn) {
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  for (const { mark, tag } of STYLES) {
    const open = before.lastIndexOf(mark);
    const end = after.indexOf(mark);
    if (open < 0 || end < 0) continue;
    if ((before.slice(open).split(mark).length - 1) % 2 === 0 || after.slice(0, end).includes("<")) continue;
    if (open > 0 && !new RegExp(EDGE, "u").test(before[open - 1])) continue;
    const rest = after.slice(end + 1);
    if (rest && !new RegExp(`^${EDGE}`, "u").test(rest)) continue;
    return [
      styled(before.slice(0, open), names, STYLES),
      h(tag, {}, plain(before.slice(open + 1)), drawn, plain(after.slice(0, end))),
      inline(rest, names),
    ];
  }
  return null;
}

function styled(text, names, styles) {
  if (styles.length === 0) return emoji(plain(text));
  const [{ tag, run: form }, ...others] = styles;
  const run = form.exec(text);
  if (!run) return styled(text, names, others);
  const start = run.index + run[1].length;
  return [
    styled(text.slice(0, start), names, others),
    h(tag, {}, styled(run[2], names, others)),
    styled(text.slice(run.index + run[0].length), names, styles),
  ];
}

function reference(body, names) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : plain(body.slice(bar + 1));
  if (target.startsWith("@"))
    return h("span", { class: "mention" }, `@${names[target.slice(1)] ?? (label || target.slice(1))}`);
  if (target.startsWith("#"))
    return h("span", { class: "mention" }, `#${label || names[target.slice(1)] || target.slice(1)}`);
  if (target.startsWith("!date^")) return h("time", {}, dated(target, label));
  if (target.startsWith("!"))
    return h("span", { class: "mention loud" }, `@${label || target.slice(1).split("^")[0]}`);
  const address = safeLink(plain(target));
  if (!address) return plain(`<${body}>`);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label || plain(target));
}

const PARTS = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { year: "numeric", month: "long", day: "numeric", weekday: "long" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

function dated(target, fallback) {
  const [, seconds, form] = target.split("^");
  const when = new Date(Number(seconds) * 1000);
  if (!form || Number.isNaN(when.getTime())) return fallback;
  return form.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name) =>
    PARTS[name] ? when.toLocaleString("ja-JP", { ...PARTS[name], timeZone: "Asia/Tokyo" }) : whole,
  );
}

function plain(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
