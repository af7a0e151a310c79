// Mail to one person without a defect: receipts, passwords, parcels, invitations, AMP, personal letters, replies; English, Indonesian, Chinese.
import { word, type Letter } from './letter.ts';

const one = (from: string, subject: string, more: Letter['fields'] = []): Letter['fields'] => [
  ['From', from],
  ['To', 'Ana <ana@penerima.example>'],
  ['Subject', subject],
  ['Date', 'Sun, 22 Nov 2026 10:12:00 +0700'],
  ['Message-ID', '<t.8812@mail.warungsari.example>'],
  ...more,
];
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const PDF = Buffer.from(
  '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n',
);

const receipt: Letter = {
  fields: one('Warung Sari <toko@warungsari.example>', 'Bukti pembayaran pesanan 8812'),
  text: `Terima kasih, Ana.

Pesanan 8812 sudah kami terima dan dibayar lunas:

2 x Kopi Gayo 250 g      Rp 170.000
1 x Saringan kertas      Rp  35.000
Ongkos kirim             Rp  18.000
Jumlah                   Rp 223.000

Status pesanan: https://warungsari.example/pesanan/8812

Warung Sari, Jalan Malioboro 5, Yogyakarta
`,
  html: `<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>Bukti pembayaran</title><style>td{padding:6px 8px;border-bottom:1px solid #ddd}.num{text-align:right}</style></head>
<body style="font-family:Arial,sans-serif;color:#222222"><p><img src="cid:logo@warungsari" alt="Warung Sari" width="120" height="40"></p><p>Terima kasih, Ana.</p><p>Pesanan 8812 sudah kami terima dan dibayar lunas:</p>
<table cellspacing="0"><tr><th scope="col">Barang</th><th scope="col">Harga</th></tr><tr><td>2 x Kopi Gayo 250 g</td><td class="num">Rp 170.000</td></tr><tr><td>1 x Saringan kertas</td><td class="num">Rp 35.000</td></tr><tr><td>Ongkos kirim</td><td class="num">Rp 18.000</td></tr><tr><td><b>Jumlah</b></td><td class="num"><b>Rp 223.000</b></td></tr></table>
<p><a href="https://warungsari.example/pesanan/8812">Status pesanan</a></p><p>Warung Sari, Jalan Malioboro 5, Yogyakarta</p></body></html>`,
  attachments: [
    { type: 'image/png', name: 'logo.png', content: PNG, cid: 'logo@warungsari' },
    { type: 'application/pdf', name: 'bukti-8812.pdf', content: PDF },
  ],
};

const password: Letter = {
  fields: one(`${word('云杉账号')} <noreply@id.yunshan.example>`, word('重设您的密码')),
  text: '您好：\n\n我们收到了重设密码的请求。请在 30 分钟内打开下面的链接：\n\nhttps://id.yunshan.example/reset/9f31c2\n\n如果不是您本人操作，请忽略这封邮件，密码不会改变。\n\n云杉软件，杭州市西湖区文三路 90 号\n',
  html: '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>重设密码</title></head><body style="background-color:#ffffff;color:#222222"><p>您好：</p><p>我们收到了重设密码的请求。请在 30 分钟内打开下面的链接：</p><p><a href="https://id.yunshan.example/reset/9f31c2" style="background-color:#0b62c4;color:#ffffff;padding:10px 18px;border-radius:4px;text-decoration:none">重设密码</a></p><p>如果按钮打不开，请复制此地址：<br><a href="https://id.yunshan.example/reset/9f31c2">https://id.yunshan.example/reset/9f31c2</a></p><p>如果不是您本人操作，请忽略这封邮件，密码不会改变。</p><p>云杉软件，杭州市西湖区文三路 90 号</p></body></html>',
};

/** A sign-in code: hardly any text. */
const code: Letter = {
  fields: one('Harbour Bank <codes@harbourbank.example>', '482913 is your sign-in code'),
  text: 'Your code is 482913. It is good for 10 minutes. We never ask for it by phone.\n',
  html: '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Code</title></head><body><p>Your code is <b style="font-size:24px;letter-spacing:4px">482913</b>.</p><p>It is good for 10 minutes. We never ask for it by phone.</p></body></html>',
};

