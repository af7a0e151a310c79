// The pages of recipients’ links in Korean.
import type { LinkWords } from './form.ts';

export const ko: LinkWords = {
  name: '한국어',
  direction: 'ltr',
  languages: '언어',
  button: '수신 거부',
  choice: '받을 메일 선택',
  kinds: '메일 종류',
  save: '저장',
  all: '모든 메일 수신 거부',
  back: '메일 다시 받기',
  ask: {
    title: '수신을 거부하시겠습니까?',
    text: ({ who, from, group }) =>
      `<b>${who}</b> 주소로 <b>${from}</b>의 ${group ? `“<b>${group}</b>” ` : ''}메일이 더 이상 오지 않게 됩니다.`,
  },
  done: {
    title: '수신이 거부되었습니다',
    text: ({ who, from, group }) =>
      `<b>${who}</b> 주소로 <b>${from}</b>의 ${group ? `“<b>${group}</b>” ` : ''}메일이 더 이상 오지 않습니다.`,
  },
  choose: {
    title: '어떤 메일을 받으시겠습니까?',
    text: ({ who, from }) => `<b>${who}</b> 주소로 <b>${from}</b>에서 선택한 종류의 메일이 옵니다.`,
  },
  saved: {
    title: '저장되었습니다',
    text: ({ who, from }) => `이제부터 <b>${who}</b> 주소로 <b>${from}</b>에서 선택한 종류의 메일이 옵니다.`,
  },
  none: {
    title: '모든 메일의 수신을 거부하셨습니다',
    text: ({ who, from }) => `<b>${who}</b> 주소로 <b>${from}</b>의 메일이 오지 않습니다.`,
  },
  gone: { title: '이 링크는 작동하지 않습니다', text: () => '너무 오래되었거나 완전하지 않은 링크입니다. 메일에서 다시 열어 주십시오.' },
  off: { title: '이 링크는 사용이 중지되었습니다', text: () => '보낸 사람은 현재 메일을 보낼 수 없습니다.' },
  later: { title: '지금은 할 수 없습니다', text: () => '변경된 것이 없습니다. 잠시 후 다시 시도해 주십시오.' },
};
