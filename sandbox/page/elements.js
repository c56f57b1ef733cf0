// Elements: the interactive parts of Block Kit: buttons, choices, dates and fields.

import { h, icon } from "./dom.js";
import { picture } from "./flex.js";
import { drawText } from "./mrkdwn.js";
import { safeLink } from "./api.js";
import { openChoices, openSheet } from "./sheet.js";

const DRAW = {
  button: drawButton,
  overflow: drawOverflow,
  static_select: drawSelect,
  external_select: drawSelect,
  users_select: (element, act, desk) => drawSelect({ ...element, options: people(desk) }, act, desk),
  conversations_select: (element, act, desk) =>
    drawSelect({ ...element, options: channels(desk) }, act, desk),
  channels_select: (element, act, desk) => drawSelect({ ...element, options: channels(desk) }, act, desk),
  multi_static_select: (element, act, desk) => drawMany(element, act, desk, "checkbox"),
  multi_users_select: (element, act, desk) =>
    drawMany({ ...element, options: people(desk) }, act, desk, "checkbox"),
  checkboxes: (element, act, desk) => drawMany(element, act, desk, "checkbox"),
  radio_buttons: (element, act, desk) => drawMany(element, act, desk, "radio"),
  datepicker: (element, act, desk) => drawField(element, act, desk, "date", element.initial_date),
  timepicker: (element, act, desk) => drawField(element, act, desk, "time", element.initial_time),
  datetimepicker: (element, act, desk) =>
    drawField(element, act, desk, "datetime-local", inJapan(element.initial_date_time)),
  plain_text_input: (element, act, desk) => drawField(element, act, desk, "text", element.initial_value),
  email_text_input: (element, act, desk) => drawField(element, act, desk, "email", element.initial_value),
  url_text_input: (element, act, desk) => drawField(element, act, desk, "url", element.initial_value),
  number_input: (element, act, desk) => drawField(element, act, desk, "text", element.initial_value),
  image: (element) => h("span", { class: "accessory-picture" }, picture(element.image_url, element.alt_text)),
};

/** Draw an element; a press or a change goes to ``desk.press`` or, for a form's fields, ``desk.typed``. */
export function drawElement(element, block, desk) {
  const held = desk.values?.[block.block_id]?.[element.action_id];
  const act = (value) => {
    if (!desk.isInput) return confirmed(element.confirm, desk, () => desk.press({ block, element, value }));
    desk.typed?.({ block, element, value });
    if (block.dispatch_action) desk.press({ block, element, value });
  };
  const draw = DRAW[element.type];
  if (!draw) return h("p", { class: "quiet" }, `（この練習場では使えない部品です：${element.type}）`);
  const drawn = draw(withHeld(element, held), act, desk);
  drawn.dataset.action = element.action_id ?? "";
  return drawn;
}

/** Ask first when the element carries a confirmation. */
function confirmed(confirm, desk, run) {
  if (!confirm) return run();
  const yes = h(
    "button",
    {
      class: `button ${confirm.style === "danger" ? "danger" : "primary"}`,
      type: "button",
      data: { focus: "first" },
      test: "confirm-yes",
      on: {
        click: () => {
          close();
          run();
        },
      },
    },
    drawText(confirm.confirm) ?? "はい",
  );
  const no = h(
    "button",
    { class: "button", type: "button", test: "confirm-no", on: { click: () => close() } },
    drawText(confirm.deny) ?? "やめる",
  );
  const close = openSheet(desk.host, {
    title: confirm.title?.text ?? "確認",
    test: "confirm",
    body: h("div", {}, drawText(confirm.text, desk.names)),
    footer: [no, yes],
  });
}

function withHeld(element, held) {
  if (!held) return element;
  return {
    ...element,
    initial_option: held.selected_option ?? element.initial_option,
    initial_options: held.selected_options ?? element.initial_options,
    initial_date: held.selected_date ?? element.initial_date,
    initial_time: held.selected_time ?? element.initial_time,
    initial_date_time: held.selected_date_time ?? element.initial_date_time,
    initial_value: held.value ?? element.initial_value,
    initial_user: held.selected_user ?? element.initial_user,
    initial_users: held.selected_users ?? element.initial_users,
  };
}

