// Sheet: a small dialog that rises inside the phone or the workspace, and gives the focus back.

import { clear, h, icon } from "./dom.js";

/** Open a dialog inside ``host``. Returns the function that closes it. */
export function openSheet(host, { title, test, body, footer }) {
  const before = document.activeElement;
  const heading = h("h2", { class: "sheet-title" }, title);
  const closeButton = h(
    "button",
    {
      class: "icon-button",
      type: "button",
      "aria-label": "閉じる",
      test: `${test}-close`,
      on: { click: () => close() },
    },
    icon("close"),
  );
  const panel = h(
    "div",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": title, test },
    h("div", { class: "sheet-head" }, heading, closeButton),
    h("div", { class: "sheet-body" }, body),
    footer && h("div", { class: "sheet-foot" }, footer),
  );
  const scrim = h("div", { class: "scrim" }, panel);

  function close() {
    if (!scrim.isConnected) return;
    const held = scrim.contains(document.activeElement);
    scrim.remove();
    giveBack(before, held);
  }

  scrim.addEventListener("pointerdown", (event) => event.target === scrim && close());
  scrim.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key === "Tab") keepInside(panel, event);
  });
  host.append(scrim);
  (
    panel.querySelector("[data-focus]") ??
    panel.querySelector("input, textarea, select, .choice") ??
    closeButton
  ).focus();
  return close;
}

/** Put the focus back where it was, unless the reader has moved on meanwhile. */
export function giveBack(before, held) {
  if ((held || document.activeElement === document.body) && before?.isConnected) before.focus();
}

/** Offer a few choices, one under the other. */
export function openChoices(host, title, test, choices) {
  const buttons = choices.map(({ label, test: name, danger, run }) =>
    h(
      "button",
      {
        class: `choice${danger ? " danger" : ""}`,
        type: "button",
        test: name,
        on: {
          click: () => {
            close();
            run();
          },
        },
      },
      label,
    ),
  );
  const close = openSheet(host, { title, test, body: buttons });
  return close;
}

/** Ask for one or two lines of text. */
export function openForm(host, { title, test, fields, submit, run }) {
  const inputs = fields.map((field) => {
    const input = h("input", {
      class: "field",
      type: field.type ?? "text",
      name: field.name,
      value: field.value ?? "",
      placeholder: field.placeholder,
      min: field.min,
      max: field.max,
      required: field.required,
      "aria-label": field.label,
      autocomplete: "off",
      test: `${test}-${field.name}`,
    });
    return {
      name: field.name,
      input,
      label: h("label", { class: "labelled" }, h("span", {}, field.label), input),
    };
  });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const button = h("button", { class: "button primary", type: "submit", test: `${test}-submit` }, submit);
  const form = h(
    "form",
    { class: "form" },
    inputs.map((field) => field.label),
    problem,
    button,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await run(Object.fromEntries(inputs.map(({ name, input }) => [name, input.value])));
      close();
    } catch (error) {
      problem.hidden = false;
      clear(problem, error.message);
    } finally {
      button.disabled = false;
    }
  });
  const close = openSheet(host, { title, test, body: form });
  return close;
}

export function keepInside(panel, event) {
  const stops = [
    ...panel.querySelectorAll("button, input, textarea, select, a[href], [tabindex='0']"),
  ].filter((stop) => !stop.disabled && stop.offsetParent !== null);
  if (stops.length === 0) return;
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey && document.activeElement === first) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    first.focus();
  }
}
