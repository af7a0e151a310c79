// What a mail says, by subject matter: lists of phrases in the languages we know, looked up among the words and pairs of words that the
// evidence was made of, so that five hundred phrases cost no second look at the text and no disguise that folding undoes hides one.
// A phrase of three words holds where both its pairs stand; a Chinese one where its runs of three characters stand.
import { containsGram, containsPair, containsWord, hashOfWord } from './evidence.ts';
import { CJK, folded, kindOf } from './fold.ts';

const LISTS = {
  credentials:
    'verify your|confirm your|validate your|update your|re-activate your|your identity|your password|your credentials|account verification|verify account|security check|unusual sign|unusual activity|suspicious activity|suspicious login|unauthorized access|sign-in attempt|login attempt|verifikasi akun|verifikasi data|konfirmasi akun|kata sandi|aktivasi ulang|bestätigen sie|ihr konto|ihre daten|zugangsdaten|confirme seus|seus dados|sua conta|sus datos|su cuenta|verificar su|vos informations|votre compte|vérifier votre|uw account|uw gegevens|il tuo account|i suoi dati|验证您的|账号异常|重新认证|实名认证|密码过期|身份验证',
  threat:
    'be suspended|been suspended|be deactivated|be terminated|been limited|be closed|be locked|been locked|be blocked|been blocked|be disabled|be deleted|permanently deleted|on hold|temporarily suspended|legal action|avoid suspension|lose access|access restricted|akan diblokir|telah diblokir|dinonaktifkan|akan ditutup|akan dihapus|gesperrt|eingeschränkt|gesperrt wird|bloqueada|bloqueado|suspendida|cancelado|suspendu|bloqué|limité|geblokkeerd|sospeso|bloccato|停用|冻结|注销|关闭账户|将被删除|立即停止|无法收发',
  urgency:
    'within 24|24 hours|48 hours|immediately|urgent|urgently|as soon|final notice|last warning|final warning|action required|act now|expires today|hari ini juga|segera|batas waktu|sofort|umgehend|innerhalb von|imediatamente|urgente|último aviso|prazo|de inmediato|dernier rappel|immédiatement|dringend|urgentemente|立即|马上|尽快|紧急|逾期|最后期限',
  mailbox:
    'mailbox full|mailbox quota|mailbox storage|email storage|storage limit|storage full|mail quota|incoming messages|pending messages|undelivered messages|quarantined messages|webmail|mail administrator|password expires|password expiry|keep same|same password|it desk|email upgrade|mail server|kuota email|kotak surat|postfach|speicherplatz|caixa postal|buzón|boîte aux|邮箱容量|邮箱升级|邮箱已满|邮箱管理员|邮件系统升级|收件服务器',
  parcel:
    'delivery failed|failed delivery|your parcel|your package|customs fee|shipping fee|redelivery|reschedule delivery|undelivered package|tracking number|delivery attempt|paket anda|gagal kirim|resi|ihr paket|sendung|zollgebühren|sua encomenda|su paquete|votre colis|frais de|uw pakket|tuo pacco|您的包裹|快递',
  document:
    'shared document|shared file|view document|review document|document shared|secure document|e-sign|docusign|voice message|voicemail|new voicemail|missed call|fax message|incoming fax|scanned document|completed document|dokumen terlampir|lihat dokumen|dokument|documento|查看文件|电子签',
  invoice:
    'invoice attached|attached invoice|payment advice|remittance advice|overdue invoice|outstanding invoice|wire transfer|swift copy|purchase order|proforma invoice|bank details|new account|direct deposit|rekening baru|bukti transfer|rechnung|mahnung|fatura|boleto|nota fiscal|factura|facture|fattura|付款通知|对账单',
  fund: 'next of|of kin|inheritance|beneficiary|late client|million dollars|million usd|million united|million euros|deceased|barrister|your fund|the fund|compensation fund|diplomat|consignment|atm card|united nations|donate to|donation of|charity work|widow|cancer|business proposal|mutual benefit|confidential transaction|strictly confidential|private email|foreign partner|god bless|greetings to|warisan|hibah|erbschaft|spende von|herança|doação|herencia|donación|héritage|don de|遗产|捐赠',
  prize:
    'congratulations|you won|have won|won a|winner|lucky winner|claim your|your reward|exclusive reward|gift card|free gift|been selected|been chosen|lottery|sweepstakes|survey reward|airdrop|giveaway|selamat anda|pemenang|hadiah|undian|gewonnen|gewinner|glückwunsch|parabéns|prêmio|ganador|premio|félicitations|gagné|gewonnen|vinto|中奖|恭喜您|大奖|奖品|领取',
  loan: 'loan offer|business loan|personal loan|instant loan|loan application|low interest|interest rate|working capital|business funding|debt relief|consolidate|mortgage|refinance|pre-approved|bad credit|pinjaman online|pinjaman cepat|tanpa jaminan|dana cepat|kredit|empréstimo|préstamo|prêt|贷款|无抵押|低息|信用卡',
  profit:
    'guaranteed profit|guaranteed return|passive income|earn money|make money|extra income|per day|per week|trading signals|trading robot|forex|investment opportunity|double your|financial freedom|work from|from home|part time|home based|mlm|investasi|profit harian|trading|rendite|renda extra|lucro|ingresos|revenus|高回报|日赚|兼职|刷单|赚钱|投资回报|股票|牛股|荐股',
  crypto:
    'bitcoin|btc|ethereum|crypto|cryptocurrency|wallet|seed phrase|recovery phrase|secret phrase|usdt|nft|blockchain|defi|token sale|比特币|虚拟币|数字货币',
  gambling:
    'casino|jackpot|free spins|betting|poker|roulette|slots|slot gacor|slot online|judi|togel|maxwin|bonus deposit|sportwetten|apuestas|cassino|apostas|彩金|博彩|百家乐|六合彩|彩票|赌场|投注',
  pills:
    'viagra|cialis|levitra|pharmacy|pharmacies|prescription|no prescription|erectile|enlargement|penis|male enhancement|testosterone|weight loss|lose weight|fat burning|keto|blood sugar|cbd|supplement|meds|pills|drugs|obat kuat|pelangsing|herbal|potenz|abnehmen|emagrecer|adelgazar|壮阳|减肥|保健品|增高',
  adult:
    'sex|sexy|porn|xxx|nude|naked|horny|girls|milf|hookup|dating|lonely|singles|webcam|erotic|escort|affair|cewek|bokep|frauen|fick|mulheres|chicas|rencontres|成人|激情|美女|色情|一夜情',
  extortion:
    'your webcam|your device|recorded you|hacked your|malware|trojan|your contacts|adult sites|bitcoin address|btc address|pay the|your secret|masturbating|video of|pixel|darknet|eure kamera|deine webcam|su cámara|votre webcam',
  promotion:
    'seo|first page|google ranking|search engine|backlinks|guest post|website traffic|web design|website design|web development|mobile app|app development|lead generation|email list|bulk email|targeted leads|social media|followers|jasa seo|jasa website|jual followers|database email|网站推广|搜索引擎|群发|邮件营销|推广服务|企业名录|数据出售',
  factory:
    'manufacturer|factory|leading supplier|our products|price list|best price|moq|led lights|export|high quality|competitive price|catalogue|machinery|mould|oem|厂家|供应|招商|加盟|代理|批发|优惠价|量大从优',
  replica:
    'replica|rolex|watches|luxury watches|designer|louis vuitton|handbags|oem software|cheap software|photoshop|windows xp|adobe|diploma|degree|university degree|kw海外|名牌|手表|高仿|办证|文凭',
  stock:
    'stock alert|penny stock|symbol|price target|otc|stock price|strong buy|trading symbol|investor alert|current price|target price|hot stock|pinksheets|shares of|aktie|kursziel',
  training:
    'workshop|seminar|masterclass|training course|certificate|培训|课程|讲师|学员|研修班|总裁班|管理培训|授课|报名|参会|学费|培训费',
  receipts: '发票|代开|开票|增值税|普通发票|税点|点数|代开发票|财务部|优惠代开|验证后付款|正规发票',
  callback:
    'call us|call now|toll free|customer care|helpline|support number|billing department|refund department|auto renewal|auto debited|automatic renewal|been charged|be charged|cancel this|dispute this|did not authorize|not authorize',
  boss: 'are you|you available|quick task|quick favor|gift cards|favor to|at the moment|in a meeting|cell number|personal number|whatsapp number|discreet|handle this|get back|butuh bantuan|lagi meeting|tolong transfer|在吗|方便吗|加群|建个群',
  optout:
    'unsubscribe|opt out|opt-out|stop receiving|remove me|be removed|removed from|mailing list|no longer wish|berhenti berlangganan|abmelden|descadastrar|darse de|désabonner|退订',
  claims:
    '100 free|risk free|risk-free|no obligation|money back|limited time|act fast|special offer|exclusive offer|order now|buy now|click here|lowest price|save up|free trial|free shipping|no cost|satisfaction guaranteed|terbatas|gratis|kostenlos|grátis|gratuit|免费|限时|特价|优惠',
  thread:
    'wrote on|wrote:|original message|forwarded message|from:|thanks for|thank you|best regards|kind regards|cheers|regards|attached is|as discussed|let me|salam|terima kasih|mit freundlichen|viele grüße|atenciosamente|saludos|cordialement|谢谢|祝好|此致|敬礼',
} as const;

