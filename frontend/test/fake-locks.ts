import type { Locks } from '../src/live/election';

type Callback = () => Promise<unknown>;

/** Web Locks of one browser: tabs wait in line, and the next gets the lock when its holder goes. */
export class FakeLocks {
  private readonly line: Callback[] = [];
  private isHeld = false;

  /** `name` is ignored: tests use one lock. */
  readonly request = (async (_: string, { signal }: LockOptions, callback: Callback) => {
    await new Promise<void>((resolve, reject) => {
      const take = async () => {
        this.isHeld = true;
        resolve();
        await callback();
        this.isHeld = false;
        void this.line.shift()?.();
      };
      signal?.addEventListener('abort', () => {
        const at = this.line.indexOf(take);
        if (at === -1) return;
        this.line.splice(at, 1);
        reject(signal.reason);
      });
      if (this.isHeld) this.line.push(take);
      else void take();
    });
  }) as unknown as Locks['request'];
}
