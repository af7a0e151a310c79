// Names that phishing borrows, each with the registrable domains that are really theirs: facts of public knowledge, as data. A name
// that stands in a sender or link of another domain is a look-alike; a mail from one of these domains is what it says it is only as far
// as SPF, DKIM and DMARC say so.

/** Name as it is looked for (folded, without blanks) and the domains that may bear it; a domain without a dot is any under that label. */
const TABLE = `
paypal paypal.com paypal.me paypalobjects.com
amazon amazon amazonses.com amazonaws.com media-amazon.com a2z.com
apple apple.com icloud.com me.com applemusic.com
icloud icloud.com apple.com
itunes apple.com itunes.com
microsoft microsoft.com microsoftonline.com live.com outlook.com office.com office365.com sharepoint.com azure.com windows.com msn.com hotmail.com microsoftemail.com
office365 office.com office365.com microsoft.com
onedrive onedrive.com live.com microsoft.com sharepoint.com 1drv.ms
sharepoint sharepoint.com microsoft.com sharepointonline.com
outlook outlook.com microsoft.com live.com office.com
google google googlemail.com gmail.com youtube.com googleapis.com gstatic.com goo.gl withgoogle.com
gmail gmail.com google.com googlemail.com
netflix netflix.com nflxext.com
spotify spotify.com scdn.co
facebook facebook.com facebookmail.com fb.com meta.com metamail.com
instagram instagram.com facebook.com meta.com
whatsapp whatsapp.com facebook.com meta.com
linkedin linkedin.com licdn.com
twitter twitter.com x.com t.co
tiktok tiktok.com bytedance.com tiktokv.com
telegram telegram.org t.me
dropbox dropbox.com dropboxmail.com dropboxusercontent.com
docusign docusign.com docusign.net
adobe adobe.com adobesign.com echosign.com
wetransfer wetransfer.com we.tl
zoom zoom.us zoom.com zoomgov.com
steam steampowered.com steamcommunity.com
coinbase coinbase.com
binance binance.com binance.us
metamask metamask.io consensys.io consensys.net
ledger ledger.com
trezor trezor.io
kraken kraken.com
blockchain blockchain.com blockchain.info
trustwallet trustwallet.com
opensea opensea.io
dhl dhl.com dhl.de dhl dpdhl.com deutschepost.de
fedex fedex.com
ups ups.com upsemail.com
usps usps.com usps.gov
dpd dpd dpdgroup.com dpdlocal.co.uk
hermes myhermes.co.uk evri.com hermesworld.com
evri evri.com
royalmail royalmail.com
postnl postnl.nl postnl.com
laposte laposte.fr laposte.net
colissimo laposte.fr colissimo.fr
chronopost chronopost.fr
correios correios.com.br
correos correos.es
posteitaliane poste.it posteitaliane.it
swisspost post.ch
canadapost canadapost.ca canadapost-postescanada.ca
auspost auspost.com.au
chase chase.com jpmorgan.com jpmchase.com
wellsfargo wellsfargo.com wf.com
bankofamerica bankofamerica.com bofa.com
citibank citi.com citibank citigroup.com
capitalone capitalone.com
americanexpress americanexpress.com aexp.com
amex americanexpress.com amex.com
mastercard mastercard.com mastercard.us
usbank usbank.com
pncbank pnc.com
barclays barclays.co.uk barclays.com barclaycard.co.uk
hsbc hsbc
lloyds lloydsbank.co.uk lloydsbank.com lloydsbanking.com
natwest natwest.com
santander santander gruposantander.com santanderbank.com
bbva bbva
caixa caixa.gov.br caixabank.es caixabank.com
itau itau.com.br itau.com
bradesco bradesco.com.br bradesco.com
nubank nubank.com.br
bancodobrasil bb.com.br
serasa serasa.com.br serasaexperian.com.br
mercadolivre mercadolivre.com.br mercadolibre.com
mercadopago mercadopago.com mercadopago.com.br mercadolibre.com
sparkasse sparkasse.de sparkasse.at
volksbank volksbank.de vr.de
commerzbank commerzbank.de commerzbank.com
postbank postbank.de
comdirect comdirect.de
ing ing.com ing.de ing.nl ing.be
rabobank rabobank.nl rabobank.com
abnamro abnamro.nl abnamro.com
creditagricole credit-agricole.fr ca-paris.fr
bnpparibas bnpparibas bnpparibas.com
societegenerale societegenerale.fr socgen.com
unicredit unicredit.it unicreditgroup.eu
intesasanpaolo intesasanpaolo.com
revolut revolut.com
venmo venmo.com
cashapp cash.app square.com
zelle zellepay.com
westernunion westernunion.com
moneygram moneygram.com
wise wise.com transferwise.com
klarna klarna.com klarna.de
stripe stripe.com
ebay ebay ebay.com
walmart walmart.com
costco costco.com
target target.com
bestbuy bestbuy.com
homedepot homedepot.com
lowes lowes.com
alibaba alibaba.com aliyun.com alibaba-inc.com
aliexpress aliexpress.com
shein shein.com sheinmail.com
temu temu.com temuemail.com
airbnb airbnb airbnbmail.com
booking booking.com
expedia expedia.com expediamail.com
uber uber.com
norton norton.com nortonlifelock.com gendigital.com
mcafee mcafee.com
geeksquad bestbuy.com geeksquad.com
godaddy godaddy.com secureserver.net
namecheap namecheap.com
ionos ionos.com ionos.de 1and1.com
ovh ovh ovhcloud.com
cpanel cpanel.net cpanel.com
roundcube roundcube.net
webmail webmail
zimbra zimbra.com
att att.com att.net att-mail.com
verizon verizon.com verizonwireless.com
comcast comcast.com comcast.net xfinity.com
xfinity xfinity.com comcast.net
tmobile t-mobile.com t-mobile telekom.de
vodafone vodafone vodafone.com
telekom telekom.de telekom.com t-online.de
orange orange.fr orange.com
irs irs.gov
hmrc hmrc.gov.uk service.gov.uk
ameli ameli.fr assurance-maladie.fr
elster elster.de
impots impots.gouv.fr dgfip.finances.gouv.fr
correctional usdoj.gov
socialsecurity ssa.gov
medicare medicare.gov cms.gov
bca bca.co.id klikbca.com
klikbca klikbca.com bca.co.id
bankmandiri bankmandiri.co.id mandiri.co.id
livin bankmandiri.co.id
brimo bri.co.id brimo.bri.co.id
bankbri bri.co.id
bni bni.co.id
tokopedia tokopedia.com tokopedia.net
shopee shopee shopeemobile.com
bukalapak bukalapak.com
traveloka traveloka.com
gojek gojek.com gotocompany.com
gopay gopay.co.id gojek.com
ovo ovo.id
grab grab.com grabtaxi.com
jnt jet.co.id jtexpress
jne jne.co.id
sicepat sicepat.com
telkomsel telkomsel.com telkomsel.co.id
indihome telkom.co.id indihome.co.id
bpjs bpjs-kesehatan.go.id bpjsketenagakerjaan.go.id
pln pln.co.id
pajak pajak.go.id
coretax pajak.go.id
alipay alipay.com antgroup.com alipay-inc.com
taobao taobao.com alibaba-inc.com tmall.com
tmall tmall.com taobao.com
wechat wechat.com weixin.qq.com qq.com tencent.com
tencent tencent.com qq.com cloud.tencent.com
jingdong jd.com
icbc icbc.com.cn
ccb ccb.com ccb.cn
cmbchina cmbchina.com
unionpay unionpay.com 95516.com
12306 12306.cn rails.com.cn
rakuten rakuten.co.jp rakuten.com
mercari mercari.jp mercari.com
smbc smbc.co.jp smbc-card.com
jcb jcb.co.jp
sagawa sagawa-exp.co.jp
yamato kuronekoyamato.co.jp
allegro allegro.pl
inpost inpost.pl inpost.it inpost.co.uk
garanti garantibbva.com.tr
ptt ptt.gov.tr
sberbank sberbank.ru sber.ru
gosuslugi gosuslugi.ru
`;

