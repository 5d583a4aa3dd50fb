import type { Cause, IncidentDetail } from '../../../api/types';
import { Notice } from '../../../ui/notice';
import { Time } from '../../../ui/time';
import { Proof } from '../mirror/proof';
import { isTestable, TestFix } from '../mirror/test-fix';
import { CauseWhy, Confidence } from './cause';
import { CauseFix } from './fix';
import { Section } from './section';

/** Why it fails and what to do about it, as the rules found it. */
export function DiagnosisView({ incident }: { incident: IncidentDetail }) {
  const { diagnosis } = incident;
  const causes = diagnosis?.causes ?? [];
  const [first, ...others] = causes;
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
          <CauseTest incident={incident} causes={causes} cause={first} />
        </Section>
      )}
      {others.length > 0 && <Others incident={incident} causes={causes} />}
    </>
  );
}

/** Further causes: they show once the first is mended, or come with it. */
function Others({ incident, causes }: { incident: IncidentDetail; causes: Cause[] }) {
  const [first, ...others] = causes;
  let next = (first?.evidence.length ?? 0) + 1;
  return (
    <Section title="Also, in this order">
      <ol className="flex flex-col gap-2">
        {others.map((cause) => {
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
                  <CauseTest incident={incident} causes={causes} cause={cause} />
                </div>
              </details>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

/** The proof of a cause's fix, and its test. Where no cause can be tested, the first offers a change of one's own. */
function CauseTest({
  incident,
  causes,
  cause,
}: {
  incident: IncidentDetail;
  causes: Cause[];
  cause: Cause;
}) {
  const firstTestable = causes.find((one) => isTestable(one, incident)) ?? null;
  if (!isTestable(cause, incident)) {
    const hasPod = incident.pods.some(({ kind }) => kind === 'Pod');
    const isOffered = firstTestable === null && cause === causes[0] && hasPod;
    return isOffered ? <TestFix incident={incident} cause={null} isFirst /> : null;
  }
  return (
    <>
      {cause.patch && <Proof incident={incident} patch={cause.patch} />}
      <TestFix
        incident={incident}
        cause={causes.indexOf(cause)}
        isFirst={cause === firstTestable}
      />
    </>
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
