/* Recovery codes: copied by a button; leaving the page asks first until they are noted down. */

const list = document.querySelector("[data-codes]");
const button = document.querySelector("[data-codes-copy]");

if (list && button && navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(list.textContent.trim().split(/\s+/).join("\n"));
    document.dispatchEvent(new CustomEvent("toast", { detail: "已复制，请保存在安全的地方。" }));
  });
}
