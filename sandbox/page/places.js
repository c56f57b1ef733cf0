// Places: the sidebar of the workspace, with a count of news on each.

import { h, icon, sync } from "./dom.js";

export const HOME = "home";

/** Draw the list; ``go`` is called with the place that was chosen. */
export function drawPlaces(list, { channels, place, bot, go }) {
  const rows = [{ id: HOME, kind: HOME, name: "ホーム", unread: 0 }, ...channels].map((row) => ({
    ...row,
    here: row.id === place,
  }));
  sync(
    list,
    rows,
    (row) => row.id,
    (row) =>
      h(
        "button",
        {
          class: `place${row.here ? " here" : ""}${row.unread ? " unread" : ""}`,
          type: "button",
          "aria-current": row.here ? "page" : undefined,
          test: row.kind === HOME ? "slack-home-tab" : row.kind === "im" ? "slack-dm" : "slack-channel",
          data: { place: row.id, name: row.name },
          on: { click: () => go(row.id) },
        },
        h("span", { class: "place-mark", "aria-hidden": "true" }, mark(row.kind)),
        h("span", { class: "place-name" }, row.kind === "im" ? bot.name : row.name),
        row.unread > 0 &&
          h("span", { class: "dot", "aria-label": `新着 ${row.unread} 件`, test: "unread" }, row.unread),
      ),
  );
}

function mark(kind) {
  if (kind === HOME) return icon("home", 16);
  if (kind === "im") return icon("chat", 16);
  return kind === "private" ? icon("lock", 16) : "#";
}
