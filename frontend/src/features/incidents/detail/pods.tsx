import { CircleCheck, CircleSlash, type LucideIcon, OctagonAlert } from 'lucide-react';
import type { Pod } from '../../../api/types';
import { shortKind } from '../../../lib/format';
import { classNames } from '../../../ui/class-names';
import { TableHead } from '../../../ui/table-head';
import { Time } from '../../../ui/time';
import { TONE_TEXT, type Tone } from '../../../ui/tone';

const STATES: Record<Pod['state'], { icon: LucideIcon; word: string; tone: Tone }> = {
  failing: { icon: OctagonAlert, word: 'Failing', tone: 'critical' },
  healthy: { icon: CircleCheck, word: 'Healthy', tone: 'ok' },
  gone: { icon: CircleSlash, word: 'Gone', tone: 'idle' },
};

/** The pods, and other objects, that the incident is about. */
export function Pods({ pods }: { pods: readonly Pod[] }) {
  if (pods.length === 0) {
    return <p className="py-4 text-muted">There is no pod: what should make one cannot.</p>;
  }
  return (
    <table className="w-full text-left text-sm">
      <TableHead columns={['State', 'Object', 'Node', 'Fails with', 'Last seen']} />
      <tbody>
        {pods.map((pod) => (
          <tr
            key={pod.uid}
            className="border-b border-hairline align-top last:border-0 max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:py-2"
          >
            <td className="py-1.5 pr-4 max-md:p-0">
              <State state={pod.state} />
            </td>
            <td className="py-1.5 pr-4 break-all max-md:p-0">
              {pod.kind !== 'Pod' && <span className="text-muted">{shortKind(pod.kind)} </span>}
              {pod.name}
            </td>
            <td className="py-1.5 pr-4 text-muted max-md:p-0">
              {pod.node || (pod.kind === 'Pod' ? 'none' : '')}
            </td>
            <td className="py-1.5 pr-4 max-md:p-0">
              {pod.failures.map((failure) => (
                <span key={`${failure.failure_class} ${failure.container}`} className="block">
                  {failure.failure_class}
                  {failure.container && <span className="text-muted"> in {failure.container}</span>}
                </span>
              ))}
            </td>
            <td className="py-1.5 text-muted max-md:p-0">
              <Time at={pod.last_seen} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function State({ state }: Pick<Pod, 'state'>) {
  const { icon: Icon, word, tone } = STATES[state];
  return (
    <span
      className={classNames('inline-flex items-center gap-1.5 whitespace-nowrap', TONE_TEXT[tone])}
    >
      <Icon aria-hidden size={14} />
      {word}
    </span>
  );
}
