// What the mail speaks of, a matter at a time (phrases.ts): each says little alone, and learned weights say how little.
import type { Matter } from '../phrases.ts';
import { mail, type Rule, type Says } from './rule.ts';

/** A matter on its own: from `least` phrases on. */
function matter(id: Matter, least: number, says: Says, yes: string, no: string): Rule {
  return {
    id: `said_${id}`,
    family: 'wording',
    says,
    holds: read => read.said(id) >= least,
    examples: { yes: [mail(yes)], no: [mail(no)] },
  };
}

export const MATTER_RULES: readonly Rule[] = [
  matter(
    'credentials',
    1,
    { en: 'Asks to confirm an account or a password', id: 'Meminta konfirmasi akun atau kata sandi', zh: '要求确认账户或密码' },
    'Please verify your account after the suspicious activity.',
    'Your order is on its way.',
  ),
  matter(
    'threat',
    1,
    {
      en: 'Threatens to suspend, close or delete something',
      id: 'Mengancam akan memblokir, menutup, atau menghapus',
      zh: '以停用、关闭或删除相威胁',
    },
    'Your access has been limited.',
    'Your access is ready.',
  ),
  matter(
    'urgency',
    1,
    { en: 'Presses for time', id: 'Mendesak dengan batas waktu', zh: '催促限时处理' },
    'Urgent: reply within 24 hours.',
    'Reply when you can.',
  ),
  matter(
    'mailbox',
    1,
    { en: 'Speaks of a full or expiring mailbox', id: 'Menyebut kotak surat penuh atau kedaluwarsa', zh: '称邮箱已满或将过期' },
    'Webmail: your mailbox quota is used up.',
    'The box by the door is full.',
  ),
  matter(
    'parcel',
    1,
    { en: 'Speaks of a parcel that could not be delivered', id: 'Menyebut paket yang gagal dikirim', zh: '称包裹无法投递' },
    'Your parcel waits: delivery failed, pay the customs fee.',
    'The park was lovely.',
  ),
  matter(
    'document',
    1,
    {
      en: 'Announces a shared document, fax or voice message',
      id: 'Mengabarkan dokumen bersama, faks, atau pesan suara',
      zh: '声称有共享文件、传真或语音留言',
    },
    'New voicemail and a shared document wait.',
    'I read the documentation.',
  ),
  matter(
    'invoice',
    2,
    {
      en: 'Is about an invoice, a transfer or new bank details',
      id: 'Tentang faktur, transfer, atau rekening baru',
      zh: '涉及发票付款、汇款或更换账户',
    },
    'See the attached invoice and our new account bank details.',
    'The voice was clear.',
  ),
  matter(
    'fund',
    1,
    {
      en: 'Tells of an inheritance, a donation or a secret fund',
      id: 'Bercerita tentang warisan, hibah, atau dana rahasia',
      zh: '讲述遗产、捐赠或秘密资金',
    },
    'As next of kin you are the beneficiary of a large inheritance.',
    'The invoice is for one million tiles.',
  ),
  matter(
    'prize',
    1,
    { en: 'Says that you have won or been chosen', id: 'Menyatakan Anda menang atau terpilih', zh: '声称您中奖或被选中' },
    'Congratulations, you are a winner of the lottery.',
    'We won the match.',
  ),
  matter(
    'loan',
    1,
    { en: 'Offers loans or credit', id: 'Menawarkan pinjaman atau kredit', zh: '提供贷款或信贷' },
    'A personal loan at a low interest rate.',
    'I lent him a book.',
  ),
  matter(
    'profit',
    1,
    { en: 'Promises income or profit', id: 'Menjanjikan penghasilan atau keuntungan', zh: '承诺收益或赚钱' },
    'Earn money from home: passive income per day.',
    'The profit of the bakery was small.',
  ),
  matter(
    'crypto',
    1,
    { en: 'Is about crypto money or a wallet', id: 'Tentang mata uang kripto atau dompet kripto', zh: '涉及加密货币或钱包' },
    'Your wallet seed phrase and bitcoin',
    'I forgot my purse.',
  ),
  matter(
    'gambling',
    1,
    { en: 'Offers gambling', id: 'Menawarkan judi', zh: '提供博彩' },
    'Main slot gacor hari ini',
    'Pinjaman buku perpustakaan Anda jatuh tempo.',
  ),
  matter(
    'pills',
    1,
    { en: 'Offers medicine or miracle cures', id: 'Menawarkan obat atau ramuan ajaib', zh: '推销药品或神奇疗法' },
    'Cheap cialis from our online pharmacy',
    'Your repair is ready to be collected.',
  ),
  matter(
    'adult',
    2,
    { en: 'Offers dating or sexual content', id: 'Menawarkan kencan atau konten seksual', zh: '提供交友或色情内容' },
    'Lonely girls want a hookup',
    'The girl read a book.',
  ),
  matter(
    'extortion',
    1,
    { en: 'Threatens to publish something secret', id: 'Mengancam akan menyebarkan rahasia', zh: '以公开隐私相要挟' },
    'I recorded you through your webcam. Use my bitcoin address.',
    'The recording of the meeting is up.',
  ),
  matter(
    'promotion',
    1,
    {
      en: 'Offers ranking, followers, leads or web design',
      id: 'Menawarkan peringkat, pengikut, prospek, atau desain web',
      zh: '推销搜索排名、粉丝、客户名单或建站',
    },
    'SEO: reach the first page with our backlinks.',
    'Turn to page two of the book.',
  ),
  matter(
    'factory',
    3,
    { en: 'A manufacturer or dealer introduces itself', id: 'Pabrik atau pedagang memperkenalkan diri', zh: '厂家或经销商自我推销' },
    'We are a manufacturer with our own factory, ask for our price list.',
    'He works in a factory.',
  ),
  matter(
    'replica',
    1,
    {
      en: 'Offers copies of brands, cheap software or degrees',
      id: 'Menawarkan barang tiruan, perangkat lunak murah, atau ijazah',
      zh: '出售仿冒品、廉价软件或文凭',
    },
    'Replica watches: rolex',
    'Watch the clock.',
  ),
  matter(
    'stock',
    1,
    { en: 'Praises a share', id: 'Memuji suatu saham', zh: '吹捧某只股票' },
    'Penny stock: strong buy',
    'The stock room is empty.',
  ),
  matter(
    'training',
    1,
    { en: 'Invites to paid training', id: 'Mengundang ke pelatihan berbayar', zh: '邀请参加付费培训' },
    '课程 培训费 每人两千元',
    '明天见',
  ),
  matter(
    'receipts',
    1,
    { en: 'Offers invoices for sale', id: 'Menawarkan faktur untuk dijual', zh: '代开发票' },
    '专业代开发票，税点优惠',
    '会议改到周五',
  ),
  matter(
    'callback',
    1,
    {
      en: 'Speaks of a charge to be cancelled by telephone',
      id: 'Menyebut tagihan yang dibatalkan lewat telepon',
      zh: '称已扣款并要求致电取消',
    },
    'You will be charged: call us at the helpline.',
    'Call your mother.',
  ),
  matter(
    'boss',
    1,
    { en: 'Asks for a small favour out of sight', id: 'Meminta bantuan kecil diam-diam', zh: '私下请求帮个小忙' },
    'Are you available? I need gift cards, I am in a meeting.',
    'The cards are printed.',
  ),
  matter(
    'optout',
    1,
    { en: 'Says how to be taken off its list', id: 'Menjelaskan cara berhenti dari daftarnya', zh: '说明如何退订' },
    'To unsubscribe write to us.',
    'I subscribe to that view.',
  ),
  matter(
    'claims',
    2,
    {
      en: 'Advertises with free, limited or guaranteed',
      id: 'Beriklan dengan kata gratis, terbatas, atau dijamin',
      zh: '用免费、限时或保证等词做广告',
    },
    'Risk free, limited time: order now.',
    'The time is right.',
  ),
  matter(
    'thread',
    1,
    { en: 'Reads like an answer between people', id: 'Terbaca seperti balasan antarorang', zh: '像人与人之间的往来回复' },
    'Thanks for the draft. Best regards, Ann',
    'BUY',
  ),
];
