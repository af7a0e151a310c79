// The pages of recipients’ links in Spanish.
import type { LinkWords } from './form.ts';

export const es: LinkWords = {
  name: 'Español',
  direction: 'ltr',
  languages: 'Idioma',
  button: 'Cancelar suscripción',
  choice: 'Elegir qué correos recibe',
  kinds: 'Tipos de correo',
  save: 'Guardar',
  all: 'Cancelar todos los correos',
  back: 'Volver a recibir correos',
  ask: {
    title: '¿Cancelar la suscripción?',
    text: ({ who, from, group }) => `<b>${who}</b> ya no recibiría correos${group ? ` del tipo <b>${group}</b>` : ''} de <b>${from}</b>.`,
  },
  done: {
    title: 'Suscripción cancelada',
    text: ({ who, from, group }) => `<b>${who}</b> ya no recibe correos${group ? ` del tipo <b>${group}</b>` : ''} de <b>${from}</b>.`,
  },
  choose: {
    title: '¿Qué correos desea recibir?',
    text: ({ who, from }) => `<b>${who}</b> recibe los tipos de correo marcados de <b>${from}</b>.`,
  },
  saved: { title: 'Guardado', text: ({ who, from }) => `Desde ahora <b>${who}</b> recibe los tipos de correo marcados de <b>${from}</b>.` },
  none: { title: 'Ha cancelado todos los correos', text: ({ who, from }) => `<b>${who}</b> no recibe correos de <b>${from}</b>.` },
  gone: { title: 'Este enlace no funciona', text: () => 'Es demasiado antiguo o está incompleto. Ábralo de nuevo desde el correo.' },
  off: { title: 'Este enlace está desactivado', text: () => 'Quien lo envió no puede enviar correos en este momento.' },
  later: { title: 'Ahora no es posible', text: () => 'No se ha cambiado nada. Inténtelo de nuevo en un momento.' },
};