const parcel: Letter = {
  fields: one('Green Wheel Outfitters <orders@greenwheel.example>', 'Your parcel is on its way'),
  text: 'Hello Ana,\n\nyour order 5521 left our house today with Swift Parcel and should be with you on Tuesday.\n\nTracking: https://track.swiftparcel.example/GW5521\nOrder: https://greenwheel.example/orders/5521\n\nGreen Wheel Outfitters, 31 Station Road, Leeds LS1 4DY\n',
  html: '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>On its way</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"ParcelDelivery","trackingNumber":"GW5521"}</script></head><body bgcolor="#ffffff"><table role="presentation" width="100%"><tr><td bgcolor="#ffffff"><font color="#222222">Hello Ana,<br><br>your order 5521 left our house today with Swift Parcel and should be with you on Tuesday.</font></td></tr><tr><td><a href="https://track.swiftparcel.example/GW5521">Follow the parcel</a> or <a href="https://greenwheel.example/orders/5521">see the order</a></td></tr><tr><td>Green Wheel Outfitters, 31 Station Road, Leeds LS1 4DY, <a href="tel:+441130000000">+44 113 000 0000</a>, <a href="mailto:help@greenwheel.example">help@greenwheel.example</a></td></tr></table></body></html>',
};

const ICS = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//Plan//EN
METHOD:REQUEST
BEGIN:VEVENT
UID:20261130-1@plan.example
DTSTAMP:20261122T100000Z
DTSTART:20261130T090000Z
DTEND:20261130T100000Z
SUMMARY:Planning of the spring catalogue
ORGANIZER:mailto:lena@verlag.example
ATTENDEE;RSVP=TRUE:mailto:ana@penerima.example
END:VEVENT
END:VCALENDAR
`;
const invitation: Letter = {
  fields: one('Lena Vogel <lena@verlag.example>', 'Invitation: planning of the spring catalogue, Mon 30 Nov 10:00'),
  text: 'Dear Ana,\n\nlet us go through the spring catalogue on Monday at ten. Bring the list of covers that are still open.\n\nRoom 4, or by phone: https://meet.verlag.example/r/spring\n\nLena\n',
  html: '<div dir="ltr"><p>Dear Ana,</p><p>let us go through the spring catalogue on Monday at ten. Bring the list of covers that are still open.</p><p>Room 4, or by phone: <a href="https://meet.verlag.example/r/spring">https://meet.verlag.example/r/spring</a></p><p>Lena</p></div>',
  others: [{ type: 'text/calendar; charset=utf-8; method=REQUEST', body: ICS }],
  attachments: [{ type: 'application/ics', name: 'invite.ics', content: Buffer.from(ICS) }],
};

const amp: Letter = {
  fields: one('Tablebook <bookings@tablebook.example>', 'Your table for four on Friday'),
  text: 'Hello Ana, your table for four is booked for Friday at 19:30 at the Old Mill. If your plans change, tell us here: https://tablebook.example/b/771\n',
  html: '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Your table</title></head><body><p>Hello Ana, your table for four is booked for Friday at 19:30 at the Old Mill.</p><p>If your plans change, <a href="https://tablebook.example/b/771">tell us here</a>.</p></body></html>',
  others: [
    {
      type: 'text/x-amp-html; charset=utf-8',
      body: '<!doctype html>\n<html ⚡4email data-css-strict lang="en"><head><meta charset="utf-8"><script async src="https://cdn.ampproject.org/v0.js"></script><script async custom-element="amp-form" src="https://cdn.ampproject.org/v0/amp-form-0.1.js"></script><style amp4email-boilerplate>body{visibility:hidden}</style></head><body><p>Hello Ana, your table for four is booked.</p><form method="post" action-xhr="https://tablebook.example/amp"><input type="submit" value="Confirm"></form></body></html>',
    },
  ],
};

const personal: Letter = {
  fields: one('Ann Weber <ann@weberfamilie.example>', 'Thursday'),
  text: 'Hi Ana,\n\nThursday at noon works for me. I will book the table by the window.\n\nSee you,\nAnn\n',
  html: null,
};

/** Gmail's form of an answer: a quoted mail below. */
const answer: Letter = {
  fields: one('Budi <budi@studiokayu.example>', 'Re: Ukuran meja rapat', [
    ['In-Reply-To', '<q1@penerima.example>'],
    ['References', '<q1@penerima.example>'],
  ]),
  text: 'Halo Ana,\n\nmeja ukuran 240 cm masih cukup untuk sepuluh orang. Gambarnya saya kirim besok.\n\nPada Sab, 21 Nov 2026 pukul 16.02 Ana <ana@penerima.example> menulis:\n\n> Apakah meja 240 cm cukup?\n> Kami sepuluh orang.\n',
  html: '<div dir="ltr">Halo Ana,<div><br></div><div>meja ukuran 240 cm masih cukup untuk sepuluh orang. Gambarnya saya kirim besok.</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Pada Sab, 21 Nov 2026 pukul 16.02 Ana &lt;<a href="mailto:ana@penerima.example">ana@penerima.example</a>&gt; menulis:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><div dir="ltr">Apakah meja 240 cm cukup?<br>Kami sepuluh orang.</div></blockquote></div>',
};

/** As Word writes it for Outlook. */
const word365: Letter = {
  fields: one('Claire Dubois <claire@atelierdubois.example>', 'RE: Devis pour la vitrine', [
    ['In-Reply-To', '<d7@penerima.example>'],
    ['References', '<d6@penerima.example>\n <d7@penerima.example>'],
    ['Thread-Topic', 'Devis pour la vitrine'],
    ['Accept-Language', 'fr-FR'],
    ['Content-Language', 'fr-FR'],
  ]),
  text: 'Bonjour Ana,\n\nVoici le devis corrigé pour la vitrine, avec le verre feuilleté que vous avez demandé. Nous pouvons poser le 9 décembre.\n\nBien à vous,\nClaire\n',
  html: `<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word" xmlns:m="http://schemas.microsoft.com/office/2004/12/omml" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Microsoft Word 15 (filtered medium)">
