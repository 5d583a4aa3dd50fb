import type { ErrorComponentProps } from '@tanstack/react-router';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { ErrorText } from '../ui/query-state';

/** When a page itself fails: a defect in the dashboard, or a part of it that could not be loaded. */
export function ErrorPage({ error }: ErrorComponentProps) {
  return (
    <div className="mx-auto w-full max-w-2xl p-6">
      <h1 tabIndex={-1} className="mb-4 text-2xl font-semibold">
        This page cannot be shown
      </h1>
      <Notice
        tone="critical"
        urgent
        title="The dashboard failed, not your cluster"
        actions={<Button onClick={() => location.reload()}>Reload the page</Button>}
      >
        <ErrorText error={error instanceof Error ? error : new Error(String(error))} />
      </Notice>
    </div>
  );
}
