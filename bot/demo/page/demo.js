// What Discord's own app does and the preview page does not: your words appear at once, and you
// see that the bot is typing. Loaded before the page's own module, which reads the capability
// from the address and calls the wrapped fetch.
"use strict";
(() => {
  const meta = (name) => document.querySelector(`meta[name="confab-${name}"]`).content;
  const room = meta("room");
  history.replaceState(null, "", `#${meta("capability")}`);

  let waiting = 0;
  let timer = null;
  let echo = null;

  function showWords(content) {
    if (!waiting || echo) return;
    echo = document.createElement("div");
    echo.id = "confab-echo";
    echo.textContent = content;
    document.getElementById("channel-message-list")?.after(echo);
    echo.scrollIntoView({ block: "end" });
  }

  async function watchTyping() {
    if (!waiting) return;
    const reply = await plainFetch(`/demo/typing?room=${room}`).then((r) => r.json(), () => null);
    if (waiting) document.getElementById("confab-typing").hidden = !reply?.typing;
    if (waiting) timer = setTimeout(watchTyping, 300);
  }

  function begin(action) {
    waiting += 1;
    document.body.classList.add("confab-waiting");
    if (action.kind === "send_message") setTimeout(() => showWords(action.content), 120);
    clearTimeout(timer);
    timer = setTimeout(watchTyping, 150);
  }

  function end() {
    waiting -= 1;
    if (waiting) return;
    clearTimeout(timer);
    setTimeout(() => {
      if (waiting) return;
      document.getElementById("confab-typing").hidden = true;
      document.body.classList.remove("confab-waiting");
      echo?.remove();
      echo = null;
    }, 60);
  }

  // A page that slept too long has lost its place with the server; a fresh one has a new place.
  function reloadOnce() {
    const last = Number(sessionStorage.getItem("confab-reloaded") || 0);
    if (Date.now() - last < 10_000) return;
    sessionStorage.setItem("confab-reloaded", String(Date.now()));
    location.reload();
  }

  // The page drops what is sent while it is busy with something else; here it waits its turn.
  let deferred = null;
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "channel-composer" || window.simcordPreview?.ready) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clearInterval(deferred);
    deferred = setInterval(() => {
      if (!window.simcordPreview?.ready) return;
      clearInterval(deferred);
      event.target.requestSubmit();
    }, 50);
  }, true);

  const plainFetch = window.fetch.bind(window);
  window.fetch = async (path, options = {}) => {
    let action = null;
    if (path === "/api/action" && typeof options.body === "string") action = JSON.parse(options.body);
    const isSpeech = ["send_message", "run_command", "edit_message"].includes(action?.kind);
    if (isSpeech) begin(action);
    try {
      const reply = await plainFetch(path, options);
      if ([401, 410].includes(reply.status)) reloadOnce();
      return reply;
    } finally {
      if (isSpeech) end();
    }
  };
})();
