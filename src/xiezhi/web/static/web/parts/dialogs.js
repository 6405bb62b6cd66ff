/* <dialog> opened by data-dialog-open="id"; data-confirm="words" on a form, button or link asks before it acts. */

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialogOpen);
      if (dialog instanceof HTMLDialogElement && !dialog.open) {
        event.preventDefault();
        dialog.showModal();
        dialog.addEventListener("close", () => opener.focus(), { once: true });
      }
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
      closer.closest("dialog")?.close();
      return;
    }
    /* A click on the veil reaches the dialog itself. */
    if (event.target instanceof HTMLDialogElement && event.target.matches(".dialog-x")) event.target.close();
  });
}

function ask(text, yesWords) {
  const dialog = document.getElementById("confirm-dialog");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(window.confirm(text));
  const yes = dialog.querySelector("[data-confirm-yes]");
  const no = dialog.querySelector("[data-confirm-no]");
  dialog.querySelector("#confirm-text").textContent = text;
  yes.textContent = yesWords || "确认";
  return new Promise((resolve) => {
    let answer = false;
    const onYes = () => {
      answer = true;
      dialog.close();
    };
    const onNo = () => dialog.close();
    yes.addEventListener("click", onYes);
    no.addEventListener("click", onNo);
    dialog.addEventListener(
      "close",
      () => {
        yes.removeEventListener("click", onYes);
        no.removeEventListener("click", onNo);
        resolve(answer);
      },
      { once: true },
    );
    dialog.showModal();
    /* The safe answer has the focus. */
    no.focus();
  });
}

const confirmed = new WeakSet();

export function startConfirm() {
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      const source = event.submitter?.dataset.confirm ? event.submitter : form;
      if (!source.dataset?.confirm || confirmed.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      if (!(await ask(source.dataset.confirm, source.dataset.confirmYes))) return submitter?.focus();
      confirmed.add(form);
      form.requestSubmit(submitter ?? undefined);
    },
    true,
  );
  document.addEventListener(
    "click",
    async (event) => {
      const link = event.target.closest("a[data-confirm]");
      if (!link || confirmed.delete(link)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await ask(link.dataset.confirm, link.dataset.confirmYes))) return link.focus();
      confirmed.add(link);
      link.click();
    },
    true,
  );
  /* hx-confirm asks with the same dialog. */
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    if (await ask(event.detail.question, event.detail.elt.dataset.confirmYes)) event.detail.issueRequest(true);
  });
}
