// The pages of recipients’ links in French.
import type { LinkWords } from './form.ts';

export const fr: LinkWords = {
  name: 'Français',
  direction: 'ltr',
  languages: 'Langue',
  button: 'Se désabonner',
  choice: 'Choisir les e-mails à recevoir',
  kinds: 'Types d’e-mails',
  save: 'Enregistrer',
  all: 'Se désabonner de tous les e-mails',
  back: 'Recevoir de nouveau les e-mails',
  ask: {
    title: 'Se désabonner ?',
    text: ({ who, from, group }) =>
      `<b>${who}</b> ne recevrait plus d’e-mails${group ? ` du type <b>${group}</b>` : ''} de <b>${from}</b>.`,
  },
  done: {
    title: 'Désabonnement effectué',
    text: ({ who, from, group }) => `<b>${who}</b> ne reçoit plus d’e-mails${group ? ` du type <b>${group}</b>` : ''} de <b>${from}</b>.`,
  },
  choose: {
    title: 'Quels e-mails souhaitez-vous recevoir ?',
    text: ({ who, from }) => `<b>${who}</b> reçoit de <b>${from}</b> les types d’e-mails cochés.`,
  },
  saved: { title: 'Enregistré', text: ({ who, from }) => `Désormais, <b>${who}</b> reçoit de <b>${from}</b> les types d’e-mails cochés.` },
  none: {
    title: 'Vous êtes désabonné de tous les e-mails',
    text: ({ who, from }) => `<b>${who}</b> ne reçoit aucun e-mail de <b>${from}</b>.`,
  },
  gone: { title: 'Ce lien ne fonctionne pas', text: () => 'Il est trop ancien ou incomplet. Ouvrez-le de nouveau depuis l’e-mail.' },
  off: { title: 'Ce lien a été désactivé', text: () => 'Son expéditeur ne peut pas envoyer d’e-mails pour le moment.' },
  later: { title: 'Pas maintenant', text: () => 'Rien n’a été modifié. Veuillez réessayer dans un instant.' },
};
