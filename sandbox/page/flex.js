// Flex: draw a LINE Flex Message, sizes and spacing as LINE's reference gives them.

import { isShowable, local } from "./api.js";
import { h, icon } from "./dom.js";

const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const TEXT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const PICTURE = {
  xxs: 40,
  xs: 60,
  sm: 80,
  md: 100,
  lg: 120,
  xl: 140,
  xxl: 160,
  "3xl": 180,
  "4xl": 200,
  "5xl": 220,
};
const BUBBLE = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const RADIUS = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const ALIGN = { start: "left", center: "center", end: "right" };
const EDGE = {
  start: "flex-start",
  center: "center",
  end: "flex-end",
  top: "flex-start",
  bottom: "flex-end",
};
const OFFSETS = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "left", offsetEnd: "right" };
const PADDINGS = {
  paddingAll: ["padding"],
  paddingTop: ["paddingTop"],
  paddingBottom: ["paddingBottom"],
  paddingStart: ["paddingLeft"],
  paddingEnd: ["paddingRight"],
};

/** Draw the contents of a Flex message: one bubble or a row of them. */
export function drawFlex(contents, tap) {
  if (contents?.type === "carousel") {
    const bubbles = (contents.contents ?? []).map((bubble) => drawBubble(bubble, tap));
    return drawCarousel(bubbles);
  }
  return drawBubble(contents ?? {}, tap);
}

/** Draw cards side by side; a finger swipes them, a mouse turns them with the arrows. */
export function drawCarousel(cards) {
  const list = h("div", { class: "carousel", role: "list", tabindex: "0", "aria-label": "横に並んだカード" }, cards);
  const turn = (name, label, test, way) =>
    h(
      "button",
      {
        class: "carousel-turn",
        type: "button",
        "aria-label": label,
        test,
        on: { click: () => list.scrollBy({ left: way * (cards[0].offsetWidth + 10), behavior: "smooth" }) },
      },
      icon(name, 18),
    );
  const [back, next] = [turn("left", "前のカード", "carousel-back", -1), turn("right", "次のカード", "carousel-next", 1)];
  const settle = () => {
    back.classList.toggle("away", list.scrollLeft < 8);
    next.classList.toggle("away", list.scrollLeft + list.clientWidth > list.scrollWidth - 8 && list.scrollLeft > 0);
  };
  list.addEventListener("scroll", settle);
  settle();
  const arrows = h("div", { class: "carousel-arrows" }, back, next);
  return h("div", { class: "carousel-frame" }, cards.length > 1 && arrows, list);
}

function drawBubble(bubble, tap) {
  const part = (name) => {
    const contents = bubble[name];
    if (!contents) return null;
    const style = bubble.styles?.[name] ?? {};
    const drawn = drawComponent(contents, { layout: "vertical", spacing: 0, first: true, tap });
    return h(
      "div",
      {
        class: `flex-${name}`,
        style: {
          backgroundColor: colour(style.backgroundColor) ?? "",
          borderTop: style.separator ? `1px solid ${colour(style.separatorColor) ?? "#d9dee1"}` : "",
        },
      },
      drawn,
    );
  };
  const drawn = h(
    "div",
    {
      class: "flex-bubble",
      role: "listitem",
      dir: bubble.direction === "rtl" ? "rtl" : undefined,
      style: { width: `${BUBBLE[bubble.size ?? "mega"] ?? 300}px` },
    },
    ["header", "hero", "body", "footer"].map(part),
  );
  return tappable(drawn, bubble.action, tap);
}

const DRAW = {
  box: drawBox,
  text: drawText,
  button: drawButton,
  image: drawImage,
  icon: drawIcon,
  separator: (part) =>
    h("div", { class: "flex-separator", style: { backgroundColor: colour(part.color) ?? "" } }),
  filler: () => h("div", { class: "flex-filler" }),
  spacer: (part) => h("div", { style: { height: `${SPACE[part.size ?? "md"] ?? 8}px` } }),
  video: (part) => drawImage({ ...part, url: part.previewUrl, size: "full" }),
};

/** Draw one component and place it in the box around it. */
function drawComponent(part, place) {
  const draw = DRAW[part.type];
  if (!draw) return null;
  const drawn = draw(part, place.tap);
  const style = drawn.style;
  const along = place.layout === "vertical" ? "marginTop" : "marginLeft";
  const gap = part.margin === undefined ? place.spacing : length(part.margin, SPACE);
  if (!place.first) style[along] = gap;
  const flex = part.flex ?? (place.layout === "vertical" || part.type === "icon" ? 0 : 1);
  if (part.type === "filler") style.flex = `${part.flex ?? 1} 1 0`;
  else if (part.type === "separator") style.flex = "none";
  else
    style.flex =
      flex > 0 ? `${flex} 1 0` : part.type === "text" && place.layout !== "vertical" ? "0 1 auto" : "none";
  if (part.type === "separator" && place.layout !== "vertical") drawn.classList.add("upright");
  if (part.position === "absolute") {
    style.position = "absolute";
    style[along] = "0";
  }
  for (const [name, side] of Object.entries(OFFSETS)) {
    if (part[name] !== undefined) {
      style[side] = length(part[name], SPACE);
      if (part.position !== "absolute") style.position = "relative";
    }
  }
  if (part.gravity && place.layout === "horizontal") style.alignSelf = EDGE[part.gravity] ?? "";
  return part.type === "button" ? drawn : tappable(drawn, part.action, place.tap);
}

