// The pages of recipients’ links in Arabic.
import type { LinkWords } from './form.ts';

export const ar: LinkWords = {
  name: 'العربية',
  direction: 'rtl',
  languages: 'اللغة',
  button: 'إلغاء الاشتراك',
  choice: 'اختيار الرسائل التي تصلك',
  kinds: 'أنواع الرسائل',
  save: 'حفظ',
  all: 'إلغاء الاشتراك في كل الرسائل',
  back: 'استلام الرسائل من جديد',
  ask: {
    title: 'هل تريد إلغاء الاشتراك؟',
    text: ({ who, from, group }) => `لن تصل إلى <b>${who}</b> أي رسائل${group ? ` من نوع <b>${group}</b>` : ''} من <b>${from}</b> بعد ذلك.`,
  },
  done: {
    title: 'تم إلغاء الاشتراك',
    text: ({ who, from, group }) => `لم تعد تصل إلى <b>${who}</b> أي رسائل${group ? ` من نوع <b>${group}</b>` : ''} من <b>${from}</b>.`,
  },
  choose: { title: 'ما الرسائل التي تريدها؟', text: ({ who, from }) => `تصل إلى <b>${who}</b> أنواع الرسائل المحددة من <b>${from}</b>.` },
  saved: { title: 'تم الحفظ', text: ({ who, from }) => `من الآن تصل إلى <b>${who}</b> أنواع الرسائل المحددة من <b>${from}</b>.` },
  none: { title: 'لقد ألغيت الاشتراك في كل الرسائل', text: ({ who, from }) => `لا تصل إلى <b>${who}</b> أي رسائل من <b>${from}</b>.` },
  gone: { title: 'هذا الرابط لا يعمل', text: () => 'الرابط قديم جدًا أو غير مكتمل. افتحه مرة أخرى من الرسالة.' },
  off: { title: 'تم إيقاف هذا الرابط', text: () => 'لا يمكن للمرسل إرسال رسائل في الوقت الحالي.' },
  later: { title: 'ليس الآن', text: () => 'لم يتغير شيء. حاول مرة أخرى بعد قليل.' },
};
