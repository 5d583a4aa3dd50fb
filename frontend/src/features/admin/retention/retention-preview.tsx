import { useQuery } from '@tanstack/react-query';
import { type RetentionName, retentionPreviewQuery } from '../../../api/queries/settings';
import type { KeepDays, Retention } from '../../../api/types';
import { useSettled } from '../../../lib/use-settled';
import { classNames } from '../../../ui/class-names';
import { ErrorText } from '../../../ui/query-state';
import { Time } from '../../../ui/time';
import { TONE_CHIP } from '../../../ui/tone';
import { previewInWords } from './words';

interface Props {
  name: RetentionName;
  setting: Retention;
  days: KeepDays;
}

/** What would be deleted if so many days were kept, as it is now. */
export function RetentionPreview({ name, setting: { least_days, most_days }, days }: Props) {
  const settled = useSettled(days);
  const mayBe = (value: KeepDays) =>
    value === 'off' || (Number.isInteger(value) && value >= least_days && value <= most_days);
  const enabled = mayBe(days) && mayBe(settled);
  const { data, error } = useQuery({ ...retentionPreviewQuery(name, settled), enabled });
  const deletes = enabled && data ? data.count > 0 : false;
  return (
    <div
      role="status"
      className={classNames(
        'min-h-9 rounded-sm px-3 py-2 text-sm',
        deletes ? TONE_CHIP.warning : 'bg-sunken',
      )}
    >
      {!mayBe(days) && (
        <p className="text-muted">
          Choose from {least_days} to {most_days} days.
        </p>
      )}
      {enabled && error && <ErrorText error={error} />}
      {enabled && !error && data && (
        <p>
          {previewInWords(name, data.keep_days, data.count)}
          {data.oldest && (
            <>
              {' '}
              The oldest is of <Time at={data.oldest} style="full" />.
            </>
          )}
        </p>
      )}
    </div>
  );
}
