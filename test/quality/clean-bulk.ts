// Bulk mail without a defect, in the markup that common tools make: MJML, Mailchimp's editor, Foundation for Emails, hand-written HTML with
// dark mode; English, Indonesian, Chinese. Our own words.
import { word, type Letter } from './letter.ts';

const LEAVE = 'https://mail.kopisenja.example/u/42';

const bulk = (from: string, subject: string, leave: string): Letter['fields'] => [
  ['From', from],
  ['To', 'Reader <reader@penerima.example>'],
  ['Subject', subject],
  ['Date', 'Sun, 22 Nov 2026 09:30:00 +0000'],
  ['Message-ID', '<n.20261122.7@mail.kopisenja.example>'],
  ['List-Unsubscribe', `<${leave}>`],
  ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
];

/** MJML: a font by @import behind a condition, widths by media query, ghost tables for Outlook. */
const mjml: Letter = {
  fields: bulk('Kopi Senja <kabar@kopisenja.example>', 'Kabar kebun dan jadwal panggang minggu ini', LEAVE),
  text: `Halo Maria,

Panen dari Gayo tiba hari Rabu dan kami panggang setiap Kamis pagi. Minggu ini ada dua biji baru: satu ringan untuk seduh manual dan satu lebih pekat untuk susu.

Lihat daftar lengkapnya di https://kopisenja.example/katalog

Anda menerima email ini karena mendaftar di toko kami. Berhenti berlangganan: ${LEAVE}

Kopi Senja, Jalan Braga 18, Bandung 40111
`,
  html: `<!doctype html>
<html lang="id" dir="auto" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<title>Kabar kebun</title>
<!--[if !mso]><!--><meta http-equiv="X-UA-Compatible" content="IE=edge"><!--<![endif]-->
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style type="text/css">
#outlook a { padding:0; }
body { margin:0;padding:0;-webkit-text-size-adjust:100%;-ms-text-size-adjust:100%; }
table, td { border-collapse:collapse;mso-table-lspace:0pt;mso-table-rspace:0pt; }
img { border:0;height:auto;line-height:100%; outline:none;text-decoration:none;-ms-interpolation-mode:bicubic; }
p { display:block;margin:13px 0; }
</style>
<!--[if mso]><noscript><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml></noscript><![endif]-->
<!--[if lte mso 11]><style type="text/css">.mj-outlook-group-fix { width:100% !important; }</style><![endif]-->
<!--[if !mso]><!--><link href="https://fonts.googleapis.com/css?family=Ubuntu:300,400,500,700" rel="stylesheet" type="text/css"><style type="text/css">@import url(https://fonts.googleapis.com/css?family=Ubuntu:300,400,500,700);</style><!--<![endif]-->
<style type="text/css">@media only screen and (min-width:480px) { .mj-column-per-100 { width:100% !important; max-width: 100%; } .mj-column-per-50 { width:50% !important; max-width: 50%; } }</style>
<style media="screen and (min-width:480px)">.moz-text-html .mj-column-per-100 { width:100% !important; max-width: 100%; }</style>
</head>
<body style="word-spacing:normal;background-color:#f4f1ec;">
<div style="display:none;font-size:1px;color:#ffffff;line-height:1px;max-height:0px;max-width:0px;opacity:0;overflow:hidden;">Dua biji baru dan jadwal panggang minggu ini</div>
<div aria-roledescription="email" style="background-color:#f4f1ec;" role="article" lang="id" dir="auto">
<!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" class="" role="presentation" style="width:600px;" width="600" bgcolor="#ffffff"><tr><td style="line-height:0px;font-size:0px;mso-line-height-rule:exactly;"><![endif]-->
<div style="background:#ffffff;background-color:#ffffff;margin:0px auto;max-width:600px;">
<table align="center" border="0" cellpadding="0" cellspacing="0" role="presentation" style="background:#ffffff;background-color:#ffffff;width:100%;"><tbody><tr><td style="direction:ltr;font-size:0px;padding:20px 0;text-align:center;">
<!--[if mso | IE]><table role="presentation" border="0" cellpadding="0" cellspacing="0"><tr><td class="" style="vertical-align:top;width:600px;"><![endif]-->
<div class="mj-column-per-100 mj-outlook-group-fix" style="font-size:0px;text-align:left;direction:ltr;display:inline-block;vertical-align:top;width:100%;">
<table border="0" cellpadding="0" cellspacing="0" role="presentation" style="vertical-align:top;" width="100%"><tbody>
<tr><td align="center" style="font-size:0px;padding:10px 25px;word-break:break-word;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:collapse;border-spacing:0px;"><tbody><tr><td style="width:150px;"><img alt="Kopi Senja" src="https://kopisenja.example/i/logo.png" style="border:0;display:block;outline:none;text-decoration:none;height:auto;width:100%;font-size:13px;" width="150" height="auto"></td></tr></tbody></table></td></tr>
<tr><td align="left" style="font-size:0px;padding:10px 25px;word-break:break-word;"><div style="font-family:Ubuntu, Helvetica, Arial, sans-serif;font-size:16px;line-height:1.5;text-align:left;color:#332b24;">Halo Maria,<br><br>Panen dari Gayo tiba hari Rabu dan kami panggang setiap Kamis pagi. Minggu ini ada dua biji baru: satu ringan untuk seduh manual dan satu lebih pekat untuk susu.</div></td></tr>
<tr><td align="center" style="font-size:0px;padding:10px 25px;word-break:break-word;"><table border="0" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:separate;line-height:100%;"><tbody><tr><td align="center" bgcolor="#7a3e12" role="presentation" style="border:none;border-radius:3px;cursor:auto;mso-padding-alt:10px 25px;background:#7a3e12;" valign="middle"><a href="https://kopisenja.example/katalog" style="display:inline-block;background:#7a3e12;color:#ffffff;font-family:Ubuntu, Helvetica, Arial, sans-serif;font-size:13px;font-weight:normal;line-height:120%;margin:0;text-decoration:none;text-transform:none;padding:10px 25px;mso-padding-alt:0px;border-radius:3px;" target="_blank"> Lihat daftar lengkapnya </a></td></tr></tbody></table></td></tr>
<tr><td align="center" style="font-size:0px;padding:10px 25px;word-break:break-word;"><p style="border-top:solid 1px #e5ded4;font-size:1px;margin:0px auto;width:100%;"></p><!--[if mso | IE]><table align="center" border="0" cellpadding="0" cellspacing="0" style="border-top:solid 1px #e5ded4;font-size:1px;margin:0px auto;width:550px;" role="presentation" width="550px"><tr><td style="height:0;line-height:0;"> &nbsp; </td></tr></table><![endif]--></td></tr>
<tr><td align="center" style="font-size:0px;padding:10px 25px;word-break:break-word;"><div style="font-family:Ubuntu, Helvetica, Arial, sans-serif;font-size:12px;line-height:1.4;text-align:center;color:#6b5d50;">Anda menerima email ini karena mendaftar di toko kami. <a href="${LEAVE}" style="color:#6b5d50">Berhenti berlangganan</a><br>Kopi Senja, Jalan Braga 18, Bandung 40111</div></td></tr>
</tbody></table></div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</td></tr></tbody></table></div>
<!--[if mso | IE]></td></tr></table><![endif]-->
</div>
</body>
</html>`,
  encoding: 'quoted-printable',
};