function drawBox(box, tap) {
  const drawn = h("div", { class: `flex-box ${box.layout ?? "vertical"}` });
  const style = drawn.style;
  for (const [name, sides] of Object.entries(PADDINGS)) {
    if (box[name] !== undefined) for (const side of sides) style[side] = length(box[name], SPACE);
  }
  style.backgroundColor = colour(box.backgroundColor) ?? "";
  if (box.background?.type === "linearGradient") {
    const { angle, startColor, centerColor, endColor } = box.background;
    const colours = [startColor, centerColor, endColor].map(colour).filter(Boolean);
    style.backgroundImage = `linear-gradient(${parseFloat(angle) || 0}deg, ${colours.join(", ")})`;
  }
  if (box.cornerRadius) style.borderRadius = length(box.cornerRadius, RADIUS);
  if (box.borderColor || box.borderWidth) {
    style.border = `${length(box.borderWidth ?? "normal", BORDER)} solid ${colour(box.borderColor) ?? "#d9dee1"}`;
  }
  for (const name of ["width", "height", "maxWidth", "maxHeight"]) {
    if (box[name]) style[name] = length(box[name], {});
  }
  const JUSTIFY = {
    ...EDGE,
    "space-between": "space-between",
    "space-around": "space-around",
    "space-evenly": "space-evenly",
  };
  if (box.justifyContent) style.justifyContent = JUSTIFY[box.justifyContent] ?? "";
  if (box.alignItems) style.alignItems = EDGE[box.alignItems] ?? "";
  const spacing = length(box.spacing ?? "none", SPACE);
  (box.contents ?? []).forEach((part, n) => {
    const child = drawComponent(part, { layout: box.layout ?? "vertical", spacing, first: n === 0, tap });
    if (child) drawn.append(child);
  });
  return drawn;
}

function drawText(part) {
  const spans = (part.contents ?? []).filter((span) => span.type === "span");
  const drawn = h(
    "div",
    { class: `flex-text${part.wrap ? " wrap" : ""}` },
    spans.length > 0 ? spans.map((span) => letters(h("span", {}, span.text ?? ""), span)) : (part.text ?? ""),
  );
  letters(drawn, { size: "md", ...part });
  drawn.style.textAlign = ALIGN[part.align] ?? "";
  if (part.lineSpacing) drawn.style.lineHeight = `calc(1.35em + ${length(part.lineSpacing, {})})`;
  if (part.maxLines) {
    drawn.classList.add("clamped");
    drawn.style.webkitLineClamp = String(part.maxLines);
  }
  return drawn;
}

function letters(drawn, part) {
  const style = drawn.style;
  if (part.size) style.fontSize = length(part.size, TEXT);
  if (part.weight === "bold") style.fontWeight = "700";
  if (part.style === "italic") style.fontStyle = "italic";
  if (part.decoration && part.decoration !== "none") style.textDecoration = part.decoration;
  style.color = colour(part.color) ?? "";
  return drawn;
}

function drawButton(part, tap) {
  const kind = part.style ?? "link";
  const drawn = h(
    "button",
    {
      class: `flex-button ${kind} ${part.height ?? "md"}`,
      type: "button",
      test: "flex-button",
      on: {
        click: (event) => {
          event.stopPropagation();
          tap(part.action);
        },
      },
    },
    part.action?.label ?? "",
  );
  const given = colour(part.color);
  if (given && kind === "link") drawn.style.color = given;
  else if (given) drawn.style.backgroundColor = given;
  return drawn;
}

function drawImage(part) {
  const [across, down] = String(part.aspectRatio ?? "1:1")
    .split(":")
    .map(Number);
  const size = part.size ?? "md";
  const frame = h("div", { class: `flex-image ${part.aspectMode === "cover" ? "cover" : "fit"}` });
  frame.style.width = size === "full" ? "100%" : length(size, PICTURE);
  frame.style.aspectRatio = across > 0 && down > 0 ? `${across} / ${down}` : "1 / 1";
  frame.style.backgroundColor = colour(part.backgroundColor) ?? "";
  frame.style.alignSelf = EDGE[part.align ?? "center"];
  frame.append(picture(part.url, part.altText ?? part.action?.label ?? ""));
  return frame;
}

function drawIcon(part) {
  const size = length(part.size ?? "md", TEXT);
  const drawn = h("span", { class: "flex-icon", style: { width: size, height: size } });
  drawn.append(picture(part.url, ""));
  return drawn;
}

/** Draw a picture, or an honest empty frame for one that lives outside this machine. */
export function picture(url, alt) {
  const frame = () =>
    h("span", { class: "no-picture", role: "img", "aria-label": alt || "外の画像" }, alt || "外の画像");
  if (!isShowable(url)) return frame();
  const drawn = h("img", { src: local(url), alt });
  drawn.addEventListener("error", () => drawn.replaceWith(frame()));
  return drawn;
}

function tappable(drawn, action, tap) {
  if (!action) return drawn;
  drawn.classList.add("tappable");
  drawn.setAttribute("role", "button");
  drawn.setAttribute("tabindex", "0");
  if (action.label) drawn.setAttribute("aria-label", action.label);
  drawn.dataset.test = "flex-action";
  const go = (event) => {
    event.stopPropagation();
    tap(action);
  };
  drawn.addEventListener("click", go);
  drawn.addEventListener("keydown", (event) => {
    if (event.target === drawn && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      go(event);
    }
  });
  return drawn;
}

function length(value, named) {
  if (value in named) return `${named[value]}px`;
  return /^\d+(\.\d+)?(px|%)$/.test(value) ? value : "0px";
}

function colour(value) {
  return /^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/.test(value ?? "") ? value : null;
}
