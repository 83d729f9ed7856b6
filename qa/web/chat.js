// A number in an answer opens its entry in the sources panel.
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href*="#cite-"]');
  if (!link) return;
  const entry = document.getElementById(link.getAttribute("href").split("#")[1]);
  event.preventDefault();
  if (!entry) return;
  document.querySelectorAll(".kq-here").forEach((other) => other.classList.remove("kq-here"));
  entry.classList.add("kq-here");
  entry.scrollIntoView({ block: "nearest" });
  entry.focus({ preventScroll: true });
});
