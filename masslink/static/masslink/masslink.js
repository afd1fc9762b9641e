/* What a page gains when scripts run: quick hide, one press saves once, questions before what can't be taken
   back, fill buttons, the notice before the idle lock. Every page works without this file. */
"use strict";
(() => {
  const HIDE_WITHIN = 1000;
  const NOTICE_BEFORE = 120000;
  const RELEASE_AFTER = 20000;
  const body = document.body;

  // Quick hide: blank first, then leave, so that nothing shows while a slow line answers.
  const hide = () => {
    const url = body.dataset.hideUrl;
    if (!url) return;
    document.title = "\u00a0";
    body.hidden = true;
    location.replace(url);
  };
  // On touch: three quick taps on one spot beside whatever can be pressed. One thumb is enough, anywhere on the page.
  const TAPS = 3;
  const TAPS_WITHIN = 800;
  const SPOT = 48;
  const PRESSED = "a,button,input,select,textarea,label,summary,option,[contenteditable],[tabindex='0']";
  let taps = [];
  document.addEventListener("pointerup", (event) => {
    if (event.pointerType !== "touch") return;
    const near = (tap) => event.timeStamp - tap.at < TAPS_WITHIN && Math.hypot(event.clientX - tap.x, event.clientY - tap.y) < SPOT;
    taps = event.isPrimary && !event.target.closest(PRESSED) ? [...taps.filter(near), { at: event.timeStamp, x: event.clientX, y: event.clientY }] : [];
    if (taps.length >= TAPS) hide();
  }, true);
  document.addEventListener("pointercancel", () => { taps = []; }, true);
  let escapedAt = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - escapedAt < HIDE_WITHIN) hide();
    escapedAt = event.timeStamp;
    closeMenus();
  }, true);

  const closeMenus = (but) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (menu !== but) menu.open = false;
    }
  };

  const fill = (button) => {
    const at = button.dataset.fill.indexOf(":");
    const field = document.querySelector(button.dataset.fill.slice(0, at));
    if (!field) return;
    field.value = button.dataset.fill.slice(at + 1);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const markFilled = (field) => {
    if (!field.id) return;
    for (const button of document.querySelectorAll(`[data-fill^="#${CSS.escape(field.id)}:"]`)) {
      const text = button.dataset.fill.slice(button.dataset.fill.indexOf(":") + 1);
      button.setAttribute("aria-pressed", String(text === field.value));
    }
  };
  document.addEventListener("input", (event) => markFilled(event.target));

  // What was typed to find somebody is done with once they are ticked; before htmx looks at the change.
  document.addEventListener("change", (event) => {
    const picked = event.target.type === "checkbox" && event.target.checked && event.target.closest("[data-empties]");
    if (picked) document.querySelector(picked.dataset.empties).value = "";
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-confirm],[data-fill],[data-hide],[data-print]");
    closeMenus(event.target.closest("details[data-menu]"));
    if (!target) return;
    if (target.dataset.confirm && !confirm(target.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if ("hide" in target.dataset) {
      event.preventDefault();
      hide();
    } else if ("print" in target.dataset) {
      print();
    } else if (target.dataset.fill) {
      fill(target);
    }
  }, true);

  // A secret that came behind # (an invitation's code): into its field, and out of the address and the history.
  const takeFragment = () => {
    const text = location.hash.slice(1);
    if (!text || document.getElementById(text)) return;
    history.replaceState(null, "", location.pathname + location.search);
    const field = document.querySelector("[data-from-fragment]");
    if (field) field.value = text;
  };
  takeFragment();
  addEventListener("hashchange", takeFragment);

  // Double submit: forms that htmx sends are stopped here already and keep their own guard (hx-disabled-elt).
  const buttonsOf = (form) => [...form.elements].filter((one) => one.type === "submit");
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of buttonsOf(form)) {
      if (!button.hasAttribute("aria-busy")) continue;
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || "again" in form.dataset) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    // Later, because a disabled button's own name and value would not be sent.
    setTimeout(() => {
      for (const button of buttonsOf(form)) {
        if (button.disabled) continue;
        button.disabled = true;
        button.setAttribute("aria-busy", "true");
      }
    });
    setTimeout(release, RELEASE_AFTER, form);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // Idle lock. The server decides; this only tells, and clears the screen when there is nothing to lose.
  // Tabs tell each other when the server was last asked: otherwise one tab's reload would wake the next one's.
  const idle = Number(body.dataset.idleSeconds) * 1000;
  const notice = document.getElementById("idle");
  if (!idle || !notice) return;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("seen") : null;
  let deadline = 0;
  let timer = 0;

  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.options) {
      const given = [...field.options].some((one) => one.defaultSelected);
      return given ? [...field.options].some((one) => one.selected !== one.defaultSelected) : field.selectedIndex > 0;
    }
    return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  };
  // A form that came back with errors holds typed text as its defaults.
  const holds = (form) => form.querySelector("[aria-invalid=true],.error,.errorlist") || [...form.elements].some(changed);
  const dirty = () => [...document.forms].some((form) =>
    form.getAttribute("role") !== "search" && !("clean" in form.dataset) && ("typed" in form.dataset || holds(form)));

  const watch = () => {
    clearTimeout(timer);
    const left = deadline - Date.now();
    let wait = left - NOTICE_BEFORE;
    if (wait <= 0) {
      notice.textContent = left > 0 ? notice.dataset.soon : notice.dataset.locked;
      wait = left;
    }
    if (left > 0) timer = setTimeout(watch, Math.max(wait, 250));
    else if ("forgets" in notice.dataset || !dirty()) {
      body.hidden = true;
      location.replace(location.pathname + location.search);
    }
  };
  const seen = (tell) => {
    // Two seconds more than the server's, so that the reload finds it locked.
    deadline = Date.now() + idle + 2000;
    notice.textContent = "";
    if (tell && tabs) tabs.postMessage(0);
    watch();
  };
  if (tabs) tabs.onmessage = () => seen(false);
  document.addEventListener("htmx:afterOnLoad", () => seen(true));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) watch(); });
  seen(true);
})();
