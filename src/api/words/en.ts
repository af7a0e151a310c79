// The pages of recipients’ links in English.
import type { LinkWords } from './form.ts';

export const en: LinkWords = {
  name: 'English',
  direction: 'ltr',
  languages: 'Language',
  button: 'Unsubscribe',
  choice: 'Choose which mail you get',
  kinds: 'Kinds of mail',
  save: 'Save',
  all: 'Unsubscribe from all mail',
  back: 'Get mail again',
  ask: {
    title: 'Unsubscribe?',
    text: ({ who, from, group }) =>
      `<b>${who}</b> would get no more ${group ? `mail of the kind <b>${group}</b>` : 'mail'} from <b>${from}</b>.`,
  },
  done: {
    title: 'Unsubscribed',
    text: ({ who, from, group }) =>
      `<b>${who}</b> gets no more ${group ? `mail of the kind <b>${group}</b>` : 'mail'} from <b>${from}</b>.`,
  },
  choose: { title: 'Which mail do you want?', text: ({ who, from }) => `<b>${who}</b> gets the ticked kinds of mail from <b>${from}</b>.` },
  saved: { title: 'Saved', text: ({ who, from }) => `From now on <b>${who}</b> gets the ticked kinds of mail from <b>${from}</b>.` },
  none: { title: 'You left all mail', text: ({ who, from }) => `<b>${who}</b> gets no mail from <b>${from}</b>.` },
  gone: { title: 'This link does not work', text: () => 'It is too old or not complete. Open it once more from the mail.' },
  off: { title: 'This link was switched off', text: () => 'Who sent it may not send mail at the moment.' },
  later: { title: 'Not now', text: () => 'Nothing was changed. Please try again in a moment.' },
};
