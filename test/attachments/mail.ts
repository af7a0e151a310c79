// A mail with one file, as the tests of attachments send it; it tells the password that some of the files are closed with.
export function mailWith(name: string, bytes: Buffer, from = 'a@sender.test', to = 'b@elsewhere.test'): Buffer {
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    'Subject: a file',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'Please find the file attached. The password is "open sesame".',
    '--b',
    'Content-Type: application/octet-stream',
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    bytes.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'latin1');
}
