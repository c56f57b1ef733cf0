// Main: puts phone, workspace and drawer on the page and keeps them in step with the sandbox.

import { get, listen, setPublicUrl } from "./api.js";
import { clear, h } from "./dom.js";
import { Drawer } from "./drawer.js";
import { notice } from "./notice.js";
import { Phone } from "./phone.js";
import { Player } from "./player.js";
import { STORY } from "./story.js";
import { Timebar } from "./timebar.js";
import { Workspace } from "./workspace.js";

const place = (id) => document.getElementById(id);

async function start() {
  const state = await get("state");
  setPublicUrl(state.public_url);
  const phone = new Phone(place("phone"), state.line);
  const workspace = new Workspace(place("workspace"), state.slack);
  const drawer = new Drawer(place("drawer"));
  watchTabs(workspace);
  const timebar = state.clock ? new Timebar(place("clock"), state.clock) : undefined;
  if (timebar) new Player(place("story"), place("controls"), STORY); // the story needs the clock

  const link = place("link");
  const say = (isUp) => {
    link.classList.toggle("down", !isUp);
    clear(link, isUp ? "つながっています" : "つながっていません");
  };
  const safely = (work) => work().catch((error) => notice(error.message));
  listen({
    connected: () => say(true),
    lost: () => say(false),
    changed: (what) => {
      if (what !== "slack" && what !== "model") safely(phone.refresh);
      if (what !== "line" && what !== "model") safely(workspace.refresh);
      if (timebar) safely(timebar.refresh);
      safely(what === "all" ? () => drawer.reset() : drawer.refresh);
    },
  });
  document.addEventListener(
    "visibilitychange",
    () => document.visibilityState === "visible" && safely(workspace.refresh),
  );
}

/** On a narrow screen one side is shown at a time. */
function watchTabs(workspace) {
  const tabs = [...document.querySelectorAll(".tab")];
  const show = (name) => {
    document.body.dataset.shown = name;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.side === name));
    workspace.refresh();
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab.dataset.side));
  show("phone");
}

start().catch((error) => clear(place("phone"), h("p", { class: "problem", role: "alert" }, error.message)));
