import { getRouteApi, Link } from '@tanstack/react-router';
import type { Cause, EvidenceLine } from '../../../api/types';
import { classNames } from '../../../ui/class-names';
import { TONE_CHIP, type Tone } from '../../../ui/tone';
import { WithCode } from '../../../ui/with-code';
import { tabOf } from './evidence-target';

const WORDS: Record<Cause['confidence'], { word: string; tone: Tone; about: string }> = {
  definitive: { word: 'Definitive', tone: 'ok', about: 'The evidence leaves no other cause.' },
  likely: {
    word: 'Likely',
    tone: 'warning',
    about: 'The evidence points here, and does not prove it.',
  },
  symptom: { word: 'Symptom only', tone: 'idle', about: 'It is known what fails, not why.' },
};

/** How far the evidence carries. */
export function Confidence({ confidence }: Pick<Cause, 'confidence'>) {
  const { word, tone, about } = WORDS[confidence];
  return (
    <span
      title={about}
      className={classNames(
        'inline-block rounded-sm px-1.5 py-0.5 text-xs font-medium whitespace-nowrap',
        TONE_CHIP[tone],
      )}
    >
      {word}
    </span>
  );
}

interface WhyProps {
  cause: Cause;
  /** Evidence is numbered through the whole diagnosis. */
  firstNumber: number;
  isTitled?: boolean;
}

/** A cause with the lines that show it. */
export function CauseWhy({ cause, firstNumber, isTitled = true }: WhyProps) {
  return (
    <div className="flex flex-col gap-2">
      {isTitled && (
        <h3 className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <span className="font-semibold break-words">{cause.title}</span>
          <Confidence confidence={cause.confidence} />
        </h3>
      )}
      <p className="max-w-[75ch] break-words">
        <WithCode text={cause.explanation} />
      </p>
      <ol aria-label="Evidence" className="flex flex-col">
        {cause.evidence.map((line, at) => (
          <EvidenceLink
            key={`${line.subject} ${line.field} ${line.text}`}
            line={line}
            number={firstNumber + at}
          />
        ))}
      </ol>
      <p className="text-xs text-muted">
        Rule <code className="font-mono">{cause.rule}</code>
        {cause.container && (
          <>
            , container <code className="font-mono">{cause.container}</code>
          </>
        )}
      </p>
    </div>
  );
}

const route = getRouteApi('/incidents/$id');

/** A numbered line of evidence, which leads to where it stands. */
function EvidenceLink({ line, number }: { line: EvidenceLine; number: number }) {
  const { ev } = route.useSearch();
  const place = line.source === 'log' ? `line ${line.field}` : line.field;
  return (
    <li>
      <Link
        from="/incidents/$id"
        to="."
        search={({ mirror }) => ({ mirror, tab: tabOf(line), ev: number })}
        replace
        resetScroll={false}
        aria-current={ev === number ? 'true' : undefined}
        className="group flex gap-2 rounded-sm px-2 py-1 text-sm hover:bg-idle-bg aria-[current=true]:bg-idle-bg"
      >
        <span className="tabular shrink-0 font-medium text-accent group-hover:underline">
          [{number}]
        </span>
        <span className="min-w-0">
          <span className="block font-mono text-xs break-words">{line.text}</span>
          <span className="block text-xs break-words text-muted">
            {line.source}, {line.subject}
            {place && `, ${place}`}
          </span>
        </span>
      </Link>
    </li>
  );
}
