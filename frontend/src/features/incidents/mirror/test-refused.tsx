import { Link } from '@tanstack/react-router';
import { ApiError, isStatus } from '../../../api/errors';
import { refusal } from '../../../api/refusal';
import type { IncidentDetail } from '../../../api/types';
import { isLive } from '../../../lib/mirror-tests';
import { Notice } from '../../../ui/notice';

interface Props {
  error: Error;
  incident: IncidentDetail;
  onClose: () => void;
}

/** Why a test was not started: every reason, and the tests that are in its way. */
export function TestRefused({ error, incident, onClose }: Props) {
  const fields = error instanceof ApiError ? error.fields : [];
  const inTheWay = isStatus(error, 409) ? incident.mirrors.filter(isLive) : [];
  const { title, text } = refusal(error);
  return (
    <Notice
      tone="critical"
      urgent
      title={isStatus(error, 409) || isStatus(error, 422) ? 'Nothing was started' : title}
    >
      {fields.length > 0 ? (
        <ul className="list-disc pl-4">
          {fields.map(({ path, message }) => (
            <li key={`${path} ${message}`}>{message}</li>
          ))}
        </ul>
      ) : (
        text
      )}
      {inTheWay.map(({ id, pod }) => (
        <p key={id}>
          <Link
            from="/incidents/$id"
            to="."
            search={(previous) => ({ ...previous, mirror: id })}
            resetScroll={false}
            className="font-medium text-accent underline"
            onClick={onClose}
          >
            Watch {pod}
          </Link>
        </p>
      ))}
    </Notice>
  );
}
