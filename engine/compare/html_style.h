// SPDX-License-Identifier: GPL-3.0-or-later
// The style sheet of the report's page. It stands inside XML: no "<" and no "&".
#pragma once

#include <string_view>

namespace bitswap {

inline constexpr std::string_view kHtmlStyle = R"css(
:root { color-scheme: light dark;
  --back: #f6f7f9; --card: #ffffff; --text: #1c2128; --soft: #5b6572; --line: #e1e5ea; --track: #eceff3;
  --own: #1f6feb; --rival: #7fb0f5; --other: #98a3b1; --over: #6e7781; --pop: #c9b3ee; --net: #7a3fc9; }
@media (prefers-color-scheme: dark) { :root {
  --back: #0f1318; --card: #181d24; --text: #e6e9ed; --soft: #9aa5b1; --line: #2b323b; --track: #232a33;
  --own: #4c94ff; --rival: #2f5fa8; --other: #5d6875; --over: #8b949e; --pop: #4d3a70; --net: #a97bef; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 0 0 .6rem; }
h3 { font-size: .95rem; margin: 0 0 .7rem; }
p { margin: 0 0 .8rem; max-width: 48rem; }
.soft, small, figcaption { color: var(--soft); }
section, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.2rem;
  margin: 1rem 0 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1.2rem 2.2rem; }
figure { margin: 0 0 1.3rem; min-width: 0; }
.pair figure { margin: 0; }
figcaption { font-size: .82rem; margin-top: .3rem; }
svg { display: block; overflow: visible; }
svg text { fill: var(--text); font-size: 13px; font-variant-numeric: tabular-nums; }
.track { fill: var(--track); }
.own { fill: var(--own); background: var(--own); } .rival { fill: var(--rival); background: var(--rival); }
.other { fill: var(--other); background: var(--other); } .over { fill: var(--over); background: var(--over); }
.pop { fill: var(--pop); background: var(--pop); } .net { fill: var(--net); background: var(--net); }
.wide { overflow-x: auto; }
.wide th:first-child { position: sticky; left: 0; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .38rem .7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child th, tr:last-child td { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 600; font-size: .82rem; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tbody th { font-weight: 500; }
td:last-child, thead th:last-child { padding-right: 0; }
.best { font-weight: 700; }
.sum th, .sum td { font-weight: 600; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .5rem 0 0; padding: 0;
  font-size: .82rem; }
i { display: inline-block; width: .75em; height: .75em; border-radius: 2px; margin-right: .4em; }
.picture { display: flex; gap: .8rem; align-items: center; min-width: 15rem; white-space: normal; font-weight: 400; }
.picture img { width: 5rem; height: 5rem; object-fit: contain; flex: none; }
.picture span { overflow-wrap: anywhere; }
.picture small { display: block; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 34rem) { section { padding: .9rem; } th, td { padding: .35rem .5rem; }
  .picture { width: 8rem; min-width: 0; flex-direction: column; align-items: start; gap: .3rem; } }
@media print { body { background: none; } section { break-inside: avoid; } }
)css";

}  // namespace bitswap
