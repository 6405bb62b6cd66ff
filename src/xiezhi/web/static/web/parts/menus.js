/* Menus and explanations are <details>: they open without script. This closes them again and keeps them on screen. */

const OPEN = "details[data-menu][open], details[data-popover][open]";
const MARGIN = 8;

function close(details, { focus = false } = {}) {
  details.open = false;
  if (focus) details.querySelector("summary")?.focus();
}

/* A table that scrolls would cut an explanation off, so it is placed against the window. */
function place(details) {
  const body = details.querySelector(".popover-body");
  const anchor = details.querySelector("summary")?.getBoundingClientRect();
  if (!body || !anchor) return;
  body.classList.add("popover-placed");
  const width = body.offsetWidth;
  const height = body.offsetHeight;
  const left = Math.max(MARGIN, Math.min(anchor.left, document.documentElement.clientWidth - width - MARGIN));
  const below = anchor.bottom + 4;
  const fits = below + height <= window.innerHeight - MARGIN || anchor.top < height;
  body.style.left = `${left}px`;
  body.style.top = `${fits ? below : anchor.top - height - 4}px`;
}

export function startMenus() {
  document.addEventListener(
    "toggle",
    (event) => {
      const details = event.target;
      if (!(details instanceof HTMLDetailsElement) || !details.matches(OPEN)) return;
      document.querySelectorAll(OPEN).forEach((other) => {
        if (other !== details && !other.contains(details)) close(other);
      });
      if (details.matches("[data-popover]")) place(details);
    },
    true,
  );
  document.addEventListener("click", (event) => {
    document.querySelectorAll(OPEN).forEach((details) => {
      if (!details.contains(event.target)) close(details);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = [...document.querySelectorAll(OPEN)].pop();
    if (!open) return;
    event.preventDefault();
    close(open, { focus: open.contains(document.activeElement) });
  });
  document.addEventListener("focusout", (event) => {
    const details = event.target.closest?.(OPEN);
    if (details && event.relatedTarget && !details.contains(event.relatedTarget)) close(details);
  });
  window.addEventListener(
    "scroll",
    (event) => {
      document.querySelectorAll("details[data-popover][open]").forEach((details) => {
        if (!details.contains(event.target) || event.target === document) place(details);
      });
    },
    { capture: true, passive: true },
  );
}
