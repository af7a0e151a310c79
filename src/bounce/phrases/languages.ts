// Replies in other languages: what is meant (box, sender, host, message) and what is said of it, in either order with a few words between. Indonesian,
// Chinese, Japanese, Korean, Russian, Portuguese, Spanish, French, German, Vietnamese, Italian, Turkish, Polish and Dutch, one line each.
import type { Phrases, Reason } from '../reasons.ts';

/** What is meant, and what is said of it: alternatives between bars. */
type Pair = readonly [string, string];

const either = ([things, said]: Pair): readonly string[] =>
  things.split('|').flatMap(thing => said.split('|').flatMap(word => [`${thing}*${word}`, `${word}*${thing}`]));
const group = (reason: Reason, pairs: readonly Pair[], alone?: string): Phrases => ({
  reason,
  phrases: [...pairs.flatMap(either), ...(alone?.split('|') ?? [])],
});

const VIRUS = group(
  'virusdetected',
  [
    [' virus ', 'mengandung|terdeteksi|обнаружен|содержит|encontrad|detectad|contem|contiene|contient|détect|enthält|erkannt'],
    [' virus ', 'phát hiện|chứa|rilevat|bulundu|wykryto|gevonden|bevat'],
  ],
  'vi rút|바이러스|wirus',
);

const GREYLISTED = group(
  'greylisted',
  [],
  '灰名单|灰名單|グレーリスト|그레이리스트|серый список|серого списка|lista cinza|lista gris|liste grise|graue liste|danh sách xám|lista grigia|szara lista|grijze lijst',
);

const AUTH = group('authfailure', [
  [
    'spf|dkim|dmarc',
    'gagal|失败|失敗|未通过|未通過|실패|не прошл|не пройден|falh|reprovad|fallo|falla|échec|échou|fehlgeschlagen|thất bại|non superat',
  ],
]);

const TOO_LARGE = group(
  'mesgtoobig',
  [
    ['ukuran', 'besar|melebihi'],
    ['大小', '超过|超過|超出|超限'],
    ['サイズ', '大き|超え|超過'],
    ['크기', '초과|너무'],
    ['размер', 'велик|превыш|больш'],
    ['tamanho|tamaño', 'exced|super|ultrapass|grande'],
    ['taille', 'dépass|excess|excéd'],
    ['größe', 'überschr|zu groß|überstieg'],
    ['kích thước|dung lượng thư', 'lớn|vượt'],
    ['dimension', 'super|ecced'],
    ['boyut|rozmiar', 'aş|büyük|przekr|zbyt'],
  ],
  'terlalu besar|太大|слишком больш|trop gros|trop grand|quá lớn|te groot|çok büyük|zbyt duż',
);

const MAILBOX_FULL = group('mailboxfull', [
  ['kotak surat|kotak masuk|mailbox|kuota|kapasitas|penyimpanan', 'penuh|melebihi|tidak cukup|habis|terlampaui'],
  ['邮箱|郵箱|信箱|空间|空間|容量|配额|配額', '已满|已滿|满了|不足|超限|超出|用完|超过|超過'],
  ['メールボックス|受信箱|容量', '一杯|いっぱい|満杯|超過|超え|不足'],
  ['메일함|편지함|사서함|용량', '가득|초과|부족'],
  ['ящик|квот', 'переполнен|превышен|заполнен|полон|исчерпан'],
  ['caixa| cota |quota', 'cheia|lotad|excedid|esgotad'],
  ['buzón|cuota|bandeja', 'llen|excedid|superad|agotad|insuficiente'],
  ['boîte|quota|espace', 'pleine|dépass|satur|insuffisant|atteint'],
  ['postfach|mailbox|quota|speicherplatz|kontingent', ' voll |überschritten|erschöpft|ausgeschöpft|überfüllt'],
  ['hộp thư|dung lượng', 'đầy|vượt quá|hết'],
  ['casella|quota|spazio', 'pien|superat|esaurit|insufficiente'],
  ['posta kutusu| kota', 'dolu|aşıl|yetersiz'],
  ['skrzynk', 'pełn|przepełn|przekroczon'],
  ['postvak|mailbox', ' vol |overschreden'],
]);

