/* Runs before the first paint, so that nobody who chose dark is shown white. A classic script on purpose. */
(function () {
  "use strict";
  var root = document.documentElement;
  var chosen = null;
  var size = null;
  try {
    chosen = localStorage.getItem("xiezhi.theme");
    size = localStorage.getItem("xiezhi.type-size");
  } catch (ignored) {
    /* storage may be switched off by the court's policy */
  }
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.setAttribute("data-bs-theme", chosen === "dark" || chosen === "light" ? chosen : dark ? "dark" : "light");
  if (size === "large") root.setAttribute("data-type-size", "large");
  root.classList.add("js");
})();
