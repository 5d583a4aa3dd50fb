import { useQuery } from '@tanstack/react-query';
import { Sparkles } from 'lucide-react';
import { configQuery } from '../../../api/queries/config';
import type { IncidentDetail, Investigation } from '../../../api/types';
import { plural } from '../../../lib/format';
import { Notice } from '../../../ui/notice';
import { StepList } from '../../../ui/step-list';
import { Time } from '../../../ui/time';
import { Section } from '../detail/section';
import { Answer } from './answer';
import { AskModel } from './ask-model';
import { Calls } from './calls';

/** What a model adds to what the rules found: never in their place. Without models there is nothing. */
export function InvestigationView({ incident }: { incident: IncidentDetail }) {
  const { data: config } = useQuery(configQuery);
  const { investigation } = incident;
  if (!investigation) {
    return config?.models ? (
      <Section title="A model’s view">
        <p className="text-muted">No model was asked: the rules explain this incident.</p>
        <AskModel incident={incident} isFirst />
      </Section>
    ) : null;
  }
  return (
    <Section title="A model’s view" aside={<Source investigation={investigation} />}>
      <State incident={incident} investigation={investigation} />
      {investigation.calls.length > 0 && <Calls calls={investigation.calls} />}
      {investigation.state !== 'asking' && <AskModel incident={incident} isFirst={false} />}
    </Section>
  );
}

/** Whose words these are, always beside them. */
function Source({ investigation }: { investigation: Investigation }) {
  const { state, model, provider, ended_at, created_at, answered_before } = investigation;
  return (
    <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-muted">
      <Sparkles aria-hidden size={13} className="text-ai" />
      {state === 'answered' ? `by ${model || 'a model'} (${provider})` : 'by a model'},{' '}
      <Time at={ended_at ?? created_at} style="clock" />
      {answered_before && ', from the same evidence before'}
    </p>
  );
}

interface Props {
  incident: IncidentDetail;
  investigation: Investigation;
}

function State({ incident, investigation }: Props) {
  if (investigation.state === 'answered' && investigation.answer) {
    return (
      <Answer incident={incident} investigation={investigation} answer={investigation.answer} />
    );
  }
  if (investigation.state === 'asking') return <Asking investigation={investigation} />;
  return (
    <Notice tone="idle" title="No answer of a model">
      {investigation.text || 'It was not asked.'} What the rules found stands.
    </Notice>
  );
}

/** How far it is, step by step: what is asked, what is read for it, and when it is tried again. */
function Asking({ investigation: { run, next_try_at, text, turns } }: Omit<Props, 'incident'>) {
  return (
    <div className="flex flex-col gap-3 rounded-sm border border-hairline bg-surface p-3">
      <p role="status" className="text-sm">
        {next_try_at ? (
          <>
            No provider answers now; they are asked again <Time at={next_try_at} style="clock" />.{' '}
            {text}
          </>
        ) : (
          `A model reads the evidence${turns > 0 ? `, ${plural(turns, 'answer')} so far` : ''}.`
        )}
      </p>
      {run && run.steps.length > 0 && <StepList steps={run.steps} />}
    </div>
  );
}
