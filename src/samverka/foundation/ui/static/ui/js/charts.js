/* Charts answer to the pointer where there is JavaScript. The picture is there before and without it, and those who
   do not point have its words and its table.

   A chart is a <figure> with data-chart: the address of what it is drawn from. When the pointer or a
   finger first comes to the picture, the drawing program is fetched, once, and draws the same chart in its place. */

const program = document.querySelector("script[data-vega]")?.dataset.vega;
const narrow = window.matchMedia("(max-width: 40rem)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
let loading;

function load() {
  loading ??= import(program).then(() => window.samverkaDraw);
  return loading;
}

async function draw(figure) {
  const place = figure.querySelector(".chart__picture");
  const address = new URL(figure.dataset.chart, document.baseURI);
  address.searchParams.set("form", narrow.matches ? "smal" : "bred");
  address.searchParams.set("tema", dark.matches ? "dark" : "light");
  const [drawChart, answer] = await Promise.all([load(), fetch(address, { credentials: "same-origin" })]);
  if (!answer.ok) return;
  const drawn = document.createElement("div");
  await drawChart(drawn, await answer.json());
  // The picture keeps its words for those who listen; what the eye sees is the drawing.
  place.querySelector("picture, img").classList.add("visually-hidden");
  drawn.setAttribute("aria-hidden", "true");
  drawn.className = "chart__live";
  place.append(drawn);
}

function wake(figure) {
  if (figure.dataset.awake) return;
  figure.dataset.awake = "yes";
  draw(figure).catch(() => {}); // the picture stays: nothing is lost
}

for (const figure of document.querySelectorAll("figure[data-chart]")) {
  const place = figure.querySelector(".chart__picture");
  for (const event of ["pointerenter", "touchstart"]) {
    place.addEventListener(event, () => wake(figure), { once: true, passive: true });
  }
}
