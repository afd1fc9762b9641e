/* The wall chart where scripts run: a tap opens a sheet above it, a tile can be dragged to another cell.
   Without this file each tap leads to a page, and people are moved from there. */
"use strict";
(() => {
  const sheet = () => document.getElementById("sheet");
  const show = () => {
    const dialog = sheet();
    document.querySelector(".flash.near")?.classList.remove("near");
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
  const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "panel") return show();
    if (event.detail.target.id !== "main") return;
    // A sheet's form or a drop drew the page anew: what came of it is heard, and seen far down a long chart too.
    const said = document.querySelector("main .flash") || document.getElementById("main");
    said.tabIndex = -1;
    said.classList.toggle("near", said.id !== "main" && said.getBoundingClientRect().top < 0);
    said.focus({ preventScroll: true });
  });

  // Gone meanwhile, or no connection: said above the chart, instead of nothing.
  const failed = (event) => {
    const dialog = sheet();
    if (!dialog || !["panel", "main"].includes(event.detail.target?.id)) return;
    const close = element("form", "", { method: "dialog" });
    close.dataset.again = "";
    const buttons = element("div", "", { className: "buttons" });
    buttons.append(element("a", dialog.dataset.anew, { className: "button primary", href: location.href }), close);
    close.append(element("button", dialog.dataset.close, { className: "button" }));
    const said = element("p", dialog.dataset.gone, { id: "sheet-title" });
    document.getElementById("panel").replaceChildren(said, buttons);
    show();
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  document.addEventListener("click", (event) => {
    if (event.target === sheet()) event.target.close();
  });

  // Dragging. Which cell: as its count's link says it.
  let dragged = null;
  const cellOf = (node) => (node instanceof Element ? node.closest(".chart td:has(> .count)") : null);
  const keyOf = (cell) => new URLSearchParams(cell.querySelector(".count").search).get("cell");
  const over = (cell) => {
    document.querySelectorAll(".chart td.over").forEach((one) => one !== cell && one.classList.remove("over"));
    if (cell) cell.classList.add("over");
  };
  document.addEventListener("dragstart", (event) => {
    const tile = event.target instanceof Element && event.target.closest(".chart .g > a");
    if (!tile) return;
    dragged = { person: tile.pathname.split("/").at(-2), cell: cellOf(tile) };
    event.dataTransfer.clearData();
    event.dataTransfer.setData("text/plain", " ");
    event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    if (!dragged) return;
    const cell = cellOf(event.target);
    over(cell === dragged.cell ? null : cell);
    if (cell) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const cell = cellOf(event.target);
    if (!dragged || !cell) return;
    event.preventDefault();
    const { person, cell: from } = dragged;
    if (cell === from) return;
    const form = document.getElementById("move-form");
    form.elements.person.value = person;
    form.elements.was.value = keyOf(from);
    form.elements.to.value = keyOf(cell);
    form.requestSubmit();
  });
  document.addEventListener("dragend", () => {
    over(null);
    dragged = null;
  });
})();
