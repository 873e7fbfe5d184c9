// Small behaviors of every page. Pages work without this script; it makes them quicker to use.
"use strict";
(() => {
  const root = document.documentElement;
  const main = () => document.getElementById("main");
  const storage = (use, otherwise) => {
    try {
      return use();
    } catch {
      return otherwise; // Blocked by the browser's settings.
    }
  };
  root.dataset.scripts = "";

  // Time zone: the server writes times in it for people who have not chosen another.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  const cookie = `tidemark_timezone=${zone}`;
  if (/^[\w+/-]+$/.test(zone) && !document.cookie.split("; ").includes(cookie)) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${cookie}; path=/; max-age=31536000; samesite=lax${secure}`;
  }

  // Menus: a followed link closes its menu, also where the page stays.
  document.addEventListener("click", (event) => {
    event.target.closest(".menu-items :is(a, [data-shortcuts])")?.closest("[popover]")?.hidePopover();
  });

  // Dialogs: modal, so that they keep the focus.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[popovertarget]");
    const dialog = button && document.getElementById(button.getAttribute("popovertarget"));
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    if (button.getAttribute("popovertargetaction") === "hide") dialog.close();
    else if (!dialog.open) {
      dialog.showModal();
      dialog.querySelector("[popovertargetaction=hide]")?.focus();
    }
  });
  // A refused one is open in the page. Closing it shows the page without the refused form.
  for (const dialog of document.querySelectorAll("dialog.dialog[open]")) {
    dialog.open = false; // Without the event of close().
    dialog.showModal();
    dialog.addEventListener("close", () => location.replace(location.pathname + location.search));
  }

  // Deletions: the browser compares the typed name, as the server does.
  const compare = (form) => {
    const typed = form?.elements.typed;
    if (!typed?.dataset.name) return;
    const deletes = form.elements.history.value === "delete";
    const same = typed.value.trim().toLowerCase() === typed.dataset.name.toLowerCase();
    typed.setCustomValidity(!deletes || same ? "" : `Type “${typed.dataset.name}” to delete its history.`);
  };
  document.addEventListener("input", (event) => compare(event.target.form));
  document.addEventListener("click", (event) => compare(event.target.closest("[type=submit]")?.form), { capture: true });

  // Copy buttons.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // The clipboard needs HTTPS.
    }
    button.textContent = "Copied";
  });

  // Keyboard shortcuts.
  const shortcutsOff = () => storage(() => localStorage.getItem("shortcuts") === "off", false);
  const typing = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";
  const filter = () => main()?.querySelector("form[role=search] input[type=search], input[type=search]");
  let sequence = 0;
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (shortcutsOff() || target.closest?.(`${typing}, [role=application], dialog`)) return;
    const destination = event.timeStamp < sequence && document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
    sequence = key === "g" ? event.timeStamp + 1500 : 0;
    const act = destination
      ? () => destination.click()
      : key === "?"
        ? showShortcuts
        : key === "/" && filter()
          ? () => filter().focus()
          : undefined;
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shortcuts]")) showShortcuts();
  });

  const element = (name, attributes, ...children) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  };
  function showShortcuts() {
    const keys = (...names) => element("dt", {}, ...names.flatMap((name) => [element("kbd", { textContent: name }), " "]));
    const means = (text) => element("dd", { textContent: text });
    const pages = [...document.querySelectorAll("[data-shortcut]")];
    const list = element("dl", { className: "facts" });
    for (const link of pages) list.append(keys("g", link.dataset.shortcut), means(link.textContent));
    if (filter()) list.append(keys("/"), means(filter().ariaLabel ?? "Search"));
    list.append(keys("?"), means("Show keyboard shortcuts"));
    const title = element("h2", { id: "shortcuts-title", textContent: "Keyboard shortcuts" });
    const box = element("input", { type: "checkbox", checked: !shortcutsOff() });
    const enabled = element("label", { className: "checkbox" }, box, "Use keyboard shortcuts in this browser");
    const close = element("button", { type: "button", className: "button", textContent: "Close", autofocus: true });
    const actions = element("div", { className: "dialog-actions" }, close);
    const dialog = element("dialog", { className: "dialog" }, title, list, enabled, actions);
    dialog.setAttribute("aria-labelledby", title.id);
    box.addEventListener("change", () => storage(() => localStorage.setItem("shortcuts", box.checked ? "on" : "off")));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  // Selections: the button says how many it acts on.
  const count = (label, form) => {
    const chosen = form.querySelectorAll(`[name="${label.dataset.counts}"]:checked`).length;
    label.dataset.without ??= label.textContent;
    const noun = chosen === 1 ? "repository" : "repositories";
    label.textContent = chosen ? `Track ${chosen.toLocaleString("en")} ${noun}` : label.dataset.without;
  };
  for (const label of document.querySelectorAll("[data-counts]")) {
    const form = label.closest("form");
    form.addEventListener("change", () => count(label, form));
    count(label, form);
  }

  // Tabs: the current one is in view.
  const tab = document.querySelector(".sections [aria-current]");
  if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 24;

  // The rest is for live pages, which load data without leaving the document.
  if (!document.querySelector("script[type=module]")) return;

  // Times: the module writes them in UTC; the browser knows the reader's zone. The words are those
  // of app/src/components/timestamp.rs.
  const formatOf = (timeZone) => new Intl.DateTimeFormat("en-GB", {
    timeZone,
    timeZoneName: "short",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let clock = formatOf("UTC");
  try {
    clock = formatOf(root.dataset.timezone || "UTC");
  } catch {
    // An older browser may not know a newer zone.
  }
  const read = (date) => {
    const parts = Object.fromEntries(clock.formatToParts(date).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, timeZoneName } = parts;
    const shortDay = `${day} ${month.slice(0, 3)}`;
    return { year, shortDay, day: Date.parse(`${shortDay} ${year} UTC`), time: `${hour}:${minute}`, zone: timeZoneName };
  };
  const near = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  function word(element) {
    const [at, now] = [read(new Date(element.dateTime)), read(new Date())];
    const sameYear = at.year === now.year ? at.shortDay : `${at.shortDay} ${at.year}`;
    const day = near[Math.round((at.day - now.day) / 86400000)] ?? sameYear;
    // The module keeps the text node.
    element.firstChild.data = `${day} at ${at.time}`;
    element.title = `${at.shortDay} ${at.year}, ${at.time} ${at.zone}`;
  }
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") word(target);
      for (const node of addedNodes) {
        if (node.nodeType !== Node.ELEMENT_NODE) continue;
        for (const time of node.matches("time") ? [node] : node.querySelectorAll("time")) word(time);
      }
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["datetime"] });

  // Offline: the page stays, and a bar above it says what it shows.
  let loadedAt = read(new Date()).time;
  let attempt;
  const again = element("button", { type: "button", className: "button small", textContent: "Try again" });
  const bar = element("div", { className: "offline", role: "status" }, element("span"), again);
  again.dataset.retry = "";
  const retry = () => {
    clearTimeout(attempt);
    attempt = undefined;
    dispatchEvent(new Event("page-retry"));
  };
  const lost = () => {
    if (!bar.isConnected) {
      main()?.before(bar);
      bar.firstChild.textContent = `Offline. Showing what was loaded at ${loadedAt}.`;
    }
    for (const busy of document.querySelectorAll(".refreshed[aria-busy=true]")) busy.ariaBusy = "false";
    attempt ??= setTimeout(retry, 10000);
  };
  addEventListener("page-lost", lost);
  addEventListener("page-loaded", () => {
    clearTimeout(attempt);
    attempt = undefined;
    if (document.activeElement === again) main()?.focus({ preventScroll: true });
    bar.remove();
    loadedAt = read(new Date()).time;
  });
  addEventListener("offline", lost);
  addEventListener("online", retry);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-retry]")) retry();
  });
  // The page shows the outcome of a form in a dialog.
  document.addEventListener("submit", (event) => event.target.closest("dialog")?.close());

  // Back and forward on live pages: once the data is there, the page scrolls to where the reader
  // was and the focus returns. Browsers do this for pages that they load.
  const places = new Map(storage(() => JSON.parse(sessionStorage.getItem("places")), null) ?? []);
  const fresh = () => `${Date.now()}-${Math.random()}`;
  const address = () => location.pathname + location.search;
  let entry = history.state?.place ?? fresh();
  let shown = address();
  let restoring;

  const [push, replace] = [history.pushState, history.replaceState].map((change) => change.bind(history));
  history.pushState = (state, ...rest) => {
    // A page with another address has been replaced already; the click that led here was noted.
    if (new URL(rest[1] ?? "", location.href).pathname === location.pathname) note();
    entry = fresh();
    restoring?.abort();
    push({ ...state, place: entry }, ...rest);
    shown = address();
  };
  history.replaceState = (state, ...rest) => {
    replace({ ...state, place: entry }, ...rest);
    shown = address();
  };
  history.replaceState(history.state, "");
  history.scrollRestoration = "manual";

  // A page may lead to an address more than once.
  const links = (href) => [...main().querySelectorAll(`[href="${CSS.escape(href)}"]`)];
  function note() {
    if (restoring && !restoring.signal.aborted) return;
    const focus = document.activeElement;
    const [id, href] = main()?.contains(focus) && focus !== main() ? [focus.id, focus.getAttribute("href")] : [];
    places.set(entry, { x: scrollX, y: scrollY, id, href, nth: href ? links(href).indexOf(focus) : 0 });
  }
  function restore(place) {
    if (!place) return;
    restoring?.abort();
    restoring = new AbortController();
    const { signal } = restoring;
    let frames = 60;
    const settle = () => {
      if (signal.aborted) return;
      // Lists and charts may take a moment to reach their height.
      if (root.scrollHeight < place.y + innerHeight && frames-- > 0) return void requestAnimationFrame(settle);
      restoring.abort();
      scrollTo(place.x, place.y);
      const target =
        (place.id && document.getElementById(place.id)) ||
        (place.href && (links(place.href)[place.nth] ?? links(place.href)[0]));
      target?.focus({ preventScroll: true });
    };
    addEventListener("page-ready", () => requestAnimationFrame(settle), { signal, once: true });
    // The same data as before announces nothing.
    const timer = setTimeout(settle, 3000);
    signal.addEventListener("abort", () => clearTimeout(timer));
    // The reader knows better.
    for (const type of ["wheel", "touchmove", "keydown", "pointerdown"])
      addEventListener(type, () => restoring.abort(), { signal, passive: true });
    return settle;
  }
  addEventListener("click", note, { capture: true });
  addEventListener(
    "popstate",
    () => {
      note();
      entry = history.state?.place ?? fresh();
      const settle = restore(places.get(entry));
      if (shown === address()) settle?.();
      shown = address();
    },
    { capture: true },
  );
  addEventListener("pagehide", () => {
    note();
    storage(() => sessionStorage.setItem("places", JSON.stringify([...places].slice(-50))));
  });
  restore(places.get(entry))?.();
})();
