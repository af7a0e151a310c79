// A field twice that may stand once (RFC 5322 section 3.6). Two kinds of content are broken-mime.
import { mail as letter } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';
import { inField } from '../mail.ts';

const ONCE = [
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'message-id',
  'in-reply-to',
  'references',
  'subject',
  'date',
  'mime-version',
  'content-type',
  'list-unsubscribe',
  'list-unsubscribe-post',
];

export const duplicateHeader: Check = {
  id: 'duplicate-header',
  part: 'structure',
  severity: 'high',
  points: 1.5,
  title: says('A header field stands twice', 'Satu bidang header muncul dua kali', '邮件头字段重复'),
  detail: says(
    '{} may stand once. Receivers refuse such mail, since two programs may show two senders or subjects.',
    '{} hanya boleh sekali. Penerima menolak email seperti ini karena dua program dapat menampilkan isi berbeda.',
    '{} 只能出现一次。收件方会拒收，因为不同程序可能显示不同的发件人或主题。',
  ),
  fix: says('Leave one of them out.', 'Hapus salah satunya.', '只保留一个。'),
  find: mail => {
    const twice = ONCE.find(
      name => mail.fields(name).length > 1 && !(name === 'content-type' && mail.message.notes.has('two_content_types')),
    );
    return twice === undefined ? null : inField(twice, twice);
  },
  examples: {
    yes: [letter('x', 'Hello', 'From: b@b.example\n'), letter('x', 'Hello', 'Subject: two\n')],
    no: [letter('x', 'Hello', 'Received: a\nReceived: b\n')],
  },
};