function drawButton(element, act, desk) {
  const click = () => {
    const address = element.url && safeLink(element.url);
    if (address) h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }).click();
    act(element.value);
  };
  return h(
    "button",
    {
      class: `button ${element.style ?? ""}`,
      type: "button",
      "aria-label": element.accessibility_label,
      test: "block-button",
      on: { click },
    },
    drawText(element.text, desk.names),
    element.url && icon("link", 14),
  );
}

function drawOverflow(element, act, desk) {
  const choices = (element.options ?? []).map((option) => ({
    label: option.text.text,
    test: "overflow-option",
    run: () => act(option.value),
  }));
  return h(
    "button",
    {
      class: "button icon-only",
      type: "button",
      "aria-label": "ほかの操作",
      "aria-haspopup": "menu",
      test: "overflow",
      on: { click: () => openChoices(desk.host, "ほかの操作", "overflow-menu", choices) },
    },
    icon("more", 18),
  );
}

function drawSelect(element, act, desk) {
  const option = (one) => h("option", { value: one.value }, one.text.text);
  const groups = (element.option_groups ?? []).map((group) =>
    h("optgroup", { label: group.label.text }, group.options.map(option)),
  );
  const placeholder = element.placeholder?.text ?? "選んでください";
  const select = h(
    "select",
    {
      class: "field",
      "aria-label": desk.isInput ? undefined : placeholder,
      test: "block-select",
      on: { change: () => act(select.value || null) },
    },
    h("option", { value: "" }, placeholder),
    (element.options ?? []).map(option),
    groups,
  );
  select.value =
    element.initial_option?.value ??
    element.initial_user ??
    element.initial_conversation ??
    element.initial_channel ??
    "";
  select.read = () => select.value || null;
  return select;
}

let groupNumber = 0;

function drawMany(element, act, desk, type) {
  const group = `choices-${(groupNumber += 1)}`;
  const chosen = new Set(
    [...(element.initial_options ?? []), element.initial_option].filter(Boolean).map((one) => one.value),
  );
  for (const user of element.initial_users ?? []) chosen.add(user);
  const boxes = [];
  const drawRow = (one) => {
    const box = h("input", {
      type,
      name: group,
      value: one.value,
      test: "block-choice",
      on: { change: () => act(read()) },
    });
    box.checked = chosen.has(one.value);
    boxes.push(box);
    const description =
      one.description && h("span", { class: "quiet" }, drawText(one.description, desk.names));
    return h("label", { class: "check" }, box, h("span", {}, drawText(one.text, desk.names), description));
  };
  const drawGroup = (each) => [h("p", { class: "quiet" }, each.label.text), ...each.options.map(drawRow)];
  const rows = element.option_groups?.flatMap(drawGroup) ?? (element.options ?? []).map(drawRow);
  const read = () => {
    const values = boxes.filter((box) => box.checked).map((box) => box.value);
    return type === "radio" ? (values[0] ?? null) : values;
  };
  const list = h("div", { class: "checks" }, rows);
  list.read = read;
  return list;
}

function drawField(element, act, desk, type, initial) {
  const isLong = element.multiline;
  const field = h(isLong ? "textarea" : "input", {
    class: "field",
    type: isLong ? undefined : type,
    rows: isLong ? 4 : undefined,
    inputmode: element.type === "number_input" ? "decimal" : undefined,
    value: initial ?? "",
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    autocomplete: "off",
    "aria-label": desk.isInput ? undefined : (element.placeholder?.text ?? "入力"),
    test: "block-field",
  });
  field.read = () => {
    if (element.type === "datetimepicker")
      return field.value ? Date.parse(`${field.value}:00+09:00`) / 1000 : null;
    return field.value || null;
  };
  if (element.focus_on_load) field.dataset.focus = "first";
  field.addEventListener("change", () => act(field.read()));
  return field;
}

function inJapan(seconds) {
  return seconds ? new Date((Number(seconds) + 9 * 3600) * 1000).toISOString().slice(0, 16) : "";
}

function people(desk) {
  return (desk.people ?? []).map((person) => ({
    value: person.id,
    text: { type: "plain_text", text: person.name },
  }));
}

function channels(desk) {
  return (desk.channels ?? []).map((channel) => ({
    value: channel.id,
    text: { type: "plain_text", text: `#${channel.name}` },
  }));
}
