// Rich menu: the picture under the talk with its tappable areas; without a picture, their names.

import { local } from "./api.js";
import { h } from "./dom.js";

export function drawRichMenu(menu, tap) {
  const { width = 2500, height = 1686 } = menu.size ?? {};
  const share = (part, whole) => `${(100 * part) / whole}%`;
  const areas = (menu.areas ?? []).map(({ bounds, action }, n) =>
    h(
      "button",
      {
        class: `rich-area${menu.image ? "" : " named"}`,
        type: "button",
        test: "rich-area",
        "aria-label": action.label ?? action.displayText ?? action.text ?? `メニュー ${n + 1}`,
        style: {
          left: share(bounds.x, width),
          top: share(bounds.y, height),
          width: share(bounds.width, width),
          height: share(bounds.height, height),
        },
        on: { click: () => tap(action) },
      },
      menu.image ? null : (action.label ?? action.displayText ?? action.text ?? `メニュー ${n + 1}`),
    ),
  );
  const picture = menu.image && h("img", { src: local(menu.image), alt: "" });
  return h("div", { class: "rich-frame", style: { aspectRatio: `${width} / ${height}` } }, picture, areas);
}
