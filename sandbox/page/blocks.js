// Blocks: draw Slack's Block Kit. ``desk`` says who looks, at what, and what a press does.

import { h } from "./dom.js";
import { drawElement } from "./elements.js";
import { picture } from "./flex.js";
import { markdown } from "./markdown.js";
import { drawText } from "./mrkdwn.js";
import { drawRichText } from "./richtext.js";

const DRAW = {
  section: drawSection,
  header: (block) => h("h3", { class: "block-header" }, drawText(block.text)),
  divider: () => h("hr", { class: "block-divider" }),
  context: (block, desk) =>
    h(
      "div",
      { class: "block-context" },
      (block.elements ?? []).map((part) => drawContext(part, desk)),
    ),
  actions: (block, desk) =>
    h(
      "div",
      { class: "block-actions" },
      (block.elements ?? []).map((element) => drawElement(element, block, desk)),
    ),
  image: drawImage,
  input: drawInput,
  rich_text: (block, desk) => h("div", { class: "block-rich" }, drawRichText(block, desk.names)),
  markdown: (block) => h("div", { class: "block-markdown" }, markdown(block.text)),
  table: drawTable,
  alert: (block, desk) =>
    h(
      "div",
      { class: `block-alert ${block.level ?? "default"}`, role: "note" },
      drawText(block.text, desk.names),
    ),
};

export function drawBlocks(blocks, desk) {
  return (blocks ?? []).map((block) => {
    const draw = DRAW[block.type];
    const drawn = draw
      ? draw(block, desk)
      : h("p", { class: "quiet" }, `（この練習場では描けない部品です：${block.type}）`);
    drawn.dataset.block = block.block_id ?? "";
    return drawn;
  });
}

function drawSection(block, desk) {
  const fields = (block.fields ?? []).map((field) =>
    h("div", { class: "block-field" }, drawText(field, desk.names)),
  );
  const words = h(
    "div",
    { class: "block-words" },
    block.text && h("div", {}, drawText(block.text, desk.names)),
    fields.length > 0 && h("div", { class: "block-fields" }, fields),
  );
  const accessory =
    block.accessory && h("div", { class: "block-accessory" }, drawElement(block.accessory, block, desk));
  return h("div", { class: "block-section" }, words, accessory);
}

function drawContext(part, desk) {
  if (part.type === "image")
    return h("span", { class: "context-picture" }, picture(part.image_url, part.alt_text));
  return h("span", {}, drawText(part, desk.names));
}

function drawImage(block) {
  return h(
    "figure",
    { class: "block-image" },
    block.title && h("figcaption", {}, drawText(block.title)),
    picture(block.image_url ?? block.slack_file?.url, block.alt_text),
  );
}

function drawInput(block, desk) {
  const element = drawElement(block.element, block, { ...desk, isInput: true });
  const isGroup = ["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select"].includes(
    block.element.type,
  );
  const name = [drawText(block.label), block.optional && h("span", { class: "quiet" }, "（なくてもよい）")];
  const problem = h("p", {
    class: "problem",
    role: "alert",
    hidden: true,
    data: { problem: block.block_id },
    test: "field-error",
  });
  const hint = block.hint && h("p", { class: "hint" }, drawText(block.hint));
  return isGroup
    ? h("fieldset", { class: "block-input" }, h("legend", {}, name), element, hint, problem)
    : h(
        "div",
        { class: "block-input" },
        h("label", {}, h("span", { class: "label" }, name), element),
        hint,
        problem,
      );
}

function drawTable(block, desk) {
  const rows = (block.rows ?? []).map((row, n) =>
    h(
      "tr",
      {},
      row.map((cell) =>
        h(
          n === 0 ? "th" : "td",
          {},
          cell.type === "rich_text" ? drawRichText(cell, desk.names) : String(cell.text ?? ""),
        ),
      ),
    ),
  );
  return h("div", { class: "block-table" }, h("table", {}, h("tbody", {}, rows)));
}
