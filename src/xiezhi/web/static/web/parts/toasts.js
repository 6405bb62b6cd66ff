/* Short notes that need no answer. The server sends one with the header HX-Trigger: {"toast": "已保存"}. */

const SHOWN_FOR = 6000;

export function toast(text) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const note = document.createElement("div");
  note.className = "toast-x";
  const words = document.createElement("p");
  words.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "icon-button icon-button-s";
  button.setAttribute("aria-label", "关闭提示");
  const icon = document.createElement("i");
  icon.className = "ti ti-x";
  icon.setAttribute("aria-hidden", "true");
  button.append(icon);
  note.append(words, button);
  place.append(note);
  let timer = window.setTimeout(() => note.remove(), SHOWN_FOR);
  button.addEventListener("click", () => note.remove());
  /* WCAG 2.2.1: it stays while somebody reads it. */
  for (const name of ["mouseenter", "focusin"]) note.addEventListener(name, () => window.clearTimeout(timer));
  for (const name of ["mouseleave", "focusout"])
    note.addEventListener(name, () => {
      timer = window.setTimeout(() => note.remove(), SHOWN_FOR);
    });
}

export function startToasts() {
  document.addEventListener("toast", (event) => {
    const detail = event.detail;
    toast(typeof detail === "string" ? detail : String(detail?.value ?? ""));
  });
  document.addEventListener("htmx:sendError", () => toast("网络断开了，这一步没有提交。恢复后请再试一次。"));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status >= 500) toast("系统出错了，这一步没有办成，没有改动任何数据。请稍后再试。");
  });
  window.addEventListener("offline", () => toast("网络断开了。已填写的内容还在，恢复前请不要关闭页面。"));
  window.addEventListener("online", () => toast("网络已恢复。"));
}
