import { lazy, Suspense, useState } from 'react';
import { useMayWrite } from '../../../api/may-write';
import type { ActionName } from '../../../api/queries/incidents';
import { refusal } from '../../../api/refusal';
import type { IncidentDetail } from '../../../api/types';
import { useHotkeys } from '../../../lib/hotkeys';
import { usePreferences } from '../../../lib/preferences';
import { Button } from '../../../ui/button';
import { copyText } from '../../../ui/copy';
import { Notice } from '../../../ui/notice';
import { useChange, wishFor } from '../actions/use-change';
import { isTestable } from '../mirror/test-fix';
import { nameOf } from '../words';
import { reportOf } from './report';

const DeleteDialog = lazy(() => import('../actions/delete-dialog.lazy'));
const IgnoreDialog = lazy(() => import('../actions/ignore-dialog.lazy'));
const ResolveDialog = lazy(() => import('../actions/resolve-dialog.lazy'));

/** What a person may do now; the first of them is what is mostly wanted. */
export function Actions({ incident }: { incident: IncidentDetail }) {
  const [dialog, setDialog] = useState<'ignore' | 'resolve' | 'delete' | null>(null);
  const change = useChange(incident);
  const mayWrite = useMayWrite();
  const { zone } = usePreferences();
  const isOpen = incident.status === 'open' || incident.status === 'regressed';

  // A page has one primary action: where a fix can be tested, that is it.
  const mayTest = incident.diagnosis?.causes.some((cause) => isTestable(cause, incident)) ?? false;

  const ask = (action: ActionName) => change.mutate(wishFor(incident, action));
  const copyLink = () => void copyText(location.href, `the link to ${nameOf(incident)}`);
  const copyReport = () => {
    const link = `${location.origin}/incidents/${incident.id}`;
    void copyText(reportOf(incident, link, zone), 'the report, as Markdown');
  };
  useHotkeys({
    e: () => mayWrite && isOpen && setDialog('ignore'),
    r: () => mayWrite && !change.isPending && ask('retry'),
    y: copyLink,
  });
  const close = () => setDialog(null);
  return (
    <div className="flex max-w-full flex-col gap-2 sm:items-end">
      <div className="flex flex-wrap gap-2">
        {mayWrite && isOpen && !incident.acknowledged_by && (
          <Button
            kind={mayTest ? 'plain' : 'primary'}
            disabled={change.isPending}
            onClick={() => ask('acknowledge')}
          >
            Acknowledge
          </Button>
        )}
        {mayWrite && incident.status === 'ignored' && (
          <Button kind="primary" disabled={change.isPending} onClick={() => ask('restore')}>
            Stop ignoring
          </Button>
        )}
        {mayWrite && (
          <Button hotkey="r" disabled={change.isPending} onClick={() => ask('retry')}>
            Diagnose again
          </Button>
        )}
        {mayWrite && isOpen && (
          <>
            <Button hotkey="e" onClick={() => setDialog('ignore')}>
              Ignore…
            </Button>
            <Button onClick={() => setDialog('resolve')}>Mark handled…</Button>
          </>
        )}
        {mayWrite && (incident.status === 'resolved' || incident.status === 'ignored') && (
          <Button onClick={() => setDialog('delete')}>Delete…</Button>
        )}
        <Button kind="quiet" onClick={copyReport}>
          Copy report
        </Button>
        <Button kind="quiet" hotkey="y" onClick={copyLink}>
          Copy link
        </Button>
      </div>
      {change.error && (
        <Refused
          error={change.error}
          onAgain={() => change.variables && change.mutate(change.variables)}
        />
      )}
      <Suspense>
        {dialog === 'ignore' && <IgnoreDialog row={incident} onClose={close} />}
        {dialog === 'delete' && <DeleteDialog row={incident} onClose={close} />}
        {dialog === 'resolve' && <ResolveDialog row={incident} onClose={close} />}
      </Suspense>
    </div>
  );
}

function Refused({ error, onAgain }: { error: Error; onAgain: () => void }) {
  const { title, text } = refusal(error);
  return (
    <div className="max-w-lg">
      <Notice
        tone="critical"
        urgent
        title={title}
        actions={<Button onClick={onAgain}>Try again</Button>}
      >
        {text}
      </Notice>
    </div>
  );
}
