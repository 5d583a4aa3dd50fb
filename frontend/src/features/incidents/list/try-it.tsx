import { CopyButton } from '../../../ui/copy';

/** The Deployment that the commands make. */
export const TRY_NAME = 'try-kure';
const TRY = `kubectl create deployment ${TRY_NAME} --image=try-kure.invalid/missing:1`;
const UNDO = `kubectl delete deployment ${TRY_NAME}`;

/** Commands that let something fail, and let it go again. */
export function TryIt() {
  return (
    <>
      <p className="mt-2 text-muted">
        This makes a Deployment whose image does not exist. It appears here when its pod has failed.
      </p>
      <Command text={TRY} what="the command" />
      <Command text={UNDO} what="the command that undoes it" />
    </>
  );
}

function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className="mt-2 flex max-w-2xl items-center gap-2 rounded-sm bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 font-mono text-xs break-words">{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
