// When a batch begins, how often it runs, and what it does when the quota is used up.
import type { JSX } from 'preact';
import { browserZone, useLanguage } from '../../app/language.ts';
import { Card } from '../../parts/card.tsx';
import { Field, Select, Switch } from '../../parts/field.tsx';
import { DAYS, REPEATS, type Form, type Repeat } from './batch.ts';

type Props = {
  readonly form: Form;
  readonly set: (part: Partial<Form>) => void;
  readonly at: (field: string) => string | undefined;
};

export function When({ form, set, at }: Props): JSX.Element {
  const w = useLanguage().words.batches;
  const byClock = form.repeat === 'daily' || form.repeat === 'days';
  return (
    <Card title={w.whenTitle}>
      <Field
        type="datetime-local"
        label={w.sendAt}
        hint={w.sendAtHint}
        value={form.sendAt}
        onValue={sendAt => set({ sendAt })}
        error={at('sendAt')}
      />
      <Select
        label={w.repeat}
        value={form.repeat}
        onValue={repeat => set({ repeat: repeat as Repeat })}
        options={REPEATS.map(value => ({ value, text: w.repeats[value] }))}
        error={at('cycle')}
      />
      {byClock && (
        <Field
          label={w.at}
          hint={w.atHint({ zone: browserZone() })}
          value={form.at}
          onValue={time => set({ at: time })}
          placeholder="09:00"
          required
          error={at('cycle.at')}
        />
      )}
      {form.repeat === 'days' && (
        <fieldset class="stack tight">
          <legend class="strong">{w.days}</legend>
          {DAYS.map(day => (
            <Switch
              key={day}
              label={w.dayNames[day]}
              on={form.days.includes(day)}
              onChange={on => set({ days: DAYS.filter(one => (one === day ? on : form.days.includes(one))) })}
            />
          ))}
        </fieldset>
      )}
      {form.repeat === 'hours' && (
        <Field
          type="number"
          label={w.hours}
          value={form.hours}
          onValue={hours => set({ hours })}
          required
          error={at('cycle.everySeconds')}
        />
      )}
      {form.repeat !== 'once' && (
        <Field
          type="number"
          label={w.times}
          hint={w.timesHint}
          value={form.times}
          onValue={times => set({ times })}
          error={at('cycle.times')}
        />
      )}
      <Select
        label={w.onQuota}
        value={form.onQuota}
        onValue={onQuota => set({ onQuota: onQuota === 'fail' ? 'fail' : 'wait' })}
        options={(['wait', 'fail'] as const).map(value => ({ value, text: w.onQuotas[value] }))}
      />
    </Card>
  );
}
