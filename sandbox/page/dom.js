// DOM: the only door to the document. Text is always text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** Create an element: h("p", {class: "x", test: "name", on: {click}}, "text", child). */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "test") {
      element.dataset.test = value;
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (name === "style") {
      Object.assign(element.style, value);
    } else if (name === "value") {
      element.value = value;
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Draw a line icon from path data; it is decoration, the button around it carries the name. */
export function icon(name, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, fill: "none", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  svg.classList.add("icon");
  for (const data of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  if (name === "more") svg.classList.add("heavy");
  return svg;
}

/** Bring a container's children into line with items, redrawing only what changed. */
export function sync(container, items, keyOf, draw) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    const signature = JSON.stringify(item);
    let child = old.get(key);
    old.delete(key);
    if (!child || child.signature !== signature) {
      const fresh = draw(item);
      fresh.dataset.key = key;
      fresh.signature = signature;
      if (child) {
        if (child === place) place = child.nextElementSibling;
        child.remove();
      }
      child = fresh;
    }
    if (child === place) place = child.nextElementSibling;
    else container.insertBefore(child, place);
  }
  for (const left of old.values()) left.remove();
}

/** Keep the view at its end while the reader is there, whatever grows or shrinks. Returns a jump to the end. */
export function keepAtEnd(scroller, ...contents) {
  let isAtEnd = true;
  let last = 0;
  const jump = () => {
    isAtEnd = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  scroller.addEventListener("scroll", () => {
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
    // Only a reader moves up; a picture that loads late moves the end away.
    if (isNear || scroller.scrollTop < last) isAtEnd = isNear;
    last = scroller.scrollTop;
  });
  const observer = new ResizeObserver(() => isAtEnd && jump());
  for (const element of [scroller, ...contents]) observer.observe(element);
  return jump;
}

export function clear(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** Send on Enter, but never the Enter that ends a Japanese conversion. */
export function onEnter(field, send) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  });
}

/** Let a text field grow with its lines, to a limit that the style sheet sets. */
export function growing(field) {
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("input", fit);
  return fit;
}

/** Let somebody choose a file of his own; ``send`` gets {name, content}, the bytes as base64. */
export function pickFile(send) {
  const input = h("input", { type: "file", hidden: true, test: "file-picker" });
  input.addEventListener("change", () => {
    const file = input.files[0];
    input.remove();
    if (!file) return;
    const reader = new FileReader();
    reader.onload = () => send({ name: file.name, content: String(reader.result).split(",")[1] ?? "" });
    reader.readAsDataURL(file);
  });
  document.body.append(input); // so that a test can fill it; it is gone once something is chosen
  input.click();
}

const ICONS = {
  send: ["M4 12 20 4l-6 16-3-7-7-1Z"],
  photo: ["M4 7h4l1.5-2h5L16 7h4v12H4V7Z", "M12 16a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z"],
  clip: ["M18.5 11.5 12 18a4 4 0 0 1-5.7-5.7l7-7a2.7 2.7 0 0 1 3.8 3.8l-6.8 6.8a1.3 1.3 0 0 1-1.9-1.9l6-6"],
  smile: [
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
    "M8.5 14c.8 1.3 2 2 3.5 2s2.7-.7 3.5-2",
    "M9 9.5v.5M15 9.5v.5",
  ],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  more: ["M5 12h.01M12 12h.01M19 12h.01"],
  plus: ["M12 5v14M5 12h14"],
  close: ["M6 6l12 12M18 6 6 18"],
  home: ["M4 11 12 4l8 7v9h-5v-6H9v6H4v-9Z"],
  lock: ["M6 11h12v9H6v-9Z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  up: ["M6 15l6-6 6 6"],
  down: ["M6 9l6 6 6-6"],
  right: ["M9 6l6 6-6 6"],
  left: ["M15 6l-6 6 6 6"],
  link: ["M14 5h5v5M19 5l-8 8M17 14v5H5V7h5"],
  thread: ["M5 5h14v10H11l-5 4v-4H5V5Z"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20c1-3.6 4-5.5 7.5-5.5s6.5 1.9 7.5 5.5"],
  pause: ["M9 6v12M15 6v12"],
  play: ["M8 5.5 18 12 8 18.5v-13Z"],
  again: ["M18.5 12A6.5 6.5 0 1 1 16 6.8", "M16.5 3.5v4h-4"],
  calendar: ["M4 6h16v14H4V6Z", "M4 10h16M8 3.5v4M16 3.5v4"],
  chat: ["M4 5h16v11H10l-5 4v-4H4V5Z"],
};
