// Replies in the languages of many servers: invented sentences, each with the class that a person would give it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BounceClass } from './reasons.ts';
import { readReply } from './reply.ts';

const SAID: Partial<Record<BounceClass, readonly string[]>> = {
  hard: [
    '550 Alamat email yang Anda tuju tidak terdaftar di sistem kami',
    '550 Maaf, pengguna ini tidak ada di server kami',
    '550 抱歉，您要联系的收件人不存在，请核对后重试',
    '554 收件人邮箱地址不存在或已被注销',
    '550 您所寄送的信箱不存在',
    '550 このメールアドレスは存在しないため配送できません',
    '550 Такого адреса электронной почты не существует',
    '550 Получатель с таким адресом не найден на сервере',
    '550 O destinatário informado não existe neste servidor',
    '550 Conta de e-mail não encontrada',
    '550 La dirección de correo que ingresó no existe',
    '550 No se ha encontrado el destinatario',
    "550 Le destinataire n'existe pas sur ce serveur",
    '550 Die angegebene Empfängeradresse existiert nicht',
    '550 Dieses Postfach gibt es nicht',
    '550 Địa chỉ người nhận không hợp lệ hoặc không tồn tại',
    '550 존재하지 않는 사용자입니다',
    '550 수신자를 찾을 수 없습니다',
    '550 Utente inesistente',
    '550 Casella inesistente',
    '550 Kullanıcı bulunamadı',
    '550 Użytkownik nie istnieje',
    '550 Gebruiker onbekend',
  ],
  full: [
    '452 Kotak masuk penerima telah melebihi kuota',
    '552 对方邮箱已超过容量限制',
    '552 受信者のメールボックスは容量を超えています',
    '552 В почтовом ящике получателя недостаточно места',
    '552 A caixa de entrada do destinatário está lotada',
    '552 El buzón de correo del destinatario ha superado su cuota',
    '552 La boîte aux lettres du destinataire est saturée',
    '552 Das Postfach des Empfängers ist überfüllt',
    '552 Hộp thư của người nhận đã vượt quá dung lượng cho phép',
    '552 메일함 용량이 초과되었습니다',
    '552 Casella piena',
    '552 Quota superata',
    '552 Posta kutusu dolu',
    '552 Skrzynka pełna',
    '552 Postvak vol',
  ],
  block: [
    '550 Akses ditolak: alamat IP pengirim masuk daftar hitam kami',
    '550 发信服务器被列入黑名单，请联系管理员',
    '554 お使いのサーバーは受信拒否されています',
    '554 Доступ с вашего IP-адреса запрещен',
    '554 O IP do servidor remetente consta em lista negra',
    '554 Conexión rechazada: su IP figura en listas negras',
    '554 Connexion refusée: votre adresse IP figure sur une liste noire',
    '554 Verbindung abgelehnt: Ihre IP steht auf einer schwarzen Liste',
    '554 Máy chủ của bạn nằm trong danh sách đen',
    '554 Il tuo IP è bloccato',
  ],
  size: [
    '552 Lampiran terlalu besar',
    '552 邮件过大，无法接收',
    '552 Слишком большой размер сообщения',
    '552 Mensagem muito grande para ser recebida',
    '552 El tamaño del mensaje supera el máximo permitido',
    '552 La taille du message dépasse la limite autorisée',
    '552 Die Nachricht überschreitet die maximale Größe',
  ],
  content: [
    '550 Email Anda terdeteksi mengandung virus',
    '554 您的邮件含有垃圾邮件特征',
    '554 迷惑メールの疑いがあるため受信を拒否しました',
    '550 Письмо классифицировано как спам',
    '554 Conteúdo da mensagem identificado como spam',
    '550 El mensaje ha sido clasificado como correo no deseado',
    '550 Votre message a été considéré comme indésirable',
    '554 Ihre Nachricht wurde als unerwünscht eingestuft',
    '550 Thư của bạn bị đánh dấu là thư rác',
    '550 스팸 메일로 분류되어 거부되었습니다',
    '550 Messaggio rifiutato come spam',
  ],
  rate: [
    '451 Batas pengiriman email per jam telah tercapai',
    '421 单位时间内发送邮件次数超过上限',
    '450 短時間に大量のメールが送信されたため一時的に制限しています',
    '451 Вы превысили лимит отправки сообщений в час',
    '451 Limite de mensagens por hora atingido',
    '451 Ha superado el límite de envíos por hora',
    '450 Vous envoyez trop de messages, veuillez ralentir',
    '451 Sie haben das Limit für versendete Nachrichten überschritten',
    '451 Bạn đã gửi quá nhiều email trong một giờ',
    '421 Troppe connessioni',
  ],
  soft: [
    '550 Akun penerima telah dinonaktifkan oleh administrator',
    '550 对方账户已被系统冻结',
    '550 このアカウントは利用停止中です',
    '550 Почтовый ящик получателя временно отключен',
    '550 A conta do destinatário foi desativada',
    '550 La cuenta del destinatario se encuentra bloqueada',
    '550 Le compte du destinataire a été fermé',
    '550 Der Empfänger ist derzeit gesperrt',
    '550 Tài khoản người nhận đã bị vô hiệu hóa',
  ],
  policy: [
    '550 邮件违反安全策略',
    '550 Сообщение нарушает политику безопасности',
    '550 Mensagem rejeitada por política interna',
    '550 Message refusé en raison de la politique de sécurité',
    '550 Die Nachricht verstößt gegen unsere Richtlinien',
  ],
  greylist: [
    '450 Silakan coba lagi nanti (greylist)',
    '451 灰名单，请稍后重试',
    '451 Серый список, повторите попытку позже',
    '451 Tente novamente mais tarde, greylisting ativo',
    '451 Liste grise, réessayez plus tard',
  ],
  auth: ['550 SPF验证失败', '550 Échec de la vérification SPF'],
};

for (const [wanted, texts] of Object.entries(SAID))
  test(`${wanted}, in many languages`, () => {
    const got = texts.map(text => `${readReply({ code: null, enhanced: null, text }).class}: ${text}`);
    assert.deepEqual(
      got,
      texts.map(text => `${wanted}: ${text}`),
    );
  });

test('an address in the words of a reply, and English that looks like another language, change nothing', () => {
  const texts = [
    '550 5.7.1 Message refused, SPF check failed for ip 192.0.2.1',
    '550 5.1.1 <postfach.voll@example.org>: user unknown',
    '421 4.7.0 too many connections from ip 192.0.2.1, refused',
  ];
  assert.deepEqual(
    texts.map(text => readReply({ code: null, enhanced: null, text }).class),
    ['auth', 'hard', 'rate'],
  );
});