/** Mailchimp's editor: a long sheet with vendor rules, a hidden preview with filler, links by a redirector. */
const mailchimp: Letter = {
  fields: [
    ...bulk(
      'Lakeside Cycling Club <hello@lakesidecycling.example>',
      'Autumn rides, the new workshop, and a thank you',
      'https://lakesidecycling.us8.listmail.example/unsubscribe?u=ab12&id=9&e=77',
    ),
    ['List-ID', 'Club news <9c1.ab12.listmail.example>'],
    ['Precedence', 'bulk'],
  ],
  text: `Autumn rides, the new workshop, and a thank you

The Sunday ride leaves from the boathouse at nine, rain or shine. Bring lights: the way back is after dusk.

The workshop in Harbour Lane is open on Tuesday evenings. Tools are free for members; new chains and brake pads are sold at cost.

Thank you to the twelve of you who helped to mark the gravel route. The map is at https://lakesidecycling.example/map

Our mailing address is:
Lakeside Cycling Club, 4 Harbour Lane, Kendal LA9 4QT

Unsubscribe from this list: https://lakesidecycling.us8.listmail.example/unsubscribe?u=ab12&id=9&e=77
`,
  html: `<!doctype html>
<html lang="en" xmlns="http://www.w3.org/1999/xhtml" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
<!--[if gte mso 15]><xml><o:OfficeDocumentSettings><o:AllowPNG/><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
<meta charset="UTF-8"><meta http-equiv="X-UA-Compatible" content="IE=edge"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Autumn rides</title>
<style>
p{margin:10px 0;padding:0;}
table{border-collapse:collapse;}
h1,h2,h3,h4,h5,h6{display:block;margin:0;padding:0;}
img,a img{border:0;height:auto;outline:none;text-decoration:none;}
body,#bodyTable,#bodyCell{height:100%;margin:0;padding:0;width:100%;}
.mcnPreviewText{display:none !important;}
#outlook a{padding:0;}
.ReadMsgBody{width:100%;}.ExternalClass{width:100%;}
p,a,li,td,blockquote{mso-line-height-rule:exactly;}
a[href^=tel],a[href^=sms]{color:inherit;cursor:default;text-decoration:none;}
a[x-apple-data-detectors]{color:inherit !important;text-decoration:none !important;font-size:inherit !important;}
.templateContainer{max-width:600px !important;}
body,#bodyTable{background-color:#FAFAFA;}
h1{color:#202020;font-family:Helvetica;font-size:26px;line-height:125%;text-align:left;}
#templateFooter .mcnTextContent p{color:#656565;font-family:Helvetica;font-size:12px;line-height:150%;text-align:center;}
@media only screen and (max-width:480px){ body{width:100% !important;min-width:100% !important;} .mcnImage{width:100% !important;} h1{font-size:22px !important;line-height:125% !important;} }
</style></head>
<body>
<!--*|IF:MC_PREVIEW_TEXT|*-->
<!--[if !gte mso 9]><!----><span class="mcnPreviewText" style="display:none; font-size:0px; line-height:0px; max-height:0px; max-width:0px; opacity:0; overflow:hidden; visibility:hidden; mso-hide:all;">The Sunday ride leaves at nine.${'&nbsp;&zwnj;'.repeat(60)}</span><!--<![endif]-->
<center>
<table align="center" border="0" cellpadding="0" cellspacing="0" height="100%" width="100%" id="bodyTable"><tr><td align="center" valign="top" id="bodyCell">
<!--[if (gte mso 9)|(IE)]><table align="center" border="0" cellspacing="0" cellpadding="0" width="600" style="width:600px;"><tr><td align="center" valign="top" width="600" style="width:600px;"><![endif]-->
<table border="0" cellpadding="0" cellspacing="0" width="100%" class="templateContainer">
<tr><td valign="top" id="templateHeader"><a href="https://lakesidecycling.us8.listmail.example/track/click?u=ab12&amp;id=1&amp;e=77" title="" class="" target="_blank"><img align="center" alt="Riders on the lake road" src="https://img.listmail.example/ab12/ride.jpg" width="564" style="max-width:1200px; padding-bottom:0; display:inline !important; vertical-align:bottom;" class="mcnImage"></a></td></tr>
<tr><td valign="top" class="mcnTextContent" style="padding:0 18px 9px;color:#202020"><h1>Autumn rides</h1>
<p>The Sunday ride leaves from the boathouse at nine, rain or shine. Bring lights: the way back is after dusk.</p>
<p>The workshop in Harbour Lane is open on Tuesday evenings. Tools are free for members; new chains and brake pads are sold at cost.</p>
<p>Thank you to the twelve of you who helped to mark the gravel route. <a href="https://lakesidecycling.us8.listmail.example/track/click?u=ab12&amp;id=2&amp;e=77" target="_blank">The map is here</a>.</p></td></tr>
<tr><td valign="top" id="templateFooter" class="mcnTextContent"><p><em>Copyright &copy; 2026 Lakeside Cycling Club.</em><br><br><strong>Our mailing address is:</strong><br>Lakeside Cycling Club, 4 Harbour Lane, Kendal LA9 4QT<br><br>Want to change how you receive these emails?<br>You can <a href="https://lakesidecycling.us8.listmail.example/profile?u=ab12&amp;id=9&amp;e=77">update your preferences</a> or <a href="https://lakesidecycling.us8.listmail.example/unsubscribe?u=ab12&amp;id=9&amp;e=77">unsubscribe from this list</a>.</p></td></tr>
</table>
<!--[if (gte mso 9)|(IE)]></td></tr></table><![endif]-->
</td></tr></table>
</center>
<img src="https://lakesidecycling.us8.listmail.example/track/open.php?u=ab12&amp;id=9&amp;e=77" height="1" width="1" alt="">
</body></html>`,
};

