// A template is looked at when it is saved: rendered with its defaults and sample values, it goes through filter and scanner as mail of the
// account would, and gets its score. Nothing is recorded but what is said of it.
import { judgeOut } from '../decide/refuse.ts';
import { NEW_ACCOUNT } from '../engines/store/control/accounts.ts';
import type { TemplateRow } from '../engines/store/control/templates.ts';
import { compose } from '../message/build.ts';
import { render, sampleData } from '../templates/render.ts';
import type { Data, Template } from '../templates/types.ts';
import { ApiError, invalid } from './errors.ts';
import type { Review } from './templates.ts';
import type { ApiDeps } from './types.ts';

type Deps = Pick<ApiDeps, 'clock' | 'config' | 'identify' | 'scan' | 'score' | 'store'>;

/** Throws 503 when a check did not finish: nothing is saved then. */
export async function reviewed(
  deps: Deps,
  accountId: string,
  template: Template,
  defaults: Data,
): Promise<{ readonly state: TemplateRow['state']; readonly review: Review }> {
  const raw = await sampleMail(deps, accountId, template, defaults);
  const policy = (await deps.identify.account(accountId))?.policy ?? NEW_ACCOUNT.policy;
  const ask = { raw, direction: 'out', facts: { direction: 'out' }, policy, accountId } as const;
  const { spam, virus } = await deps.scan({ ...ask, ip: null, helo: null, mailFrom: null });
  const judged = judgeOut({ spam, virus, policy });
  const scored = await deps.score(ask, { now: deps.clock.now() });
  if (!scored || virus.verdict === 'PROCESSING_FAILED' || spam.verdict === 'PROCESSING_FAILED')
    throw new ApiError('scanner_unavailable', 'A check did not finish. Nothing was saved; try again.');
  if (judged.kind === 'refuse') {
    const { findings = [], text, reason } = judged.refusal;
    return { state: 'refused', review: { reasons: findings.length > 0 ? findings : [{ id: reason, message: text }], scored } };
  }
  const reasons = judged.kind === 'hold' ? spam.reasons.map(one => ({ id: one.id, message: one.title })) : [];
  return { state: judged.kind === 'hold' ? 'held' : 'ok', review: { reasons, scored } };
}

/** From the account's own domain where it has one that is verified. */
async function sampleMail({ clock, config, store }: Deps, accountId: string, template: Template, defaults: Data): Promise<Buffer> {
  const sample = render(template, sampleData(template, defaults), defaults);
  if (!sample.ok) {
    const [fault] = sample.faults;
    throw invalid(`defaults.${fault?.name ?? ''}`, `${fault?.message ?? 'cannot be rendered'}.`);
  }
  const domains = await store.domains.list({ accountId, after: '', limit: 50 });
  const domain = domains.find(one => one.state === 'verified')?.name ?? config.hostname;
  const { subject, text, html } = sample;
  const built = compose({
    from: `sample@${domain}`,
    to: ['recipient@example.com'],
    cc: [],
    bcc: [],
    replyTo: [],
    subject,
    text: text ?? undefined,
    html,
    attachments: [],
    headers: [],
    at: clock.now(),
    messageId: `<sample@${domain}>`,
  });
  if (!built.ok) throw invalid(built.field, `${built.why}.`);
  return built.raw;
}
