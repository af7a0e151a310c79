// A form in the mail.
import { page } from '../../filter/rules/rule.ts';
import { says, type Check } from '../check.ts';

export const formInHtml: Check = {
  id: 'form-in-html',
  part: 'compatibility',
  severity: 'high',
  points: 1.5,
  title: says('A form in the mail', 'Ada formulir di dalam email', '邮件中含表单'),
  detail: says(
    'Outlook does not show it, Gmail warns of it, and phishing uses it.',
    'Outlook tidak menampilkannya, Gmail memperingatkan, dan phishing memakainya.',
    'Outlook 不显示，Gmail 会警告，钓鱼邮件常用。',
  ),
  fix: says('Link to a page with the form.', 'Tautkan ke halaman berisi formulir.', '改为链接到表单页面。'),
  find: mail => mail.elementHit(mail.markup.elements.find(one => ['form', 'input', 'select', 'textarea'].includes(one.name))),
  examples: { yes: [page('<form action="https://a.example/f"><input name="email"></form>')], no: [page('<p>form</p>')] },
};