export type Brand = { readonly name: string; readonly domains: readonly string[] };
export const BRANDS: readonly Brand[] = TABLE.trim()
  .split('\n')
  .map(line => line.split(' '))
  .map(([name = '', ...domains]) => ({ name, domains }));

const BY_NAME = new Map(BRANDS.map(brand => [brand.name, brand]));
/** Names under five letters are words and parts of words in any language: they count as a whole label or word only. */
const LONG = BRANDS.filter(brand => brand.name.length >= 6);

/** Does this registrable domain belong to the brand? `label` is its first label. */
export function isOf(brand: Brand, domain: string): boolean {
  const label = domain.slice(0, Math.max(0, domain.indexOf('.')));
  return brand.domains.some(one => (one.includes('.') ? domain === one || domain.endsWith(`.${one}`) : label === one));
}

/** Registrable domains of the table itself: mail that comes from one. */
const OWNED = new Set(BRANDS.flatMap(brand => brand.domains.filter(one => one.includes('.'))));
export const isBrandDomain = (domain: string): boolean => OWNED.has(domain);

/** The brand that a short text (a sender's name, a heading) names: two neighbouring words may be one name. */
export function brandNamed(words: readonly string[]): Brand | null {
  for (const [i, word] of words.entries()) {
    const found = BY_NAME.get(word) ?? BY_NAME.get(word + (words[i + 1] ?? ''));
    if (found) return found;
  }
  return null;
}

/** The brand whose name stands in a host that is not the brand's: whole labels and pieces between hyphens, digits read as letters. */
export function brandBorrowed(host: string, domain: string): Brand | null {
  const plain = host.replace(/[0134578]/g, digit => ({ 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b' })[digit] ?? digit);
  for (const one of plain === host ? [host] : [host, plain]) {
    for (const piece of one.split(/[.-]/)) {
      const found = BY_NAME.get(piece);
      if (found && !isOf(found, domain)) return found;
    }
    const found = LONG.find(brand => one.includes(brand.name) && !isOf(brand, domain));
    if (found) return found;
  }
  return nearBrand(domain);
}

/** One letter off: `paypai.com`. Only names of seven letters and more, others are near to words. */
function nearBrand(domain: string): Brand | null {
  const label = domain
    .slice(0, Math.max(0, domain.indexOf('.')))
    .replace(/rn/g, 'm')
    .replace(/vv/g, 'w');
  if (label.length < 6) return null;
  return (
    LONG.find(
      brand =>
        (brand.name.length >= 7 || label !== domain.slice(0, domain.indexOf('.'))) && offByOne(label, brand.name) && !isOf(brand, domain),
    ) ?? null
  );
}

function offByOne(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  let j = 0;
  while (j < a.length - i && j < b.length - i && a[a.length - 1 - j] === b[b.length - 1 - j]) j++;
  const rest = Math.max(a.length, b.length) - i - j;
  // Two neighbours exchanged are one slip too.
  return rest <= 1 || (rest === 2 && a.length === b.length && a[i] === b[i + 1] && a[i + 1] === b[i]);
}