<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);} o\\:* {behavior:url(#default#VML);} .shape {behavior:url(#default#VML);}</style><![endif]-->
<style><!--
/* Font Definitions */
@font-face {font-family:"Cambria Math"; panose-1:2 4 5 3 5 4 6 3 2 4;}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
span.EmailStyle19 {mso-style-type:personal-reply; font-family:"Calibri",sans-serif; color:windowtext;}
@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 70.85pt 70.85pt;}
div.WordSection1 {page:WordSection1;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang="FR" link="#0563C1" vlink="#954F72" style="word-wrap:break-word"><div class="WordSection1">
<p class="MsoNormal"><span style="mso-fareast-language:EN-US">Bonjour Ana,<o:p></o:p></span></p>
<p class="MsoNormal"><span style="mso-fareast-language:EN-US"><o:p>&nbsp;</o:p></span></p>
<p class="MsoNormal">Voici le devis corrigé pour la vitrine, avec le verre feuilleté que vous avez demandé. Nous pouvons poser le 9 décembre.<o:p></o:p></p>
<p class="MsoNormal">Bien à vous,<br>Claire<o:p></o:p></p></div></body></html>`,
};

const notice: Letter = {
  fields: one('Forge <notifications@forge.example>', '[atlas/maps] Tiles are wrong north of 80° (#412)'.replace('°', ' deg'), [
    ['Reply-To', 'atlas/maps <reply+ab12@reply.forge.example>'],
    ['Auto-Submitted', 'auto-generated'],
  ]),
  text: 'mkristi left a comment (atlas/maps#412)\n\nThe tiles north of 80 degrees come from the old projection. I will mend the script.\n\n-- \nReply to this email directly or view it on Forge:\nhttps://forge.example/atlas/maps/issues/412#comment-9\n',
  html: '<p></p>\n<p><strong>mkristi</strong> left a comment <a href="https://forge.example/atlas/maps/issues/412#comment-9">(atlas/maps#412)</a></p>\n<p dir="auto">The tiles north of 80 degrees come from the old projection. I will mend the script.</p>\n<p style="font-size:small;-webkit-text-size-adjust:none;color:#666;">&mdash;<br />Reply to this email directly or <a href="https://forge.example/atlas/maps/issues/412#comment-9">view it on Forge</a>.<img src="https://forge.example/beacon/ab12.gif" height="1" width="1" alt="" /></p>\n',
};

export const OTHER = { receipt, password, code, parcel, invitation, amp, personal, answer, word365, notice } as const;
