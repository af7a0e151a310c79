// A group of findings, open when something in it is wrong. What DNS and others answered is text of strangers.
import type { JSX } from 'preact';
import { useLanguage } from '../../app/language.ts';
import { Badge } from '../../parts/badge.tsx';
import { Button } from '../../parts/button.tsx';
import { Outside } from '../../parts/outside.tsx';
import { countsOf, STATES, TONES, type Finding, type Group } from './findings.ts';

export function FindingGroup({ group, onSetAside }: { readonly group: Group; readonly onSetAside: (one: Finding) => void }): JSX.Element {
  const { words, format } = useLanguage();
  const w = words.doctor;
  const names: Readonly<Record<string, string>> = w.groups;
  const counts = countsOf(group.findings);
  const parts = [...STATES, 'aside' as const].filter(name => counts[name] > 0);
  return (
    <details class="card finding-group" open={group.wrong}>
      <summary>
        <Badge tone={TONES[group.worst]}>{w.states[group.worst]}</Badge>{' '}
        <span class="strong">{Object.hasOwn(names, group.name) ? names[group.name] : <Outside text={group.name} max={80} />}</span>{' '}
        <span class="note">
          {parts.map(name => w.counts[name]({ count: counts[name], shown: format.number(counts[name]) })).join(' · ')}
        </span>
      </summary>
      <ul class="lines-of">
        {group.findings.map((finding, n) => (
          <One key={`${finding.name} ${n}`} finding={finding} onSetAside={onSetAside} />
        ))}
      </ul>
    </details>
  );
}

function One({ finding, onSetAside }: { readonly finding: Finding; readonly onSetAside: (one: Finding) => void }): JSX.Element {
  const w = useLanguage().words.doctor;
  const { name, state, found, fix, setAside } = finding;
  return (
    <li>
      <p class="row">
        <Badge tone={setAside ? 'idle' : TONES[state]}>{setAside ? w.aside : w.states[state]}</Badge>
        <span class="strong">
          <Outside text={name} max={120} />
        </span>
        {state !== 'ok' && !setAside && (
          <Button kind="quiet" onPress={() => onSetAside(finding)}>
            {w.setAside} <span class="hidden-visually">{name}</span>
          </Button>
        )}
      </p>
      <p>
        <Outside text={found} />
      </p>
      {setAside && (
        <p class="note">
          {w.reason}: <Outside text={setAside.reason} />
        </p>
      )}
      {fix && state !== 'ok' && (
        <p class="note">
          <span class="strong">{w.mend}:</span> <Outside text={fix} />
        </p>
      )}
    </li>
  );
}
