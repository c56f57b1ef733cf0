// Thread: the side pane of one thread, and the line to write on.

import { growing, h, icon, onEnter } from "./dom.js";

/** Draw an input that sends on Enter; {input, fit} hang on the form. */
export function buildLine(inputTest, buttonTest, send, share) {
  const input = h("textarea", {
    class: "field",
    rows: 1,
    placeholder: "メッセージを書く",
    "aria-label": "メッセージ",
    test: inputTest,
  });
  const fit = growing(input);
  onEnter(input, send);
  const form = h(
    "form",
    {
      class: "desk-composer",
      hidden: true,
      on: {
        submit: (event) => {
          event.preventDefault();
          send();
        },
      },
    },
    h(
      "button",
      {
        class: "icon-button",
        type: "button",
        "aria-label": "ファイルを送る",
        title: "ファイルを送る",
        test: buttonTest.replace("send", "file"),
        on: { click: share },
      },
      icon("clip", 20),
    ),
    input,
    h(
      "button",
      { class: "icon-button send", type: "submit", "aria-label": "送信", test: buttonTest },
      icon("send"),
    ),
  );
  form.input = input;
  form.fit = fit;
  return form;
}

/** Draw the pane of one thread; {lines, composer} hang on it. */
export function buildThread({ write, share, close }) {
  const lines = h("div", { class: "lines" });
  const composer = buildLine("thread-input", "thread-send", () => write(composer), () => share(composer));
  const pane = h(
    "section",
    { class: "thread", hidden: true, "aria-label": "スレッド", test: "thread" },
    h(
      "header",
      { class: "desk-head" },
      h("h2", {}, "スレッド"),
      h(
        "button",
        {
          class: "icon-button",
          type: "button",
          "aria-label": "スレッドを閉じる",
          test: "thread-close",
          on: { click: () => close() },
        },
        icon("close"),
      ),
    ),
    h("div", { class: "scroll", tabindex: "0" }, lines),
    composer,
  );
  pane.lines = lines;
  pane.composer = composer;
  return pane;
}
