/* Dates typed as digits, one submission at a time, long forms that save themselves, the focus on what is wrong. */
import * as storage from "./storage.js";

const DIGITS = { "０": "0", "１": "1", "２": "2", "３": "3", "４": "4", "５": "5", "６": "6", "７": "7", "８": "8", "９": "9" };
const DAY = 24 * 3600 * 1000;
const KEPT_DAYS = 14;
const PREFIX = "xiezhi.draft.";

/* 20261124, 2026.11.24, 2026/11/24, 2026年11月24日 and 1124 (this year) become 2026-11-24; anything else stays. */
export function readDate(text, thisYear = new Date().getFullYear()) {
  const plain = text.trim().replace(/[０-９]/g, (digit) => DIGITS[digit]);
  const found =
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ||
    /^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$/.exec(plain) ||
    (/^\d{4}$/.test(plain) ? [plain, String(thisYear), plain.slice(0, 2), plain.slice(2)] : null);
  if (!found) return text;
  const [year, month, day] = found.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return text;
  return date.toISOString().slice(0, 10);
}

function startDates() {
  const tidy = (field) => {
    const read = readDate(field.value);
    if (read === field.value) return;
    field.value = read;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.("input[data-date]")) tidy(event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("input[data-date]") && /^\d{8}$/.test(event.target.value)) tidy(event.target);
  });
  document.addEventListener(
    "submit",
    (event) => event.target.querySelectorAll("input[data-date]").forEach(tidy),
    true,
  );
}

/* The server is safe against double submission too; this spares the person a wait. */
function startSubmitGuard() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put], [hx-delete], [data-resubmit]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter ?? form.querySelector("button[type=submit], button:not([type])");
    button?.setAttribute("aria-busy", "true");
  });
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  /* Back from the cache of the browser: the form may be sent again. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });
}

/* A GET form leaves empty fields out of the address. */
function startCleanQuery() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-clean-query]")) return;
    for (const field of event.target.elements) {
      if (field.name && !field.value && !field.disabled) {
        field.disabled = true;
        window.setTimeout(() => {
          field.disabled = false;
        });
      }
    }
  });
}

function focusErrors(scope = document) {
  const summary = scope.querySelector("[data-error-summary]");
  if (!summary) return;
  summary.focus();
  summary.scrollIntoView({ block: "nearest" });
}

function startErrorFocus() {
  focusErrors();
  document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-error-summary] a");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const target = field.matches("input, select, textarea") ? field : (field.querySelector("input, select, textarea") ?? field);
    target.focus();
  });
}

function collect(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "password" || field.type === "file" || field.matches("[data-no-autosave]")) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else if (!(field instanceof HTMLButtonElement)) {
      values[field.name] = [...(values[field.name] ?? []), field.value];
    }
  }
  return values;
}

function restore(form, values) {
  const seen = {};
  for (const field of form.elements) {
    const kept = values[field.name];
    if (!kept || field.type === "hidden" || field.type === "password" || field.type === "file") continue;
    const before = `${field.checked} ${field.value}`;
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (field instanceof HTMLSelectElement && field.multiple) {
      for (const option of field.options) option.selected = kept.includes(option.value);
    } else if (!(field instanceof HTMLButtonElement)) {
      const at = seen[field.name] ?? 0;
      seen[field.name] = at + 1;
      if (kept[at] !== undefined) field.value = kept[at];
    }
    if (before !== `${field.checked} ${field.value}` || field.multiple) field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/* The line is there from the start: a note that came later would push a button away from under the pointer. */
function makeNote(form) {
  const place = document.createElement("p");
  place.className = "autosave-note";
  place.dataset.autosaveNote = "";
  place.setAttribute("role", "status");
  form.prepend(place);
}

function note(form, text, buttons = []) {
  form.querySelector("[data-autosave-note]").replaceChildren(text, ...buttons);
}

function makeButton(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

/* Drafts stay on this device only, apart for each person (data-person of the body), for two weeks at most. */
function startAutosave(form) {
  const key = `${PREFIX}${document.body.dataset.person ?? ""}.${form.dataset.autosave || window.location.pathname}`;
  const from = window.location.pathname;
  const first = JSON.stringify(collect(form));
  let timer = 0;
  makeNote(form);
  const save = () => {
    const values = collect(form);
    if (JSON.stringify(values) === first) return;
    if (!storage.write(key, JSON.stringify({ at: Date.now(), values }))) return;
    const time = new Date().toTimeString().slice(0, 5);
    note(form, `已于 ${time} 暂存在本机`);
  };
  const kept = JSON.parse(storage.read(key) ?? "null");
  if (kept && JSON.stringify(kept.values) !== first && !form.querySelector("[data-error-summary]")) {
    const when = new Date(kept.at);
    const words = `${when.getMonth() + 1}月${when.getDate()}日 ${when.toTimeString().slice(0, 5)} 有没提交的内容。`;
    note(form, words, [
      makeButton("接着填", async () => {
        /* A form whose fields depend on what was chosen first makes them before they are filled. */
        const until = [];
        form.dispatchEvent(new CustomEvent("xiezhi:restore", { detail: { values: kept.values, until } }));
        await Promise.all(until);
        restore(form, kept.values);
        note(form, "已恢复上次的内容");
      }),
      makeButton("不要了", () => {
        storage.write(key, null);
        note(form, "已清除上次的内容");
      }),
    ]);
  }
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 800);
  });
  window.addEventListener("pagehide", () => {
    if (!form.dataset.sent && timer) save();
  });
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    timer = 0;
    if (!event.defaultPrevented) storage.write(key, JSON.stringify({ at: Date.now(), values: collect(form), sentFrom: from }));
  });
}

/* A draft that was sent is dropped once the server has led on to another page; after an error it is still there. */
function dropSentDrafts() {
  if (document.querySelector(".error-page, [data-error-summary]")) return;
  for (const key of storage.keys(PREFIX)) {
    const { sentFrom } = JSON.parse(storage.read(key)) ?? {};
    if (sentFrom && sentFrom !== window.location.pathname) storage.write(key, null);
  }
}

function dropOldDrafts() {
  for (const key of storage.keys(PREFIX)) {
    try {
      if (Date.now() - JSON.parse(storage.read(key)).at > KEPT_DAYS * DAY) storage.write(key, null);
    } catch {
      storage.write(key, null);
    }
  }
}

export function startForms() {
  startDates();
  startCleanQuery();
  startSubmitGuard();
  startErrorFocus();
  dropOldDrafts();
  dropSentDrafts();
  document.querySelectorAll("form[data-autosave]").forEach(startAutosave);
  document.addEventListener("htmx:load", (event) => {
    const found = event.detail.elt;
    if (found instanceof Element && found !== document.body) {
      [found, ...found.querySelectorAll("form[data-autosave]")].filter((e) => e.matches("form[data-autosave]")).forEach(startAutosave);
    }
  });
}
