// Messages that checks show by what they hold and do not hold (LF line ends); one-part ones are in filter/rules/rule.ts.

/** The moment that examples are scored at. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** Plain text and a page side by side. */
export const both = (plain: string, html: string): string =>
  `From: Ann <ann@example.com>\nSubject: Hello\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n${plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n${html}\n--b--\n`;
