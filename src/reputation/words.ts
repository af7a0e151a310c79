// The words around the figures. None of them promises where a mail is put: that is the receiver's choice, and nobody is told of it.

export type Sentence = { readonly en: string; readonly id: string; readonly zh: string };

export const NOTE: Sentence = {
  en: 'What Sesame saw, as an estimate. Providers judge by more than this, each by its own rules; no score promises where a mail is put.',
  id: 'Perkiraan dari apa yang dilihat Sesame. Penyedia menilai lebih dari ini, masing-masing dengan aturannya sendiri; tidak ada nilai yang menjanjikan di mana email ditempatkan.',
  zh: '这是 Sesame 所见情况的估计。服务商依据更多因素并各有规则；任何分数都不保证邮件的归类位置。',
};

export const STATES: Readonly<Record<'good' | 'fair' | 'bad' | 'too_few' | 'not_measured' | 'shown', Sentence>> = {
  good: { en: 'good', id: 'baik', zh: '良好' },
  fair: { en: 'fair', id: 'cukup', zh: '一般' },
  bad: { en: 'bad', id: 'buruk', zh: '差' },
  too_few: { en: 'too few to judge', id: 'terlalu sedikit untuk dinilai', zh: '数量太少，无法判断' },
  not_measured: { en: 'not measured', id: 'tidak diukur', zh: '未测量' },
  shown: { en: 'shown, not judged', id: 'ditampilkan, tidak dinilai', zh: '仅展示，不评分' },
};