const LISTED = 'lista negra|liste noire|lista nera|sperrliste|schwarze liste|daftar hitam|danh sách đen|kara liste|czarn|zwarte lijst';
const BLOCKED = group('blocked', [
  [' ip |server anda', `diblokir|ditolak|dilarang|${LISTED}`],
  ['ip|服务器|伺服器|主机', '黑名单|黑名單|被拒|被封|屏蔽|封锁|封鎖|拒绝|拒絕|被列入|禁止'],
  ['ip|送信元|サーバ', 'ブロック|拒否|ブラックリスト'],
  ['ip', '차단|블랙리스트|거부'],
  [' ip |ваш сервер|вашего сервера|ваш хост', 'заблокирован|черн|блокиров|отклонен|запрещен'],
  [' ip | ips |seu servidor|su servidor', `bloquead|listad|rechazad|rejeitad|denegad|recusad|${LISTED}`],
  [' ip |votre serveur', `bloqué|est rejet|été rejet|est refus|été refus|interdit|banni|${LISTED}`],
  [' ip |ihr server|ihr mailserver|ihres servers', `gesperrt|blockiert|abgelehnt|abgewiesen|${LISTED}`],
  [' ip |máy chủ của bạn', `bị chặn|bị từ chối|${LISTED}`],
  [' ip |tuo server|suo server|vostro server', `bloccat|rifiutat|${LISTED}`],
  [' ip ', 'engellen|zablokowan|geblokkeerd|geweigerd'],
]);

const SENDER = group('rejected', [
  ['pengirim', 'ditolak|tidak ada|tidak ditemukan|tidak valid|tidak dikenal|diblokir'],
  ['发件人|发信人|寄件者|寄件人', '不存在|无效|無效|被拒|拒绝|拒絕|屏蔽'],
  ['送信者|差出人', '存在しま|見つか|無効|拒否|不明'],
  ['발신자|보낸 사람', '거부|차단|존재하지'],
  ['отправител', 'отклонен|не существует|не найден|заблокирован|запрещен|неизвест'],
  ['remetente', 'rejeitad|inexistente|inválid|bloquead|recusad|não existe'],
  ['remitente', 'rechazad|inexistente|no válid|inválid|bloquead|no existe'],
  ['expéditeur', 'refus|rejet|inconnu|invalide|bloqu'],
  ['absender', 'abgelehnt|gesperrt|unbekannt|ungültig|existiert nicht|blockiert'],
  ['người gửi', 'bị từ chối|bị chặn|không tồn tại|không hợp lệ'],
  ['mittente', 'rifiutat|sconosciut|bloccat|non valid'],
]);

const SUSPENDED = group('suspend', [
  ['akun|kotak surat|pengguna', 'dinonaktifkan|nonaktif|ditangguhkan|tidak aktif|diblokir|dibekukan|ditutup'],
  ['账号|账户|帐号|帐户|帳號|帳戶|邮箱|信箱|用户|用戶|使用者', '停用|冻结|凍結|禁用|锁定|鎖定|停权|停權'],
  ['アカウント|メールボックス|ユーザ', '停止|無効化|凍結|ロック'],
  ['계정|사용자|메일함', '정지|비활성|휴면|잠겼|잠금'],
  ['учетн|аккаунт|ящик|пользовател', 'заблокирован|отключен|деактивирован|неактив|приостановлен'],
  [' conta |usuário|caixa', 'desativad|bloquead|suspens|inativ|desabilitad|cancelad'],
  ['cuenta|usuario|buzón', 'deshabilitad|suspendid|desactivad|inactiv|bloquead|cancelad'],
  ['compte|utilisateur|boîte', 'désactiv|suspend|bloqué|inactif|inactive|fermé|clôtur'],
  ['konto|postfach|benutzer|empfänger|mailbox', 'deaktiviert|gesperrt|inaktiv|stillgelegt|geschlossen'],
  ['tài khoản|hộp thư|người dùng', 'bị khóa|vô hiệu|tạm ngưng|ngừng hoạt động|đình chỉ'],
  [' account |utente|casella', 'disabilitat|sospes|disattivat|non attiv'],
  ['hesab|konto|account', 'devre dışı|askıya|zawieszon|nieaktywn|geblokkeerd|uitgeschakeld'],
]);

