// The pages of recipients’ links in German.
import type { LinkWords } from './form.ts';

export const de: LinkWords = {
  name: 'Deutsch',
  direction: 'ltr',
  languages: 'Sprache',
  button: 'Abbestellen',
  choice: 'Auswählen, welche E-Mails Sie erhalten',
  kinds: 'Arten von E-Mails',
  save: 'Speichern',
  all: 'Alle E-Mails abbestellen',
  back: 'Wieder E-Mails erhalten',
  ask: {
    title: 'Abbestellen?',
    text: ({ who, from, group }) =>
      `<b>${who}</b> würde keine E-Mails${group ? ` der Art <b>${group}</b>` : ''} von <b>${from}</b> mehr erhalten.`,
  },
  done: {
    title: 'Abbestellt',
    text: ({ who, from, group }) => `<b>${who}</b> erhält keine E-Mails${group ? ` der Art <b>${group}</b>` : ''} von <b>${from}</b> mehr.`,
  },
  choose: {
    title: 'Welche E-Mails möchten Sie?',
    text: ({ who, from }) => `<b>${who}</b> erhält die angekreuzten Arten von E-Mails von <b>${from}</b>.`,
  },
  saved: {
    title: 'Gespeichert',
    text: ({ who, from }) => `Ab jetzt erhält <b>${who}</b> die angekreuzten Arten von E-Mails von <b>${from}</b>.`,
  },
  none: { title: 'Sie haben alle E-Mails abbestellt', text: ({ who, from }) => `<b>${who}</b> erhält keine E-Mails von <b>${from}</b>.` },
  gone: {
    title: 'Dieser Link funktioniert nicht',
    text: () => 'Er ist zu alt oder nicht vollständig. Öffnen Sie ihn noch einmal aus der E-Mail.',
  },
  off: { title: 'Dieser Link wurde abgeschaltet', text: () => 'Der Absender darf zurzeit keine E-Mails senden.' },
  later: { title: 'Gerade nicht möglich', text: () => 'Es wurde nichts geändert. Bitte versuchen Sie es gleich noch einmal.' },
};
