// Times: days and hours as both sides show them, in Japan's time.

const DAY = { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" };
const HOUR = { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" };

/** Put a day before the first item of each day: items with {day} between the others. */
export function withDays(items, secondsOf) {
  const all = [];
  let last = "";
  for (const item of items) {
    const day = new Date(secondsOf(item) * 1000).toLocaleDateString("ja-JP", DAY);
    if (day !== last) all.push({ day });
    last = day;
    all.push(item);
  }
  return all;
}

export function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString("ja-JP", HOUR);
}