const SPEEDING = group(
  'speeding',
  [
    ['发送|发信|發送|傳送|寄送', '限制|超限|频繁|頻繁|次数|次數|上限'],
    ['送信', '制限|上限|多すぎ'],
    ['лимит', 'превыш|превысил|исчерпан'],
    ['limite', 'envio|envío|invio|mensagens por|mensajes por'],
    ['limit', 'erreicht|überschritten|pengiriman|terlampaui'],
    ['batas', 'pengiriman'],
  ],
  '过于频繁|太频繁|너무 많|제한을 초과|слишком много сообщений|слишком часто|muitas mensagens|muitos e mails|demasiados mensajes|' +
    'demasiados correos|trop de courriels|trop de mails|zu viele e mails|zu viele mails|sendelimit|quá nhiều|giới hạn gửi|' +
    'troppi messaggi|çok fazla|zbyt wiele|te veel',
);

const SPAM = group(
  'spamdetected',
  [],
  'pourriel|indésirable|thư rác|unerwünscht|posta indesiderata|lixo eletrônico|correo basura|nevyžádan|niechcian|istenmeyen|ongewenst|垃圾信|нежелательн',
);

const USER_UNKNOWN = group('userunknown', [
  [
    'alamat|penerima|pengguna|akun|kotak surat|mailbox',
    'tidak ada|tidak ditemukan|tidak terdaftar|belum terdaftar|tidak dikenal|tidak valid',
  ],
  [
    '收件人|收件者|收信人|用户|用戶|使用者|邮箱|郵箱|信箱|账号|账户|帐号|帐户|帳號|帳戶|地址',
    '不存在|未找到|找不到|无效|無效|无此|無此|查无|查無|未注册|注销',
  ],
  ['宛先|あて先|アドレス|ユーザ|メールボックス|受信者|アカウント', '存在しま|存在しない|見つかりません|見つからない|不明|無効です'],
  ['사용자|수신자|계정|주소|메일함', '존재하지|찾을 수 없|유효하지|잘못된'],
  [
    'пользовател|ящик|адрес|получател|учетн|аккаунт',
    'не существует|не найден|неизвест|нет таког|нет такой|не зарегистрирован|недействител|отсутствует',
  ],
  [
    'usuário|destinatário|caixa postal|caixa de correio| conta |endereço',
    'inexistente|não existe|desconhecid|não encontrad|inválid|não cadastrad|não localizad',
  ],
  ['usuario|destinatario|buzón|cuenta|dirección', 'inexistente|no existe|desconocid|no encontrad|no válid|inválid|no se enc|no se ha enc'],
  ['utilisateur|destinataire|boîte|compte|adresse', 'inexistant|n existe pas|inconnu|introuvable|invalide|non trouvé|pas été trouvé'],
  [
    'benutzer|nutzer|empfänger|postfach|konto|adresse|mailbox',
    'existiert nicht|unbekannt|nicht gefunden|ungültig|nicht vorhanden|gibt es nicht|nicht bekannt|kein solche',
  ],
  ['người nhận|người dùng|tài khoản|hộp thư|địa chỉ', 'không tồn tại|không tìm thấy|không hợp lệ|không xác định'],
  ['utente|destinatario|casella|indirizzo', 'inesistente|non esiste|sconosciut|non trovat|non valid'],
  ['kullanıcı|alıcı|posta kutusu|adres|hesap', 'bulunamadı|mevcut değil|geçersiz'],
  ['użytkownik|odbiorca|skrzynka|konto|adres', 'nie istnieje|nieznan|nie znaleziono|nieprawidłow'],
  ['gebruiker|ontvanger|postvak|adres|mailbox', 'bestaat niet|onbekend|niet gevonden|ongeldig'],
]);

/** The order decides between several: what names one cause, or another culprit, stands before the address. */
export const LANGUAGES: readonly Phrases[] = [
  VIRUS,
  GREYLISTED,
  AUTH,
  TOO_LARGE,
  MAILBOX_FULL,
  BLOCKED,
  SENDER,
  SUSPENDED,
  SPEEDING,
  SPAM,
  USER_UNKNOWN,
];
