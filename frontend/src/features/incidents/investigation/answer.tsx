import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { evidenceQuery } from '../../../api/queries/incidents';
import type { IncidentDetail, Investigation, ModelAnswer } from '../../../api/types';
import { classNames } from '../../../ui/class-names';
import { WithCode } from '../../../ui/with-code';
import { tabOfRow } from '../detail/evidence-target';
import { Feedback } from './feedback';
import { ModelFix } from './model-fix';

type Confidence = ModelAnswer['confidence'];

const SURE: Record<Confidence, string> = {
  high: 'It says that it is sure',
  medium: 'It says that it is fairly sure',
  low: 'It says that it is not sure',
};

interface Props {
  incident: IncidentDetail;
  investigation: Investigation;
  answer: ModelAnswer;
}

/** What a model found: its cause, the lines that it rests on, what it ruled out and what it missed. */
export function Answer({ incident, investigation, answer }: Props) {
  return (
    <div className="flex flex-col gap-3">
      <h3 className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="font-semibold break-words">{answer.cause}</span>
        <span className="inline-block rounded-sm bg-ai-bg px-1.5 py-0.5 text-xs font-medium text-ai">
          {SURE[answer.confidence]}
        </span>
      </h3>
      <p className="max-w-[75ch] break-words whitespace-pre-wrap">
        <WithCode text={answer.why} />
      </p>
      <References incident={incident} answer={answer} />
      {answer.ruled_out.length > 0 && (
        <Lines
          title="Ruled out"
          lines={answer.ruled_out.map(({ cause, why_not }) => `${cause}: ${why_not}`)}
        />
      )}
      {answer.missing.length > 0 && <Lines title="What it lacked" lines={answer.missing} />}
      {answer.fix && (
        <ModelFix incident={incident} investigation={investigation} fix={answer.fix} />
      )}
      {!answer.fix && investigation.text && <p className="text-muted">{investigation.text}</p>}
      <Feedback incident={incident} investigation={investigation} />
    </div>
  );
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  return (
    <div>
      <h4 className="text-sm font-medium">{title}</h4>
      <ul className="list-disc pl-5 text-sm break-words">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

const route = getRouteApi('/incidents/$id');

/** The lines that it rests on: each was found in the evidence, and leads there. */
function References({ incident, answer }: Omit<Props, 'investigation'>) {
  const { item, line: marked } = route.useSearch();
  const { data: rows } = useQuery(evidenceQuery(incident.id));
  return (
    <ol aria-label="Evidence of the model" className="flex flex-col">
      {answer.evidence.map(({ number, line, evidence_id, text }) => {
        const row = rows?.find(({ id }) => id === evidence_id);
        const isMarked = item === evidence_id && marked === line;
        return (
          <li key={`${number} ${line}`}>
            <Link
              from="/incidents/$id"
              to="."
              search={({ mirror }) => ({
                mirror,
                tab: row ? tabOfRow(row) : 'logs',
                item: evidence_id,
                line,
              })}
              replace
              resetScroll={false}
              aria-current={isMarked ? 'true' : undefined}
              className={classNames(
                'group flex gap-2 rounded-sm px-2 py-1 text-sm hover:bg-idle-bg',
                isMarked && 'bg-idle-bg',
              )}
            >
              <span className="tabular shrink-0 font-medium text-accent group-hover:underline">
                [{number}:{line}]
              </span>
              <span className="min-w-0">
                <span className="block font-mono text-xs break-words">{text}</span>
                {row && (
                  <span className="block text-xs break-words text-muted">
                    {row.kind}, {row.subject}, line {line}
                  </span>
                )}
              </span>
            </Link>
          </li>
        );
      })}
    </ol>
  );
}
