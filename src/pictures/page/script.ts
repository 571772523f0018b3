/**
 * The report's script: the filter, and Escape to put a bar's details away. Everything else works without it, so the
 * filter shows only where this runs.
 */
export const pageScript = `
const form = document.querySelector(".filter");
const input = form.querySelector("input");
const told = form.querySelector("[role=status]");
const rows = [...document.querySelectorAll("tbody tr:not(.group)")];
const texts = rows.map((row) => row.textContent.toLowerCase());
form.hidden = false;
input.addEventListener("input", () => {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, i) => {
    row.hidden = !words.every((word) => texts[i].includes(word));
    if (!row.hidden) shown++;
  });
  for (const group of document.querySelectorAll("tbody")) {
    group.hidden = ![...group.rows].some((row) => !row.hidden && !row.classList.contains("group"));
  }
  told.textContent = words.length === 0 ? "" : shown + " of " + rows.length + " rows";
});
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement instanceof SVGElement) document.activeElement.blur();
});
`;
