/* The application form: rows of parties added and removed in place, the chosen cause written into its field, and a
   draft that brings back its kind of case and its rows first.  Without this script the same buttons send the form. */

const form = document.getElementById("application-form");
const rows = () => document.getElementById("party-rows");
const places = () => [...form.elements].map((field) => /^party-(\d+)-/.exec(field.name ?? "")).filter(Boolean).map((found) => Number(found[1]));

function addRow() {
  const place = Math.max(-1, ...places()) + 1;
  const made = document.createElement("div");
  made.innerHTML = document.getElementById("party-row").innerHTML.replaceAll("__n__", String(place));
  const row = made.firstElementChild;
  rows().append(row);
  return row;
}

function removeRow(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  form.dispatchEvent(new Event("input", { bubbles: true }));
  (next?.querySelector("input, select") ?? form.querySelector("[data-add-party]")).focus();
}

form.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-party]")) {
    event.preventDefault();
    addRow().querySelector("select, input").focus();
    return;
  }
  const remover = event.target.closest("[data-remove-party]");
  if (remover) {
    event.preventDefault();
    removeRow(remover.closest("[data-party-row]"));
  }
});

form.addEventListener("change", (event) => {
  if (event.target.matches('input[name="cause_key"]')) form.elements.cause_text.value = event.target.dataset.name;
});

/* The draft may be of another kind of case and have more rows than the page shows. */
form.addEventListener("xiezhi:restore", (event) => {
  const { values, until } = event.detail;
  const wanted = new Set(Object.keys(values).map((name) => /^party-(\d+)-/.exec(name)?.[1]).filter(Boolean));
  const addMissing = () => {
    const there = new Set(places().map(String));
    for (const place of wanted) {
      if (there.has(place)) continue;
      const row = addRow();
      const made = /party-(\d+)-/.exec(row.innerHTML)[1];
      row.querySelectorAll("[name], [id], [for]").forEach((field) => {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = field.getAttribute(name);
          if (value) field.setAttribute(name, value.replace(`party-${made}-`, `party-${place}-`));
        }
      });
      there.add(place);
    }
  };
  const kind = form.elements.kind;
  const kept = values.kind?.[0];
  if (kept && kept !== kind.value && [...kind.options].some((option) => option.value === kept)) {
    kind.value = kept;
    until.push(window.htmx.ajax("POST", form.action, { source: kind, target: "#application-body", values: { act: "kind" } }).then(addMissing));
  } else {
    addMissing();
  }
});