/** Foundation for Emails: classes inlined, block grid, a menu. Chinese. */
const foundation: Letter = {
  fields: bulk(
    `${word('青竹书店')} <news@qingzhu.example>`,
    word('十一月书单：六本新小说和两本传记'),
    'https://qingzhu.example/leave?u=42',
  ),
  text: `您好，

十一月的书单已经选好：六本新小说和两本传记，全部有现货。您可以先在网站上试读每本书的第一章，再决定要不要购买。周五中午前下单，周六送达。

查看书单：https://qingzhu.example/november

不想再收到此类邮件？退订：https://qingzhu.example/leave?u=42

青竹书店，上海市徐汇区衡山路 18 号 200031
`,
  html: `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="zh-CN" xml:lang="zh-CN"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><meta name="viewport" content="width=device-width" /><title>十一月书单</title>
<style>@media only screen{html{min-height:100%;background:#f3f3f3}}@media only screen and (max-width:596px){.small-float-center{margin:0 auto!important;float:none!important;text-align:center!important}table.body img{width:auto;height:auto}table.body center{min-width:0!important}table.body .columns{height:auto!important;-moz-box-sizing:border-box;box-sizing:border-box;padding-left:16px!important;padding-right:16px!important}th.small-12{display:inline-block!important;width:100%!important}}</style></head>
<body style="-moz-box-sizing:border-box;-ms-text-size-adjust:100%;-webkit-box-sizing:border-box;-webkit-text-size-adjust:100%;Margin:0;background:#f3f3f3;box-sizing:border-box;color:#0a0a0a;font-family:Helvetica,Arial,'PingFang SC',sans-serif;font-size:16px;font-weight:400;line-height:1.3;margin:0;min-width:100%;padding:0;text-align:left;width:100%!important">
<span class="preheader" style="color:#f3f3f3;display:none!important;font-size:1px;line-height:1px;max-height:0;max-width:0;mso-hide:all!important;opacity:0;overflow:hidden;visibility:hidden">六本新小说和两本传记，全部有现货</span>
<table class="body" style="Margin:0;background:#f3f3f3;border-collapse:collapse;border-spacing:0;color:#0a0a0a;height:100%;margin:0;padding:0;width:100%"><tbody><tr><td class="center" align="center" valign="top" style="-moz-hyphens:auto;-webkit-hyphens:auto;hyphens:auto;padding:0"><center style="min-width:580px;width:100%">
<table align="center" class="container float-center" style="Margin:0 auto;background:#fefefe;border-collapse:collapse;float:none;margin:0 auto;padding:0;text-align:center;width:580px"><tbody><tr><td style="padding:0;text-align:left">
<table class="spacer" style="border-collapse:collapse;width:100%"><tbody><tr><td height="16" style="font-size:16px;line-height:16px;mso-line-height-rule:exactly">&#xA0;</td></tr></tbody></table>
<table class="row" style="border-collapse:collapse;display:table;padding:0;position:relative;width:100%"><tbody><tr><th class="small-12 large-12 columns first last" style="Margin:0 auto;color:#0a0a0a;font-weight:400;margin:0 auto;padding:0 16px 16px;width:564px"><table style="width:100%"><tr><th>
<h1 style="color:inherit;font-size:28px">您好，</h1><p>十一月的书单已经选好：六本新小说和两本传记，全部有现货。您可以先在网站上试读每本书的第一章，再决定要不要购买。周五中午前下单，周六送达。</p>
<table class="button" style="width:auto"><tr><td><table><tr><td style="background:#1a5f4a;border:0 solid #1a5f4a;color:#fefefe"><a href="https://qingzhu.example/november" style="border-radius:3px;color:#fefefe;display:inline-block;padding:8px 16px;text-decoration:none">查看书单</a></td></tr></table></td></tr></table>
<p class="text-center"><img src="https://qingzhu.example/i/books.jpg" alt="八本书的封面" width="532" height="180" style="clear:both;display:block;max-width:100%;width:auto" /></p>
<p style="font-size:12px;color:#5a5a5a">不想再收到此类邮件？<a href="https://qingzhu.example/leave?u=42" style="color:#1a5f4a">退订</a><br />青竹书店，上海市徐汇区衡山路 18 号 200031</p>
</th><th class="expander" style="padding:0!important;visibility:hidden;width:0"></th></tr></table></th></tr></tbody></table></td></tr></tbody></table></center></td></tr></tbody></table>
<div style="display:none;white-space:nowrap;font:15px courier;line-height:0">&#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0; &#xA0;</div></body></html>`,
  encoding: 'base64',
};

