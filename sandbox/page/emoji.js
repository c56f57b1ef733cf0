// Emoji: the names that Slack puts in stored text, back as pictures for the reader.

const NAMES = {
  white_check_mark: "✅", heavy_check_mark: "✔️", warning: "⚠️", bell: "🔔", calendar: "📆", date: "📅", pray: "🙏",
  tada: "🎉", wave: "👋", bow: "🙇", memo: "📝", pencil: "📝", pushpin: "📌", eyes: "👀", "+1": "👍", thumbsup: "👍",
  "-1": "👎", clap: "👏", heart: "❤️", star: "⭐", sparkles: "✨", fire: "🔥", bulb: "💡", mag: "🔍", link: "🔗",
  phone: "☎️", telephone_receiver: "📞", camera: "📷", email: "📧", envelope: "✉️", hourglass: "⌛", clock3: "🕒",
  alarm_clock: "⏰", x: "❌", no_entry: "⛔", question: "❓", exclamation: "❗", speech_balloon: "💬", smile: "😄",
  slightly_smiling_face: "🙂", blush: "😊", factory: "🏭", office: "🏢", house: "🏠", seedling: "🌱", moneybag: "💰",
  yen: "💴", chart_with_upwards_trend: "📈", bar_chart: "📊", lock: "🔒", key: "🔑", arrow_right: "➡️", point_right: "👉",
  rocket: "🚀", package: "📦", rice: "🍚", coffee: "☕", red_circle: "🔴", large_blue_circle: "🔵", white_circle: "⚪",
};

/** Put known emoji in the place of their names; an unknown name stays as it is written. */
export function emoji(text) {
  return String(text).replace(/:([a-z0-9_+-]+):/g, (whole, name) => NAMES[name] ?? whole);
}