export type Matter = keyof typeof LISTS;
export const MATTERS = Object.keys(LISTS) as readonly Matter[];

type Phrase = { readonly words: readonly number[] } | { readonly characters: readonly number[] };
const COMPILED: ReadonlyMap<Matter, readonly Phrase[]> = new Map(MATTERS.map(matter => [matter, LISTS[matter].split('|').map(compiled)]));

function compiled(text: string): Phrase {
  const plain = folded(text);
  if (kindOf(plain.charCodeAt(0)) === CJK) return { characters: Array.from({ length: plain.length }, (_, at) => plain.charCodeAt(at)) };
  return {
    words: plain
      .split(/[^\p{L}\p{N}']+/u)
      .filter(Boolean)
      .map(hashOfWord),
  };
}

/** How many phrases of a matter the open mail has; call it before the evidence of the next mail is opened. */
export function phrasesOf(matter: Matter): number {
  let count = 0;
  for (const phrase of COMPILED.get(matter) ?? []) if (stands(phrase)) count++;
  return count;
}

function stands(phrase: Phrase): boolean {
  if ('characters' in phrase) {
    const { characters } = phrase;
    for (let i = 0; i + 1 < characters.length; i += i + 3 < characters.length ? 1 : 2)
      if (!containsGram(characters.slice(i, i + 3))) return false;
    return true;
  }
  const { words } = phrase;
  if (words.length === 1) return containsWord(words[0] as number);
  for (let i = 0; i + 1 < words.length; i++) if (!containsPair(words[i] as number, words[i + 1] as number)) return false;
  return true;
}
