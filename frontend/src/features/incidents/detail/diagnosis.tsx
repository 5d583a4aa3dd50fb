import type { Cause, IncidentDetail } from '../../../api/types';
import { Notice } from '../../../ui/notice';
import { Time } from '../../../ui/time';
import { CauseFix, CauseWhy, Confidence } from './cause';
import { Section } from './section';

/** Why it fails and what to do about it, as the rules found it. */
export function DiagnosisView({ incident }: { incident: IncidentDetail }) {
  const { diagnosis } = incident;
  const [first, ...others] = diagnosis?.causes ?? [];
  return (
    <>
      <Section
        title="Why"
        aside={
          diagnosis && (
            <p className="text-xs text-muted">
              by rules, <Time at={diagnosis.created_at} style="clock" />
            </p>
          )
        }
      >
        {first ? (
          <CauseWhy cause={first} firstNumber={1} />
        ) : (
          <NoCause incident={incident} isDiagnosed={diagnosis !== null} />
        )}
        {diagnosis && diagnosis.unavailable.length > 0 && (
          <Notice tone="warning" title="Not everything could be read">
            <ul>
              {diagnosis.unavailable.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </Notice>
        )}
      </Section>
      {first && (
        <Section title="What to do">
          <CauseFix cause={first} />
        </Section>
      )}
      {others.length > 0 && <Others causes={others} firstNumber={first?.evidence.length ?? 0} />}
    </>
  );
}

/** Further causes: they show once the first is mended, or come with it. */
function Others({ causes, firstNumber }: { causes: Cause[]; firstNumber: number }) {
  let next = firstNumber + 1;
  return (
    <Section title="Also, in this order">
      <ol className="flex flex-col gap-2">
        {causes.map((cause) => {
          const number = next;
          next += cause.evidence.length;
          return (
            <li key={`${cause.rule} ${cause.container}`}>
              <details className="rounded-sm border border-hairline bg-surface">
                <summary className="px-3 py-2 text-sm font-medium">
                  <span className="mr-2">{cause.title}</span>
                  <Confidence confidence={cause.confidence} />
                </summary>
                <div className="flex flex-col gap-3 border-t border-hairline px-3 py-3">
                  <CauseWhy cause={cause} firstNumber={number} isTitled={false} />
                  <CauseFix cause={cause} />
                </div>
              </details>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function NoCause({ incident, isDiagnosed }: { incident: IncidentDetail; isDiagnosed: boolean }) {
  if (incident.diagnosing) {
    return (
      <p role="status" className="text-muted">
        Being diagnosed. The steps show how far it is.
      </p>
    );
  }
  return (
    <p className="text-muted">
      {isDiagnosed
        ? 'Not determined: no rule explains what was found. The evidence below is all that was captured.'
        : 'Not diagnosed yet. A run starts at the latest a minute after the first report.'}
    </p>
  );
}
