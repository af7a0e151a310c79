// Three drafts to begin with: two as they should be, and one that breaks most rules.
export type Draft = {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly tags: string;
  readonly tls: string;
  /** Local time of the browser; empty: now. */
  readonly sendAt: string;
};
export const EMPTY: Draft = { from: '', to: '', subject: '', html: '', text: '', tags: '', tls: 'opportunistic', sendAt: '' };
export const SAMPLES = ['receipt', 'newsletter', 'bad'] as const;
export type Sample = (typeof SAMPLES)[number];

const TO = 'success@simulator.sesame.test';

const BODIES: Readonly<Record<Sample, Pick<Draft, 'subject' | 'html' | 'text'>>> = {
  receipt: {
    subject: 'Receipt 8812 for your order of 2 March',
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Receipt 8812</title></head>
<body style="font-family: sans-serif; color: #222; background: #fff">
  <h1 style="font-size: 20px">Thank you for your order</h1>
  <p>Here is the receipt of what you bought in our shop on 2 March.</p>
  <table cellpadding="6">
    <tr><td>Tea, green, 250 g</td><td align="right">4.80</td></tr>
    <tr><td>Cup, blue</td><td align="right">9.20</td></tr>
    <tr><td><b>Total</b></td><td align="right"><b>14.00</b></td></tr>
  </table>
  <p>Questions? Answer this mail, a person reads it.</p>
  <p style="font-size: 13px; color: #555">The Tea Shop, 4 Harbour Street, Port Town</p>
</body>
</html>`,
    text: `Thank you for your order

Here is the receipt of what you bought in our shop on 2 March.

Tea, green, 250 g   4.80
Cup, blue           9.20
Total              14.00

Questions? Answer this mail, a person reads it.

The Tea Shop, 4 Harbour Street, Port Town`,
  },
  newsletter: {
    subject: 'Three teas for the first cold days',
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Three teas for the first cold days</title></head>
<body style="font-family: sans-serif; color: #222; background: #fff">
  <h1 style="font-size: 22px">Three teas for the first cold days</h1>
  <p>The mornings are getting cold, so our buyer chose three teas that warm: an Assam with malt, a smoky Lapsang and a herbal blend with ginger.</p>
  <p>Each of them is described with how long to brew it, and which of our cups keeps it hot longest.</p>
  <p><a href="https://shop.example/teas/autumn">Read how to brew them</a></p>
  <p style="font-size: 13px; color: #555">You get this mail because you asked for our letter on shop.example.
    <a href="https://shop.example/leave">Leave the list</a>. The Tea Shop, 4 Harbour Street, Port Town</p>
</body>
</html>`,
    text: '',
  },
  bad: {
    subject: 'RE: YOU HAVE WON!!! CLAIM YOUR $1,000,000 NOW!!!',
    html: `<html><body>
<script>track()</script>
<p style="color:#fff;background:#fff;font-size:1px">invoice meeting family agenda</p>
<h1>CONGRATULATIONS, DEAR WINNER!!!</h1>
<p>Click here NOW or lose your prize. 100% FREE, no risk, act immediately!!!</p>
<a href="http://bit.ly/3xYz">https://www.mybank.example/login</a>
<img src="http://203.0.113.9/prize.gif" width="600" height="900">
<form action="http://203.0.113.9/steal"><input name="password"></form>
</body></html>`,
    text: '',
  },
};

/** A sample with the account's own sender and a recipient that needs no network. */
export const sampleOf = (sample: Sample, from: string, to = TO): Draft => ({ ...EMPTY, ...BODIES[sample], from, to });

export const isSample = (text: string): text is Sample => SAMPLES.some(one => one === text);