/** Hand-written, with dark mode by media query and by Outlook.com's attributes, and a button in VML. */
const dark: Letter = {
  fields: bulk(
    'Northwind Radio <post@northwindradio.example>',
    'The winter programme, and two evenings at the harbour',
    'https://northwindradio.example/leave/42',
  ),
  text: `The winter programme begins on Monday: three new series, and the old mystery plays on Saturday nights.

Two evenings at the harbour hall are open to listeners. Seats are given in the order of letters that reach us.

Programme: https://northwindradio.example/winter

You asked for this letter on our site. Unsubscribe: https://northwindradio.example/leave/42
Northwind Radio, P.O. Box 118, Bergen
`,
  html: `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,address=no,email=no,date=no"><title>The winter programme</title>
<style>:root{color-scheme:light dark;supported-color-schemes:light dark}
body{background:#ffffff;color:#1d2a35}
.card{background-color:#f1f4f7}
@media (prefers-color-scheme:dark){body,.card{background:#10161c !important;color:#e6ecf2 !important}.light{display:none !important}.dark{display:block !important;max-height:none !important}a{color:#8fc1ff !important}}
[data-ogsc] .card{background-color:#10161c !important}[data-ogsc] a{color:#8fc1ff !important}
u + .body .gmail-fix{min-width:100vw}
</style></head>
<body class="body" style="margin:0;padding:0;background:#ffffff;color:#1d2a35">
<div role="article" aria-roledescription="email" aria-label="The winter programme" lang="en" style="font-size:1rem;font-family:Georgia,serif">
<!--[if !mso]><!--><div class="dark" style="display:none;overflow:hidden;float:left;width:0;max-height:0;line-height:0"><img src="https://northwindradio.example/i/logo-dark.png" width="160" height="40" alt="Northwind Radio"></div><!--<![endif]-->
<img class="light" src="https://northwindradio.example/i/logo.png" width="160" height="40" alt="Northwind Radio" style="display:block">
<h1 style="font-size:26px">The winter programme</h1>
<p>The winter programme begins on Monday: three new series, and the old mystery plays on Saturday nights.</p>
<p class="card" style="padding:12px">Two evenings at the harbour hall are open to listeners. Seats are given in the order of letters that reach us.</p>
<!--[if mso]><v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w="urn:schemas-microsoft-com:office:word" href="https://northwindradio.example/winter" style="height:40px;v-text-anchor:middle;width:200px;" arcsize="10%" stroke="f" fillcolor="#1a4f9c"><w:anchorlock/><center style="color:#ffffff;font-family:sans-serif;font-size:14px;">See the programme</center></v:roundrect><![endif]-->
<!--[if !mso]><!--><a href="https://northwindradio.example/winter" style="background:#1a4f9c;color:#ffffff;border-radius:4px;display:inline-block;line-height:40px;text-align:center;text-decoration:none;width:200px;mso-hide:all">See the programme</a><!--<![endif]-->
<p style="font-size:13px;color:#4a5560">You asked for this letter on our site. <a href="https://northwindradio.example/leave/42">Unsubscribe</a><br>Northwind Radio, P.O. Box 118, Bergen</p>
</div></body></html>`,
};

