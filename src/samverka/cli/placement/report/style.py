"""The look of report.html: the house's colours and measures (foundation/ui/static/ui/css/tokens.css), in one place."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #565c64; --paper: #ffffff; --ground: #f6f5f1;
  --rule: #d9d7d0; --accent: #0b5c6b; --women: #6b3fa0; --men: #8f5a00; --none: #85827a; --focus: #ffbf47; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a9b0b8; --paper: #14171a; --ground: #1c2024;
  --rule: #363b41; --accent: #6cc7d6; --women: #c3a3ee; --men: #e8b04c; --none: #747b83; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0 0 .5rem; }
p { max-width: 68ch; margin: 0 0 1rem; }
.lead { font-size: 1.125rem; }
.soft, figcaption, caption { color: var(--soft); font-size: .875rem; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 1rem 1.5rem;
  margin: 1.5rem 0 0; }
dl.figures div { border-top: 1px solid var(--rule); padding-top: .5rem; }
dl.figures dt { color: var(--soft); font-size: .875rem; }
dl.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
section { border-top: 1px solid var(--rule); margin-top: 2rem; padding-top: 1.5rem; }
.columns { display: grid; gap: 0 3rem; }
.columns > section { min-width: 0; }
figure { margin: 0; }
svg.bars { display: block; overflow: visible; }
svg.bars text { fill: var(--ink); font-size: 14px; }
svg.bars .value { font-weight: 600; }
svg.bars .track { fill: var(--ground); stroke: var(--rule); stroke-width: 1; }
.plain { fill: var(--accent); } .women { fill: var(--women); } .men { fill: var(--men); } .none { fill: var(--none); }
ol { margin: 0 0 1rem; padding-left: 1.5rem; } ol li { margin-bottom: .25rem; }
summary { cursor: pointer; padding: .75rem 0; min-height: 2.75rem; color: var(--accent); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; width: 100%; }
caption { text-align: left; padding-bottom: .25rem; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child { text-align: left; font-weight: 400; padding-left: 0; }
thead th { font-weight: 600; }
code { font-size: .8125rem; overflow-wrap: anywhere; }
@media (min-width: 48rem) { h1 { font-size: 2.25rem; } main { padding: 2.5rem 2rem 4rem; }
  .columns { grid-template-columns: 1fr 1fr; } }
@media print { details > * { display: block; } summary { display: none; } section { break-inside: avoid; } }
"""
