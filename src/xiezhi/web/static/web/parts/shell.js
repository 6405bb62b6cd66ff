/* Keyboard shortcut of the search, the navigation on narrow screens, theme and type size, copying, going back. */
import * as storage from "./storage.js";
import { toast } from "./toasts.js";

const root = document.documentElement;
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function startShortcuts() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const field = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (!field || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    field.focus();
    field.select?.();
  });
}

function startNavigation() {
  const toggle = document.querySelector("[data-nav-toggle]");
  const nav = document.querySelector("[data-nav]");
  const veil = document.querySelector("[data-nav-veil]");
  if (!toggle || !nav) return;
  const set = (open) => {
    nav.classList.toggle("rail-open", open);
    toggle.setAttribute("aria-expanded", String(open));
    toggle.setAttribute("aria-label", open ? "关闭导航" : "打开导航");
    if (veil) veil.hidden = !open;
    if (open) nav.querySelector("a")?.focus({ focusVisible: true });
  };
  toggle.addEventListener("click", () => set(toggle.getAttribute("aria-expanded") !== "true"));
  veil?.addEventListener("click", () => set(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && toggle.getAttribute("aria-expanded") === "true") {
      set(false);
      toggle.focus();
    }
  });
  nav.addEventListener("focusout", (event) => {
    if (toggle.getAttribute("aria-expanded") === "true" && event.relatedTarget && !nav.contains(event.relatedTarget)) set(false);
  });
}

function applyTheme() {
  const chosen = storage.read("xiezhi.theme");
  const known = chosen === "light" || chosen === "dark";
  root.dataset.bsTheme = known ? chosen : prefersDark.matches ? "dark" : "light";
  document.querySelectorAll("[data-theme-choice] input").forEach((input) => {
    input.checked = input.value === (known ? chosen : "auto");
  });
}

function applyTypeSize() {
  const large = storage.read("xiezhi.type-size") === "large";
  if (large) root.dataset.typeSize = "large";
  else delete root.dataset.typeSize;
  document.querySelectorAll("[data-type-toggle]").forEach((control) => {
    if (control instanceof HTMLInputElement) control.checked = large;
    else control.setAttribute("aria-pressed", String(large));
  });
}

function startAppearance() {
  applyTheme();
  applyTypeSize();
  prefersDark.addEventListener("change", applyTheme);
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-theme-choice]")) {
      storage.write("xiezhi.theme", event.target.value === "auto" ? null : event.target.value);
      applyTheme();
    } else if (event.target.matches("input[data-type-toggle]")) {
      storage.write("xiezhi.type-size", event.target.checked ? "large" : null);
      applyTypeSize();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("button[data-type-toggle]")) return;
    storage.write("xiezhi.type-size", root.dataset.typeSize === "large" ? null : "large");
    applyTypeSize();
  });
}

function startCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(`已复制 ${button.dataset.copy}`);
    } catch {
      toast("浏览器不允许复制，请选中后按 Ctrl+C");
    }
  });
}

function startBack() {
  document.querySelectorAll("[data-back]").forEach((button) => {
    if (window.history.length < 2) return;
    button.hidden = false;
    button.addEventListener("click", () => window.history.back());
  });
}

export function startShell() {
  startShortcuts();
  startNavigation();
  startAppearance();
  startCopy();
  startBack();
}
