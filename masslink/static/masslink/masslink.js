/* What a page gains when scripts run: quick hide, one press saves once, questions before what can't be taken
   back, fill buttons, the notice before the idle lock, what is chosen in sight. Every page works without this file. */
"use strict";
(() => {
  const HIDE_WITHIN = 1000;
  const NOTICE_BEFORE = 120000;
  const RELEASE_AFTER = 20000;
  const body = document.body;

  // On a phone what is chosen may stand beyond the edge. Only sideways: the page itself stays where it is.
  for (const one of document.querySelectorAll(".filters [aria-current]")) {
    const row = one.closest(".filters");
    row.scrollLeft += Math.max(0, one.getBoundingClientRect().right - row.getBoundingClientRect().right + 18);
  }

  // What is wrong with a form may lie far below the headline, where nothing says so.
  const wrong = document.querySelector("main .error, main [aria-invalid=true]");
  const inSight = (one) => one.getBoundingClientRect().top < innerHeight - 100;
  if (wrong && ![wrong, ...document.querySelectorAll("main [role=alert]")].some(inSight)) wrong.scrollIntoView({ block: "center" });

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

  // The map of ties: closer with +, the wheel or two fingers; aside by dragging or arrows; a tap says who it is.
  for (const map of document.querySelectorAll("[data-map]")) {
    const svg = map.querySelector("svg");
    const all = map.dataset.map.split(" ").map(Number);
    let box = svg.getAttribute("viewBox").split(" ").map(Number);
    const points = new Map();
    let dragged = 0;
    const show = (x, y, width) => {
      width = Math.min(Math.max(width, all[2] / 26), all[2]);
      const height = width * all[3] / all[2];
      box = [Math.min(Math.max(x, -width / 3), all[2] - width * 2 / 3), Math.min(Math.max(y, -height / 3), all[3] - height * 2 / 3), width, height];
      if (width === all[2]) box = all;
      svg.setAttribute("viewBox", box.map((n) => n.toFixed(1)).join(" "));
      const near = Math.round(Math.log(all[2] / width) / Math.log(1.5));
      if (!svg.classList.contains(`z${near}`)) svg.setAttribute("class", `z${near}`);
    };
    const zoom = (by, at) => {
      const spot = at || [box[0] + box[2] / 2, box[1] + box[3] / 2];
      const width = Math.min(Math.max(box[2] / by, all[2] / 26), all[2]);
      const part = width / box[2];
      show(spot[0] - (spot[0] - box[0]) * part, spot[1] - (spot[1] - box[1]) * part, width);
    };
    const spot = (x, y) => {
      const inside = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
      return [inside.x, inside.y];
    };
    const moves = { in: () => zoom(1.5), out: () => zoom(1 / 1.5), left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };
    map.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      const person = event.target.closest("svg a");
      const move = button && moves[button.dataset.move];
      if (Array.isArray(move)) show(box[0] + move[0] * box[2] / 4, box[1] + move[1] * box[3] / 4, box[2]);
      else if (move) move();
      if (!person || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (dragged < 8) htmx.ajax("GET", person.getAttribute("href"), { target: "#who", swap: "innerHTML" });
    });
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && box[2] === all[2] && event.deltaY > 0) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, spot(event.clientX, event.clientY));
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => {
      if (!points.size) dragged = 0;
      points.set(event.pointerId, [event.clientX, event.clientY]);
    });
    addEventListener("pointermove", (event) => {
      const before = points.get(event.pointerId);
      if (!before) return;
      const other = [...points].find(([id]) => id !== event.pointerId);
      const now = [event.clientX, event.clientY];
      const scale = svg.getScreenCTM().a;
      dragged += Math.hypot(now[0] - before[0], now[1] - before[1]);
      if (other) {
        const far = (one) => Math.max(Math.hypot(one[0] - other[1][0], one[1] - other[1][1]), 1);
        zoom(far(now) / far(before), spot((now[0] + other[1][0]) / 2, (now[1] + other[1][1]) / 2));
      } else if (box[2] < all[2] && dragged >= 8) {
        show(box[0] - (now[0] - before[0]) / scale, box[1] - (now[1] - before[1]) / scale, box[2]);
      }
      points.set(event.pointerId, now);
    });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => points.delete(event.pointerId));
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    document.addEventListener("htmx:afterSwap", (event) => {
      const who = event.target.id === "who" && event.target.querySelector("[data-lit]");
      if (!who) return;
      const ring = document.getElementById("lit-at");
      const at = who.dataset.at.split(" ");
      document.getElementById("lit").setAttribute("d", who.dataset.lit);
      ring.removeAttribute("hidden");
      ring.setAttribute("cx", at[0]);
      ring.setAttribute("cy", at[1]);
      who.querySelector("h3").scrollIntoView({ block: "nearest" });
    });
  }

  // A tap that got no answer isn't saved, though it looks so. (The chart says it in its sheet.)
  const failed = () => setTimeout(() => {
    const said = document.getElementById("idle");
    if (said && !document.getElementById("sheet")) said.textContent = said.dataset.failed;
  });
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

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
