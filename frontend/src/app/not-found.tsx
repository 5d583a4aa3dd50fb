import { Link, useNavigate } from '@tanstack/react-router';
import { usePageStart, usePageTitle } from '../lib/page';
import { Button } from '../ui/button';
import { Field, INPUT } from '../ui/field';

/** An address that leads nowhere, with a way on. */
export function NotFound() {
  usePageTitle('Not found');
  usePageStart('not found');
  const navigate = useNavigate();
  return (
    <div className="mx-auto w-full max-w-lg p-6">
      <h1 tabIndex={-1} className="text-2xl font-semibold">
        There is no such page
      </h1>
      <p className="mt-2 mb-6 text-muted">
        The address may be misspelt, or it belongs to a newer Kure. Look for an incident, or go to{' '}
        <Link to="/" className="text-accent underline">
          all that needs attention
        </Link>
        .
      </p>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          const q = String(new FormData(event.currentTarget).get('q') ?? '').trim();
          void navigate({ to: '/', search: { tab: 'all', ...(q ? { q } : {}) } });
        }}
      >
        <div className="flex-1">
          <Field label="Search incidents" hint="A name, a namespace, or ns:shop class:OOMKilled">
            {(ids) => <input {...ids} name="q" type="search" className={INPUT} />}
          </Field>
        </div>
        <Button type="submit" kind="primary" className="mb-[22px]">
          Search
        </Button>
      </form>
    </div>
  );
}
