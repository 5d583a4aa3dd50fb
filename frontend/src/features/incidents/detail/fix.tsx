import { Link } from '@tanstack/react-router';
import type { Blamed, Cause } from '../../../api/types';
import { CopyButton } from '../../../ui/copy';
import { WithCode } from '../../../ui/with-code';
import { Change } from './change';

/** What to do about a cause: in words, as commands, as a change of an object. */
export function CauseFix({ cause }: { cause: Cause }) {
  if (!cause.fix && !cause.patch) {
    return (
      <p className="text-muted">
        No rule knows a remedy: what is known is above, all that was captured is below.
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      {cause.blames && <MendFirst blames={cause.blames} />}
      {cause.fix && (
        <div className={BOX}>
          <p className="min-w-0 flex-1 pt-0.5 break-words whitespace-pre-wrap">
            <WithCode text={cause.fix} />
          </p>
          <CopyButton text={cause.fix} what="what to do" />
        </div>
      )}
      {cause.commands.map((command) => (
        <div key={command} className={BOX}>
          <code className={CODE}>{command}</code>
          <CopyButton text={command} what="the command" />
        </div>
      ))}
      {cause.patch && <Change patch={cause.patch} />}
    </div>
  );
}

const BOX = 'flex items-start gap-2 rounded-sm border border-hairline bg-surface py-2 pr-2 pl-3';
const CODE = 'min-w-0 flex-1 pt-1 font-mono text-xs break-words whitespace-pre-wrap';

function MendFirst({ blames }: { blames: Blamed }) {
  const called = `${blames.kind} ${blames.name}`;
  return (
    <p>
      Mend first:{' '}
      {blames.incident_id ? (
        <Link
          to="/incidents/$id"
          params={{ id: blames.incident_id }}
          className="font-medium text-accent hover:underline"
        >
          {called}
        </Link>
      ) : (
        <span className="font-medium">{called}</span>
      )}
      {blames.namespace !== '_' && ` in ${blames.namespace}`}
    </p>
  );
}
