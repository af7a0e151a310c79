// The account that an operator acts for. The first hundred are listed; any other is reached by its id with Ctrl+K.
import type { JSX } from 'preact';
import type { Page } from '../app/api.ts';
import { useAsk } from '../app/ask.ts';
import { useLanguage } from '../app/language.ts';
import { acting, actFor } from '../app/session.ts';
import { useValue } from '../app/value.ts';
import { Select } from '../parts/field.tsx';

type Account = { readonly id: string; readonly name: string };

export function AccountChoice(): JSX.Element {
  const { words } = useLanguage();
  const now = useValue(acting);
  const asked = useAsk<Page<Account>>('/v1/accounts?limit=100');
  const listed = asked.value?.data ?? [];
  const shown = now && !listed.some(one => one.id === now.id) ? [now, ...listed] : listed;
  const choose = (next: string): void => {
    const account = shown.find(one => one.id === next);
    actFor(account ? { id: account.id, name: account.name } : null);
  };
  return (
    <Select
      compact
      label={words.frame.account}
      value={now?.id ?? ''}
      onValue={choose}
      options={[{ value: '', text: words.frame.allAccounts }, ...shown.map(one => ({ value: one.id, text: one.name }))]}
    />
  );
}
