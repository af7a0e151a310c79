// `node bench/score.ts`: how long the quality score of a newsletter takes beside the filter, for 10 KB and for 100 KB, on one thread; and the
// score alone over shapes that are made to cost time.
import { filterModel } from '../bin/filter-model.ts';
import { filter } from '../src/inspect/examine.ts';
import { walk } from '../src/message/walk.ts';
import { NEW_ACCOUNT } from '../src/engines/store/control/accounts.ts';
import { reportOf, score } from '../src/score/score.ts';

const RUNS = 300;
const model = filterModel(undefined);
const row = (n: number): string =>
  `<tr><td style="color:#333;padding:8px"><a href="https://shop.example.com/b/${n}"><img src="https://shop.example.com/${n}.png" alt="Cover" width="120" height="180"></a></td><td><p>Novel ${n}: two sisters keep a light house through one long winter.</p></td></tr>\r\n`;

for (const size of [10_000, 100_000]) {
  let rows = '';
  for (let n = 0; rows.length < size - 1_000; n++) rows += row(n);
  const raw = Buffer.from(
    `From: Books <news@shop.example.com>\r\nSubject: Your list\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html lang="en"><body><table>${rows}</table></body></html>\r\n`,
  );
  const both: number[] = [];
  const alone: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    const message = walk(raw);
    const { spam } = filter(model, { raw, direction: 'out', facts: { direction: 'out' }, policy: NEW_ACCOUNT.policy }, message);
    const filtered = performance.now();
    reportOf(score(message, { spam, now: 0 }), 'en');
    both.push(performance.now() - started);
    alone.push(performance.now() - filtered);
  }
  const at = (times: number[], share: number): string =>
    `${times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]?.toFixed(1)} ms`;
  console.log(
    `${raw.length} bytes: score p50 ${at(alone, 0.5)}, p99 ${at(alone, 0.99)}; with the filter p50 ${at(both, 0.5)}, p99 ${at(both, 0.99)}`,
  );
}

/** Repeated to fill a mail: beginnings without an end, and what each pattern of a check starts with. */
const SHAPES =
  '<|</b>|<b><i>|<!--|<style>|<script|<p/style=|<x:y>|"|&lt;|{{{{|[[a |%%a|*|a|${a|(http:|http://x |<a href="http://1.2.3.4/x">x</a>|<img src=x>|<p style="color:#bbb;background:#ccc">x|1 a |street |a, b 1|路|Jl 1|unsubscrib|opt |stop (|Re: |margin-|var( |@|=|а'
    .split('|')
    .flatMap(shape => [shape, `${shape}\r\n`]);

for (const size of [32 * 1024, 1024 * 1024]) {
  let worst = { ms: 0, shape: '' };
  for (const shape of SHAPES)
    for (const type of ['html', 'plain']) {
      const body = shape.repeat(Math.ceil(size / shape.length)).slice(0, size);
      const raw = Buffer.from(
        `From: a@a.example\r\nSubject: x\r\nList-Unsubscribe: <https://a.example/>\r\nContent-Type: text/${type}; charset=utf-8\r\n\r\n${body}\r\n`,
      );
      const started = performance.now();
      score(walk(raw), {});
      const ms = performance.now() - started;
      if (ms > worst.ms) worst = { ms, shape: `${type} of ${JSON.stringify(shape)}` };
    }
  console.log(`${SHAPES.length} hostile shapes of ${size} bytes: at most ${worst.ms.toFixed(0)} ms, ${worst.shape}`);
}