/** A digest of a discussion list: text only, many links. */
const digest: Letter = {
  fields: [
    ['From', 'Rust belt gardeners <digest@lists.gardeners.example>'],
    ['Reply-To', 'Rust belt gardeners <talk@lists.gardeners.example>'],
    ['To', 'talk@lists.gardeners.example'],
    ['Subject', '[gardeners] Digest 214: frost dates, seed swap'],
    ['Date', 'Sat, 21 Nov 2026 18:00:00 -0500 (EST)'],
    ['Message-ID', '<digest.214@lists.gardeners.example>'],
    ['List-Id', 'Gardeners of the lakes <talk.lists.gardeners.example>'],
    ['List-Unsubscribe', '<https://lists.gardeners.example/leave/9>, <mailto:talk-leave@lists.gardeners.example>'],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['List-Archive', '<https://lists.gardeners.example/archive>'],
  ],
  text: `Today:\n\n${[...Array(12).keys()].map(n => `${n + 1}. Frost came early in the valley, letter ${n + 1}\n   The beds by the fence were covered in time and the beans are safe for another week.\n   https://lists.gardeners.example/archive/${n + 100}\n`).join('\n')}\n-- \nTo unsubscribe: https://lists.gardeners.example/leave/9\nGardeners of the Lakes, 77 Orchard Street, Erie PA 16501\n`,
  html: null,
};

/** Long: near Gmail's limit and below it. */
const long: Letter = {
  ...mailchimp,
  html: (mailchimp.html ?? '').replace(
    '<h1>Autumn rides</h1>',
    () =>
      `<h1>Autumn rides</h1>${[...Array(150).keys()].map(n => `<h2 style="font-size:18px;margin:18px 0 6px;color:#202020">Ride ${n + 1}</h2>\n<p style="color:#333333;font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:150%;">Route ${n + 1} follows the old railway to the ferry, turns inland after the mill, and comes back over the ridge. It is ${n + 20} kilometres long, mostly gravel, and has one café. The leader waits at every crossing, so nobody is left behind on the climb. <a href="https://lakesidecycling.example/rides/${n + 1}" style="color:#1a4f9c">Map and times</a></p>\n`).join('')}`,
  ),
};

export const BULK = { mjml, mailchimp, foundation, dark, digest, long } as const;
