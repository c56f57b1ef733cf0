// Taps: what the phone does when a person presses a button, by the kind of its action.

import { post, safeLink } from "./api.js";
import { h, pickFile } from "./dom.js";
import { attempt, notice } from "./notice.js";
import { openForm } from "./sheet.js";

const PICKERS = {
  date: { type: "date", title: "日にちを選ぶ", label: "日にち" },
  time: { type: "time", title: "時間を選ぶ", label: "時間" },
  datetime: { type: "datetime-local", title: "日にちと時間を選ぶ", label: "日にちと時間" },
};

/** Press a button as the person on the phone would. ``phone``: {user, host, compose, toggleRichMenu, refreshToEnd}. */
export async function tapAction(action, phone) {
  if (!action?.type) return;
  if (action.type === "uri") return follow(action.uri);
  if (action.type === "clipboard") return copy(action.clipboardText);
  if (action.type === "datetimepicker") return pickDate(action, phone);
  if (action.type === "camera" || action.type === "cameraRoll") return sendPhoto(phone);
  await attempt(() => post("line/tap", { user: phone.user, action }));
  if (action.inputOption === "closeRichMenu") phone.toggleRichMenu(false);
  if (action.inputOption === "openRichMenu") phone.toggleRichMenu(true);
  if (action.inputOption === "openKeyboard") phone.compose(action.fillInText ?? "");
  await phone.refreshToEnd();
}

function follow(uri) {
  const address = safeLink(uri);
  if (!address) return notice("このリンクは開けません。");
  if (/^(tel|line|mailto):/i.test(address)) return notice(`スマホなら、ここで開きます：${address}`);
  h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }).click();
}

async function copy(text) {
  await attempt(() => navigator.clipboard.writeText(text ?? ""));
  notice("コピーしました。");
}

function pickDate(action, phone) {
  const picker = PICKERS[action.mode] ?? PICKERS.date;
  const plain = (value) => value?.replace("t", "T");
  openForm(phone.host, {
    title: picker.title,
    test: "date-picker",
    fields: [
      {
        name: "value",
        label: picker.label,
        type: picker.type,
        value: plain(action.initial) ?? plain(action.min) ?? "",
        min: plain(action.min),
        max: plain(action.max),
        required: true,
      },
    ],
    submit: "決める",
    run: async ({ value }) => {
      await post("line/date", { user: phone.user, action, value });
      await phone.refreshToEnd();
    },
  });
}

/** Send a file as LINE's own chooser would: with its name and its size. */
export function sendFile(phone) {
  pickFile(async (file) => {
    await attempt(() => post("line/file", { user: phone.user, ...file }));
    await phone.refreshToEnd();
  });
}

/** Draw a small picture and send it: the sandbox needs a photo, not anybody's album. */
export async function sendPhoto(phone) {
  const canvas = h("canvas", { width: 640, height: 480 });
  const pen = canvas.getContext("2d");
  const light = pen.createLinearGradient(0, 0, 640, 480);
  light.addColorStop(0, "#f4e3c3");
  light.addColorStop(1, "#c98f5a");
  pen.fillStyle = light;
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = "#6b4a2f";
  for (const [x, tall] of [
    [120, 170],
    [270, 220],
    [430, 150],
  ]) {
    pen.beginPath();
    pen.roundRect(x, 380 - tall, 110, tall, 18);
    pen.fill();
  }
  pen.fillStyle = "#fff8ec";
  pen.font = '28px "Hiragino Sans", "Noto Sans CJK JP", sans-serif';
  pen.fillText(
    `練習の写真 ${new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" })}`,
    32,
    446,
  );
  const jpeg = canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  await attempt(() => post("line/photo", { user: phone.user, jpeg }));
  await phone.refreshToEnd();
}
