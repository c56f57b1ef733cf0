// Stickers: a few faces of our own, sent with the platform's public sticker numbers.

import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

export const STICKERS = [
  {
    packageId: "446",
    stickerId: "1988",
    keywords: ["OK", "はい"],
    label: "はい",
    tint: "#f6d365",
    mouth: "M20 39c4 6 20 6 24 0",
  },
  {
    packageId: "446",
    stickerId: "1989",
    keywords: ["ありがとう"],
    label: "ありがとう",
    tint: "#f5b7a5",
    mouth: "M22 40c4 4 16 4 20 0",
  },
  {
    packageId: "446",
    stickerId: "1990",
    keywords: ["おねがいします"],
    label: "お願いします",
    tint: "#bcd9a8",
    mouth: "M25 41h14",
  },
  {
    packageId: "446",
    stickerId: "1991",
    keywords: ["お疲れさま"],
    label: "お疲れさま",
    tint: "#a9cfe0",
    mouth: "M22 39c3 5 17 5 20 0",
  },
  {
    packageId: "446",
    stickerId: "1992",
    keywords: ["うーん", "悩む"],
    label: "うーん",
    tint: "#d6c6e4",
    mouth: "M24 42c5-4 11 3 16-1",
  },
  {
    packageId: "446",
    stickerId: "1993",
    keywords: ["ごめんなさい"],
    label: "ごめんなさい",
    tint: "#d8d3c8",
    mouth: "M23 43c4-5 14-5 18 0",
  },
];

const OTHER = { label: "スタンプ", tint: "#d8d3c8", mouth: "M24 41h16" };

/** Draw a sticker by its number; one we do not know is drawn as a plain face with its words. */
export function drawSticker(message) {
  const known = STICKERS.find((one) => one.stickerId === message.stickerId) ?? {
    ...OTHER,
    label: message.keywords?.[0] ?? message.text ?? OTHER.label,
  };
  return h(
    "div",
    { class: "sticker", role: "img", "aria-label": `スタンプ：${known.label}` },
    face(known),
    h("span", {}, known.label),
  );
}

export function face({ tint, mouth }, size = 76) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 64 64");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("aria-hidden", "true");
  const draw = (tag, attributes) => {
    const part = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    svg.append(part);
  };
  draw("circle", { cx: 32, cy: 32, r: 27, fill: tint });
  draw("circle", { cx: 23, cy: 28, r: 2.6, fill: "#37424a" });
  draw("circle", { cx: 41, cy: 28, r: 2.6, fill: "#37424a" });
  draw("circle", { cx: 17, cy: 36, r: 3.5, fill: "#ffffff", opacity: 0.45 });
  draw("circle", { cx: 47, cy: 36, r: 3.5, fill: "#ffffff", opacity: 0.45 });
  draw("path", { d: mouth, fill: "none", stroke: "#37424a", "stroke-width": 2.4, "stroke-linecap": "round" });
  return svg;
}
